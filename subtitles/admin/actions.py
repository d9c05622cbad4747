"""What administrators do to many sessions at once: as in the library, and by the library's own pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subtitles.models import CaptionSession, User
from subtitles.pages.library.chosen import MOST, address
from subtitles.pages.library.sessions import ELSEWHERE, end_all

Action = Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse | None]


def _elsewhere(action: str, description: Any) -> Action:
    """Goes on to the page that asks what is still to be known: the model and its options, the format, "sure?"."""

    @admin.action(description=description)
    def act(_table: Any, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse | None:
        sessions = list(chosen[: MOST + 1])
        if len(sessions) > MOST:
            messages.error(request, _("At most %(number)s sessions at once.") % {"number": MOST})
            return None
        return redirect(address(ELSEWHERE[action], sessions))

    act.__name__ = f"{action}_sessions"
    return act


@admin.action(description=gettext_lazy("End live sessions"))
def end_sessions(_table: Any, request: HttpRequest, chosen: QuerySet[Any]) -> None:
    if isinstance(request.user, User):
        end_all(request, request.user, chosen.filter(state=CaptionSession.State.LIVE))


ACTIONS: list[Action] = [
    _elsewhere("transcribe", gettext_lazy("Transcribe again")),
    _elsewhere("export", gettext_lazy("Export")),
    end_sessions,
    _elsewhere("delete", gettext_lazy("Delete")),
]
