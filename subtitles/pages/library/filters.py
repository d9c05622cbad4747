"""What narrows the list of sessions, and what narrows a search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from subtitles.access import rooms_for
from subtitles.models import CaptionSession, Room, Sentence, Transcript, User
from subtitles.pages import engines, languages, speakers
from subtitles.pages.library.shown import text_shown


class RoomsAndDates(forms.Form):
    """Bound to an address: what is wrong in it counts as not chosen."""

    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"), required=False, empty_label=_("All rooms"))
    language = forms.ChoiceField(label=_("Spoken language"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, user: User, data: QueryDict) -> None:
        super().__init__(data)
        self.user = user
        self.rooms = rooms_for(user)
        for name, choices in {"room": self.rooms, **self.choices()}.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = choices
            elif isinstance(field, forms.ChoiceField):
                field.choices = choices
        self.full_clean()

    def choices(self) -> dict[str, Any]:
        spoken = CaptionSession.objects.filter(room__in=self.rooms).order_by("language")
        tags = spoken.values_list("language", flat=True).distinct()
        return {"language": [("", _("All languages")), *((tag, languages.name(tag)) for tag in tags if tag)]}

    def value(self, name: str) -> Any:
        return self.cleaned_data.get(name)

    @property
    def is_narrow(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)

    def of_sessions(self, prefix: str = "") -> Q:
        wanted = {
            "room": self.value("room"),
            "started_at__date__gte": self.value("since"),
            "started_at__date__lte": self.value("until"),
        }
        return Q(**{prefix + name: value for name, value in wanted.items() if value})


class Filters(RoomsAndDates):
    q = forms.CharField(label=_("Title"), max_length=160, required=False, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *CaptionSession.State.choices])
    field_order = ("q", "room", "state", "language", "since", "until")

    def sessions(self) -> QuerySet[CaptionSession]:
        wanted = {
            "title__icontains": (self.value("q") or "").strip(),
            "state": self.value("state"),
            "language": self.value("language"),
        }
        narrow = Q(**{name: value for name, value in wanted.items() if value})
        return CaptionSession.objects.filter(self.of_sessions() & narrow, room__in=self.rooms).select_related(
            "room", "recording"
        )


class SearchFilters(RoomsAndDates):
    speaker = forms.CharField(label=_("Speaker"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind of text"), required=False)
    model = forms.ChoiceField(label=_("Model"), required=False)
    every = forms.BooleanField(
        label=_("Search all versions of a text, not only the one shown to people"), required=False
    )
    field_order = ("room", "language", "since", "until", "speaker", "kind", "model", "every")

    def choices(self) -> dict[str, Any]:
        of_mine = Transcript.objects.filter(session__room__in=self.rooms).order_by("model", "engine")
        models = of_mine.values_list("engine", "model").distinct()
        return {
            **super().choices(),
            "kind": [("", _("All")), *Transcript.Kind.choices],
            "model": [("", _("All models")), *engines.model_choices(models)],
        }

    def sentences(self) -> QuerySet[Sentence]:
        """With their transcripts, sessions and rooms."""
        transcript = "transcript__"
        wanted = {
            # What a model writes beside a sentence may be shorter than what a room says: "zh" for "zh-CN".
            f"{transcript}session__language": self.value("language"),
            f"{transcript}kind": self.value("kind"),
            f"{transcript}model": self.value("model"),
        }
        narrow = Q(**{name: value for name, value in wanted.items() if value})
        narrow &= self.of_sessions(f"{transcript}session__") & self._of_speaker()
        found = Sentence.objects.filter(narrow, hidden=False, transcript__ready=True)
        if not self.user.is_superuser:
            found = found.filter(transcript__session__room__in=self.room_ids)
        if not self.every_version:
            found = found.filter(transcript=Subquery(text_shown(OuterRef("transcript__session"))))
        return found.select_related("transcript__session__room")

    def _of_speaker(self) -> Q:
        """By a part of a name, or by the whole of what a page calls one without a name."""
        wanted = (self.value("speaker") or "").strip()
        return Q(speaker__icontains=wanted) | Q(speaker=speakers.number(wanted) or wanted) if wanted else Q()

    @property
    def every_version(self) -> bool:
        """Who asks for a kind of text, or for a model's, means that one, whatever is shown to people."""
        return any(map(self.value, ("every", "kind", "model")))

    @property
    def room_ids(self) -> list[int]:
        return list(self.rooms.values_list("pk", flat=True))

    def searched_rooms(self) -> list[int] | None:
        """None: all there are."""
        if room := self.value("room"):
            return [room.pk]
        return None if self.user.is_superuser else self.room_ids
