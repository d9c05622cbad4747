"""The list of rooms, and making one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from subtitles.access import Visitor, rooms_for
from subtitles.models import CaptionSession, Room
from subtitles.pages.render import PageRequest, page
from subtitles.pages.room_form import RoomForm
from subtitles.pages.slugs import free_slug


@login_required
@require_safe
def rooms(request: PageRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    found = _with_sessions(rooms_for(request.user)).select_related("owner")
    if search:
        found = found.filter(Q(title__icontains=search) | Q(slug__icontains=search))
    return page(request, "rooms", {"rooms": found, "search": search})


@login_required
@require_http_methods(["GET", "POST"])
def room_new(request: PageRequest) -> HttpResponse:
    room = Room(owner=request.user, engine=settings.SUBTITLES_ENGINE)
    form = entered(request, room)
    if form.is_bound and form.is_valid():
        room.slug = free_slug(form.cleaned_data["title"])
        form.save()
        remember_warnings(request, form)
        return redirect("studio", room.slug)
    return page(request, "room_form", {"form": form}, status=422 if form.is_bound else 200)


def entered(request: PageRequest, room: Room) -> RoomForm:
    """The form, bound only when it is to be saved: pressing "Update options", a change of engine or model that the
    options do not fit yet, and htmx's asking all draw it again as it was filled in."""
    if request.method == "POST":
        form = RoomForm(room, request.POST)
        again = "redraw" in request.POST or form.stale
        return RoomForm(room, request.POST, redraw=True) if again else form
    return RoomForm(room, request.GET if "drawn" in request.GET else None, redraw=True)


def remember_warnings(request: PageRequest, form: RoomForm) -> None:
    messages.success(request, _("The room is saved. A session that is live goes on as it began."))
    for warning in form.warnings:
        messages.warning(request, warning)


def room_or_404(user: Visitor, slug: str) -> Room:
    """Somebody else's room is not there."""
    return get_object_or_404(rooms_for(user).select_related("owner"), slug=slug)


def _with_sessions(found: QuerySet[Room]) -> QuerySet[Room]:
    """`on_air` and `last_started`, without a query for each room."""
    sessions = CaptionSession.objects.filter(room=OuterRef("pk"))
    return found.annotate(
        on_air=Exists(sessions.filter(state=CaptionSession.State.LIVE)),
        last_started=Subquery(sessions.order_by("-started_at").values("started_at")[:1]),
    )
