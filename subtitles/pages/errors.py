"""What a person reads when something went wrong: what happened, what was kept, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_htmx.http import reswap, retarget

from subtitles.pages.render import wants_fragment

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Problem:
    status: int
    title: Words
    text: Words


BAD_REQUEST = Problem(
    400,
    _("That request was not understood"),
    _("Nothing was changed. Go back, reload the page and try again."),
)
FORBIDDEN = Problem(
    403,
    _("You may not do that here"),
    _("Nothing was changed. Ask the owner of the room, or sign in with another account."),
)
NOT_FOUND = Problem(
    404,
    _("There is nothing here"),
    _("The address may be mistyped, or what stood here is gone or not yours. Nothing was changed."),
)
LINK_UNKNOWN = Problem(
    404,
    _("There is no room at this link"),
    _("Check that the link is complete, or ask the streamer for it."),
)
LINK_REPLACED = Problem(
    410,
    _("This link was replaced"),
    _("The room is still there, under a new link. Ask the streamer for the new one."),
)
SET_UP_ALREADY = Problem(
    410,
    _("This installation is already set up"),
    _("The set-up link works once. Nothing was changed. Sign in with the account that was made then."),
)
INTERNAL = Problem(
    500,
    _("Something failed on the server"),
    _("What was saved before is safe. Try again; if it happens again, tell the administrator what you did."),
)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The same words as a page, as a fragment for htmx, or as RFC 9457 JSON for whoever takes no HTML."""
    if not request.accepts("text/html") and request.accepts("application/json"):
        body = {"type": "about:blank", "status": problem.status, "title": problem.title, "detail": problem.text}
        return JsonResponse(body, status=problem.status, content_type="application/problem+json")
    if wants_fragment(request):
        response = render(request, "error/_fragment.html", {"problem": problem}, status=problem.status)
        return reswap(retarget(response, "#messages"), "innerHTML")
    return render(request, "error/index.html", {"problem": problem}, status=problem.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request's context: what failed may be what the context needs."""
    return HttpResponse(render_to_string("error/index.html", {"problem": INTERNAL}), status=INTERNAL.status)
