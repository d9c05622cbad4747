"""The form of a room. Models and options are drawn from the catalogue, so the form changes with engine and model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subtitles.engines import catalog
from subtitles.engines.catalog import Checked, Model, Option
from subtitles.models import Room
from subtitles.pages import engines, languages, option_fields
from subtitles.pages.vocabularies.rooms import hot_words_help, vocabulary_choices
from subtitles.pages.ways_out import WaysOut, ways_out
from subtitles.speech import clean_text
from subtitles.vocabularies.use import want_for


class RoomForm(forms.Form):
    """Unbound it shows the room; with `drawn` it shows what somebody has entered so far, unchecked; bound it saves.

    The hidden field `drawn` says for which engine and model the options were drawn.
    """

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("Viewers see it above the captions."), strip=True
    )
    language = forms.ChoiceField(label=_("Spoken language"))
    engine = forms.ChoiceField(label=_("Engine"))
    model = forms.ChoiceField(label=_("Model"))
    vocabulary = forms.ChoiceField(label=_("Vocabulary"), required=False)
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, room: Room, data: QueryDict | None = None, *, redraw: bool = False) -> None:
        super().__init__(data=None if redraw else data)
        self.room = room
        self._entered = data
        engine = self._value("engine", room.engine)
        self.entry = _model(engine, self._value("model", room.model))
        self._offer(engine)
        self._start_with(engine)
        self.stale = data is not None and self._value("drawn", "") != self._drawn

    @property
    def has_options(self) -> bool:
        return bool(self._options)

    def option_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith(option_fields.PREFIX))

    @cached_property
    def ways_out(self) -> WaysOut | None:
        """Why the choice that is shown cannot work on this machine, and what can be done."""
        language = self._value("language", self.room.language)
        return ways_out(self.entry.engine, self.entry.name, language) if self.entry else None

    @cached_property
    def warnings(self) -> list[str]:
        """What is doubtful about the choice that is shown, and yet does not keep it from being saved."""
        if self.is_bound and self.is_valid():
            checked = self._checked
        elif self.entry:
            language = self._value("language", self.room.language)
            checked = catalog.validate(self.entry.engine, self.entry.name, language, {})
        else:
            return []
        return [engines.notice_text(notice) for notice in checked.warnings.values()]

    def clean_title(self) -> str:
        title = clean_text(self.cleaned_data["title"], 120)
        if not title:
            raise forms.ValidationError(_("Give the room a title that can be read."), code="required")
        return title

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name, notice in self._checked.errors.items():
            field = name if name in self.fields else option_fields.PREFIX + name
            self.add_error(field if field in self.fields else None, engines.notice_text(notice))
        return cleaned

    def save(self) -> Room:
        """Writes only what the form shows: the live path writes other fields of the same row meanwhile."""
        room, cleaned = self.room, self.cleaned_data
        room.title, room.language = cleaned["title"], cleaned["language"]
        room.engine, room.model = cleaned["engine"], cleaned["model"]
        room.options = dict(self._checked.values)
        room.vocabulary_id = int(cleaned["vocabulary"]) if cleaned["vocabulary"] else None
        fields = ["title", "language", "engine", "model", "options", "vocabulary"]
        room.save(update_fields=None if room.pk is None else fields)
        want_for(room)
        return room

    @property
    def _checked(self) -> Checked:
        cleaned = self.cleaned_data
        values = {
            option.name: option_fields.chosen(option, cleaned.get(option_fields.field_name(option)))
            for option in self._options
        }
        engine, model = cleaned.get("engine", ""), cleaned.get("model", "")
        return catalog.validate(engine, model, cleaned.get("language", ""), values) if model else Checked()

    @property
    def _options(self) -> tuple[Option, ...]:
        return self.entry.options if self.entry else ()

    @property
    def _drawn(self) -> str:
        return f"{self.entry.engine}/{self.entry.name}" if self.entry else ""

    def _value(self, name: str, otherwise: str) -> str:
        return otherwise if self._entered is None else self._entered.get(name, otherwise)

    def _offer(self, engine: str) -> None:
        """Fills the selects and adds the options of the model that is shown."""
        self._choices("engine", engines.choices(engine))
        self._choices("model", [(model.name, _title(model)) for model in catalog.models_of(engine)])
        self._choices("language", _languages(self.room.language))
        self._choices("vocabulary", vocabulary_choices(self.room))
        self.fields["vocabulary"].help_text = hot_words_help(self.entry)
        self.fields["engine"].help_text = engines.sentence(engine)
        self.fields["model"].help_text = engines.translated(self.entry.advice) if self.entry else ""
        for option in self._options:
            self.fields[option_fields.field_name(option)] = option_fields.option_field(option)
        for name in ("engine", "model", "language"):
            self.fields[name].widget.attrs.update({"hx-get": "", "hx-trigger": "change"})

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _start_with(self, engine: str) -> None:
        self.initial = {
            "title": self._value("title", self.room.title),
            "language": self._value("language", self.room.language),
            "engine": engine,
            "model": self.entry.name if self.entry else "",
            "vocabulary": self._value("vocabulary", str(self.room.vocabulary_id or "")),
            "drawn": self._drawn,
            **{option_fields.field_name(option): self._option_value(option) for option in self._options},
        }

    def _option_value(self, option: Option) -> Any:
        """As entered when the option was on the page; else as the room has it; else what is usual."""
        name = option_fields.field_name(option)
        if self._entered is not None and _had(self._value("drawn", ""), option):
            return self.fields[name].widget.value_from_datadict(self._entered, {}, name)
        own: Mapping[str, Any] = self.room.options if self.room.model == (self.entry and self.entry.name) else {}
        return own.get(option.name, option_fields.standard(option))


def _model(engine: str, name: str) -> Model | None:
    """The model asked for, or the engine's best."""
    models = catalog.models_of(engine)
    return next((model for model in models if model.name == name), next(iter(models), None))


def _title(model: Model) -> str:
    title = engines.translated(model.title)
    if not engines.is_here(model):
        return gettext("%(title)s – not on this machine") % {"title": title}
    return gettext("%(title)s (recommended)") % {"title": title} if model.recommended else title


def _had(drawn: str, option: Option) -> bool:
    engine, _slash, model = drawn.partition("/")
    entry = catalog.find(engine, model)
    return entry is not None and entry.option(option.name) is not None


def _languages(current: str) -> list[tuple[str, str]]:
    offered = [(tag, str(name)) for tag, name in languages.SPOKEN.items()]
    return offered if current in languages.SPOKEN or not current else [*offered, (current, languages.name(current))]
