from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from subtitles.pages import installation


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("rooms")
    if installation.is_set_up():
        return redirect("login")
    return render(request, "home/index.html")
