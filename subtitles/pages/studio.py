"""The streamer's page. Everything that moves is done by its scripts over the broadcast socket."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from subtitles.access import may_edit
from subtitles.engines import catalog
from subtitles.models import CaptionSession, Room
from subtitles.pages import engines, languages, texts
from subtitles.pages.links import overlay_url, watch_url
from subtitles.pages.render import PageRequest
from subtitles.pages.rooms import room_or_404
from subtitles.pages.vocabularies.rooms import vocabulary_notes
from subtitles.pages.ways_out import ways_out


@login_required
@require_safe
def studio(request: PageRequest, slug: str) -> HttpResponse:
    room = room_or_404(request.user, slug)
    context = {
        "room": room,
        "may_edit": may_edit(request.user, room),
        "left_open": room.sessions.filter(state=CaptionSession.State.LIVE).first(),
        "texts": texts.STUDIO,
        "idle_text": texts.STATES["state.idle"],
        "watch_url": watch_url(request, room),
        "overlay_url": overlay_url(request, room),
        "local_url": f"http://localhost:{request.get_port()}{request.path}",
        "language": languages.name(room.language),
        "engine": engines.title(room.engine),
        "obstacle": engines.obstacle(room.engine),
        "doubts": [*doubts(room), *vocabulary_notes(room)],
        "ways_out": ways_out(room.engine, room.model, room.language),
        "advice": engines.sentence(room.engine) if room.engine == "preview" else "",
    }
    return render(request, "studio/index.html", context)


def doubts(room: Room) -> list[str]:
    """What the catalogue says against this room's choice."""
    checked = catalog.validate(room.engine, room.model, room.language, room.options)
    return [engines.notice_text(notice) for notice in (*checked.errors.values(), *checked.warnings.values())]
