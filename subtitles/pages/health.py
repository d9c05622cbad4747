from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from subtitles.pages.headers import GetResponse


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For load balancers: 200 while this process can reach its database, else 503. Says nothing else."""
    reachable = _database_answers()
    body = {"status": "ok" if reachable else "unavailable", "database": reachable}
    return JsonResponse(body, status=200 if reachable else 503)


class HealthMiddleware:
    """Load balancers ask by number and without TLS: nobody looks at the name they give."""

    PATH = "/healthz"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path == self.PATH else self.get_response(request)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False
