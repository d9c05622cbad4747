"""The sessions that a page of the library is about: those of rooms that the caller may open, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from subtitles.access import Visitor, rooms_for
from subtitles.models import CaptionSession, User
from subtitles.pages.library.filters import Filters
from subtitles.pages.render import PageRequest

MOST = 500
"""Sessions at once: of a longer list those that it has first."""


def sessions_for(user: Visitor) -> QuerySet[CaptionSession]:
    return CaptionSession.objects.filter(room__in=rooms_for(user)).select_related("room", "recording")


def changeable(user: User, found: QuerySet[CaptionSession]) -> QuerySet[CaptionSession]:
    """Those that `access.may_edit` would let the user change."""
    return found if user.is_superuser else found.filter(Q(room__owner=user))


def chosen(request: PageRequest) -> QuerySet[CaptionSession]:
    """`session=1&session=2` of the query or the form; with `everything`, all that the list's `filters` leave."""
    values = request.POST if request.method == "POST" else request.GET
    if "everything" in values:
        found = Filters(request.user, QueryDict(values.get("filters", ""))).sessions()
        return sessions_for(request.user).filter(pk__in=list(found.values_list("pk", flat=True)[:MOST]))
    named = [int(pk) for pk in values.getlist("session") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    return sessions_for(request.user).filter(pk__in=named[:MOST])


def one_or_more(found: QuerySet[CaptionSession]) -> list[CaptionSession]:
    sessions = list(found)
    if not sessions:
        raise Http404
    return sessions


def address(name: str, sessions: Iterable[CaptionSession]) -> str:
    return f"{reverse(name)}?{urlencode([('session', session.pk) for session in sessions])}"
