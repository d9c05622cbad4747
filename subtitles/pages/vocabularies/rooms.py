"""What a room's pages say about its vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subtitles.engines.catalog import Model
from subtitles.models import CaptionSession, Room, Transcript, Vocabulary
from subtitles.pages.vocabularies.sentences import reason
from subtitles.vocabularies import accounts, standing
from subtitles.vocabularies.standing import State
from subtitles.vocabularies.use import want_for

_ON_ITS_WAY = gettext_lazy(
    "The vocabulary “%(name)s” is on its way to the service. A session that begins before it is ready runs without it."
)
_NOTES: Mapping[State, str | Promise] = {
    State.NO_HOT_WORDS: gettext_lazy(
        "The model of this room takes no hot words: the vocabulary “%(name)s” is not used."
    ),
    State.EMPTY: gettext_lazy("The vocabulary “%(name)s” has no words yet."),
    State.ABSENT: _ON_ITS_WAY,
    State.SENDING: _ON_ITS_WAY,
    State.GOING: _ON_ITS_WAY,
    State.FAILED: gettext_lazy("The vocabulary “%(name)s” could not be sent; sessions run without it. %(reason)s"),
}


def vocabulary_choices(room: Room) -> list[tuple[str, str]]:
    """Those of the room's owner; none is the first."""
    owned = Vocabulary.objects.filter(owner=room.owner_id).values_list("pk", "name")
    return [("", _("None")), *((str(key), name) for key, name in owned)]


def hot_words_help(model: Model | None) -> str:
    if model is not None and accounts.option_of(model.engine, model.name):
        return _("Names and terms that the recogniser should expect. You keep them under “Vocabularies”.")
    return _("This model takes no hot words: a vocabulary has no effect with it.")


def vocabulary_notes(room: Room) -> list[str]:
    """What a streamer should know before going live; what nobody asked for yet is sent now."""
    vocabulary = room.vocabulary
    if vocabulary is None:
        return []
    found = standing.of(vocabulary, room.engine, room.model)
    if found.state in (State.ABSENT, State.GOING):
        want_for(room)
    notes = []
    if note := _NOTES.get(found.state):
        notes.append(str(note) % {"name": vocabulary.name, "reason": reason(found.job)})
    if found.state is not State.NO_HOT_WORDS and _runs_without(room):
        notes.append(_("The session that is live now began without the vocabulary; the next one uses it."))
    return notes


def _runs_without(room: Room) -> bool:
    live = Transcript.objects.filter(
        session__room=room, session__state=CaptionSession.State.LIVE, kind=Transcript.Kind.LIVE
    ).first()
    return live is not None and accounts.option_of(live.engine, live.model) not in live.options
