"""What is said about a file before it comes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from subtitles.models import Room
from subtitles.pages import languages

PCM_RATES = (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
PLAIN_BYTES = 15_000_000
"""Without a script a file comes in one request, and `serving.bodies` takes no longer one."""


class UploadForm(forms.Form):
    """The whole of it; with a script name and size come first and the file follows in pieces: `DetailsForm`."""

    language = forms.ChoiceField(label=_("Spoken language"))
    pcm_rate = forms.TypedChoiceField(
        label=_("Bare samples (.pcm)"),
        help_text=_("Only for 16-bit mono samples without a header. Everything you choose then is read that way."),
        required=False,
        coerce=int,
        empty_value=None,
    )

    def __init__(self, room: Room, data: QueryDict | None = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"language": room.language})
        spoken = {tag: str(name) for tag, name in languages.SPOKEN.items()}
        offered = {room.language: languages.name(room.language), **spoken}
        self._choices("language", sorted(offered.items(), key=lambda choice: choice[0] != room.language))
        rates = [(str(rate), _("%(rate)s Hz") % {"rate": f"{rate:,}".replace(",", " ")}) for rate in PCM_RATES]
        self._choices("pcm_rate", [("", _("No, the file has a header")), *rates])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class DetailsForm(UploadForm):
    name = forms.CharField(max_length=1_000)
    size = forms.IntegerField()


class PlainForm(UploadForm):
    file = forms.FileField(allow_empty_file=True, max_length=1_000)
