"""What a file is to be like: format, limits of a cue, and the clock it follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subtitles.exports.clock import Clock, Gap, vod_clock
from subtitles.exports.formats import FORMATS, Choices, Format
from subtitles.exports.presets import PRESETS, Preset
from subtitles.models import CaptionSession, RecordingGap, Transcript
from subtitles.speech import samples_to_ms

FORMAT_NAMES: Mapping[str, str | Promise] = {
    "vtt": _("WebVTT (.vtt), for web players"),
    "srt": _("SubRip (.srt), for YouTube and video editors"),
    "ass": _("Advanced SubStation (.ass), styled"),
    "txt": _("Text (.txt)"),
    "docx": _("Word (.docx)"),
    "csv": _("Table (.csv)"),
    "json": _("Data (.json), for programs"),
}
PRESET_NAMES: Mapping[str, str | Promise] = {
    "netflix-en": _("Netflix, English"),
    "netflix-zh-hans": _("Netflix, Simplified Chinese"),
    "bbc": _("BBC"),
    "vertical": _("Vertical video"),
    "live": _("As on the live page"),
}
LIMITS = ("line_length", "lines", "speed", "min_ms", "max_ms", "gap_ms")
MOST_OFFSET_S = 7 * 24 * 3600


class ExportForm(forms.Form):
    """Bound to an address. Limits follow the preset until they are changed: `drawn` is the one they were drawn for."""

    format = forms.ChoiceField(label=_("Format"), required=False, choices=list(FORMAT_NAMES.items()))
    preset = forms.ChoiceField(label=_("Layout"), required=False, choices=list(PRESET_NAMES.items()))
    line_length = forms.IntegerField(label=_("Characters in a line"), min_value=4, max_value=200)
    lines = forms.IntegerField(label=_("Lines"), min_value=1, max_value=4)
    speed = forms.FloatField(label=_("Characters a second"), min_value=1, max_value=100)
    min_ms = forms.IntegerField(label=_("Shortest (ms)"), min_value=0, max_value=60_000)
    max_ms = forms.IntegerField(label=_("Longest (ms)"), min_value=1, max_value=60_000)
    gap_ms = forms.IntegerField(label=_("Gap (ms)"), min_value=0, max_value=5_000)
    speakers = forms.BooleanField(label=_("Say who speaks"), required=False)
    times = forms.BooleanField(label=_("Times in the text"), required=False)
    word_times = forms.BooleanField(label=_("The time of each word (WebVTT)"), required=False)
    offset_s = forms.FloatField(
        label=_("Shift by seconds"), required=False, min_value=-MOST_OFFSET_S, max_value=MOST_OFFSET_S,
        help_text=_("Below zero: earlier."),
    )  # fmt: skip
    vod_start = forms.DateTimeField(
        label=_("The video began at"), required=False,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": "1"}),
        help_text=_("By the clock, in the time zone of this server. Pauses are put back in, so that the text fits."),
    )  # fmt: skip
    drawn = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, transcripts: Mapping[int, str], language: str) -> None:
        preset = _known(data.get("preset", ""), PRESETS, usual_preset(language))
        chosen = _known(data.get("format", ""), FORMATS, "vtt")
        values: dict[str, Any] = {name: getattr(PRESETS[preset], name) for name in LIMITS}
        values |= {"speakers": True, "times": True} if "drawn" not in data else {}
        values |= data.dict() if data.get("drawn") == preset else {k: v for k, v in data.items() if k not in LIMITS}
        super().__init__({**values, "preset": preset, "format": chosen, "drawn": preset})
        if not self.chosen.on_screen:
            # Out of sight, they are carried along until they are looked at again.
            self.fields |= {name: forms.CharField(required=False) for name in LIMITS}
        self.full_width = PRESETS[preset].full_width
        offered = [("", _("The text shown to people")), *((str(pk), name) for pk, name in transcripts.items())]
        self.fields["transcript"] = forms.ChoiceField(label=_("Text"), required=False, choices=offered)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if self.chosen.on_screen and not self.errors:
            try:
                cleaned["limits"] = Preset(**{name: cleaned[name] for name in LIMITS}, full_width=self.full_width)
            except ValueError:
                self.add_error("min_ms", _("The shortest time is longer than the longest."))
        return cleaned

    @property
    def chosen(self) -> Format:
        return FORMATS[self.data["format"]]

    @property
    def limit_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in LIMITS]

    def choices(self, session: CaptionSession) -> Choices:
        cleaned = self.cleaned_data
        return Choices(
            cleaned.get("limits"),
            self._clock(session),
            cleaned["speakers"],
            cleaned["times"],
            cleaned["word_times"],
        )

    def _clock(self, session: CaptionSession) -> Clock | None:
        offset = round(1000 * (self.cleaned_data["offset_s"] or 0))
        start: datetime | None = self.cleaned_data["vod_start"]
        if start is not None and session.paced:
            return vod_clock(_gaps(session), offset + _ms(session.started_at - start))
        return vod_clock((), offset) if offset else None


def _ms(length: timedelta) -> int:
    return round(1000 * length.total_seconds())


def _gaps(session: CaptionSession) -> list[Gap]:
    """Time that passed while nothing was recorded. What was only not captioned is in the recording."""
    rows = RecordingGap.objects.filter(recording__session=session).exclude(reason=RecordingGap.Reason.UNCAPTIONED)
    return [Gap(samples_to_ms(at), ms) for at, ms in rows.values_list("at_samples", "ms")]


def named(transcripts: list[Transcript]) -> dict[int, str]:
    """As every other page calls them."""
    return {one.pk: render_to_string("transcript/_name.html", {"transcript": one}) for one in transcripts}


def usual_preset(language: str) -> str:
    return "netflix-zh-hans" if language.lower().startswith(("zh", "yue")) else "netflix-en"


def _known(value: str, known: Mapping[str, object], otherwise: str) -> str:
    return value if value in known else otherwise
