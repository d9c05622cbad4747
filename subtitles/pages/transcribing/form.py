"""The picker: language and scene lead to a model, the model to its options. Drawn from the catalogue, like a room's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subtitles.access import vocabularies_for
from subtitles.engines import catalog
from subtitles.engines.catalog import Checked, Model, Option, Recommendation
from subtitles.models import User, Vocabulary
from subtitles.pages import engines, languages, option_fields
from subtitles.pages.row_number import row_number
from subtitles.pages.transcribing import context, estimates, wanted
from subtitles.pages.transcribing.estimates import Estimate
from subtitles.pages.transcribing.sound import Sound
from subtitles.vocabularies.accounts import option_of

_DRAWS_AGAIN = {"hx-post": "", "hx-trigger": "change"}


class AgainForm(forms.Form):
    """Unbound it shows what is recommended; with `redraw` what was entered so far, unchecked; bound it is a wish.

    The hidden field `drawn` says for which model the options were drawn, `advised` which one was recommended then: who
    has not chosen another one follows the recommendation.
    """

    language = forms.ChoiceField(label=_("Spoken language"), required=False)
    scene = forms.ChoiceField(label=_("What is it?"), required=False)
    model = forms.ChoiceField(label=_("Model"))
    vocabulary = forms.ModelChoiceField(
        label=_("Vocabulary"), queryset=Vocabulary.objects.none(), required=False, empty_label=_("None")
    )
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)
    advised = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: User, sound: Sound, data: QueryDict | None = None, *, redraw: bool = False) -> None:
        super().__init__(data=None if redraw else data)
        self.sound = sound
        self._entered = data
        self.spoken = self._value("language", sound.language)
        self._vocabulary = self._own_vocabulary(user)
        self.advice = wanted.recommended(self.spoken, self._value("scene", ""))
        self.entry = self._chosen()
        self._offer(user)
        self._start_with()
        self.stale = data is not None and self._value("drawn", "") != self._drawn

    # --- what is shown --------------------------------------------------------------------------------------------

    @property
    def has_options(self) -> bool:
        return bool(self._options)

    @property
    def takes_words(self) -> bool:
        entry = self.entry
        return entry is not None and bool(entry.option("context") or option_of(entry.engine, entry.name))

    def option_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith(option_fields.PREFIX))

    @property
    def recommendation(self) -> Recommendation | None:
        """For the model that is shown, if it is recommended."""
        return next((one for one in self.advice if one.model == self.entry), None)

    @property
    def recommended_title(self) -> str:
        return engines.translated(self.recommendation.model.title) if self.recommendation else ""

    @property
    def recommended_reason(self) -> str:
        return engines.translated(self.recommendation.reason) if self.recommendation else ""

    @property
    def alternatives(self) -> str:
        """Titles in quotes: some have commas of their own."""
        titles = [engines.translated(one.model.title) for one in self.advice if one.model != self.entry]
        return gettext(", ").join(gettext("“%(title)s”") % {"title": title} for title in titles)

    @cached_property
    def estimate(self) -> Estimate | None:
        channels = self._now(option_fields.PREFIX + "channels")
        count = len(channels) if isinstance(channels, list) else 1
        return estimates.estimate(self.entry, self.sound.seconds, count) if self.entry else None

    @cached_property
    def warnings(self) -> list[str]:
        """What is doubtful about the choice that is shown, and yet keeps nobody from it."""
        if self.entry is None:
            return []
        checked = self._checked if self.is_bound and self.is_valid() else self._unchecked
        return [*map(engines.notice_text, checked.warnings.values()), *self._doubts()]

    @cached_property
    def obstacle(self) -> str:
        if self.entry is None:
            return gettext("No engine for recordings is installed here.")
        return self.sound.obstacle or wanted.refusal(self.entry, self.spoken, {})

    # --- what is wished -------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if self.obstacle:
            raise forms.ValidationError(self.obstacle, code="obstacle")
        for name, notice in self._checked.errors.items():
            field = name if name in self.fields else option_fields.PREFIX + name
            self.add_error(field if field in self.fields else None, engines.notice_text(notice))
        return cleaned

    @property
    def values(self) -> dict[str, object]:
        """The options, as they are kept with the job."""
        return dict(self._checked.values)

    @cached_property
    def _checked(self) -> Checked:
        return self._check({option.name: self._cleaned(option) for option in self._options})

    @cached_property
    def _unchecked(self) -> Checked:
        return self._check({})

    def _check(self, values: dict[str, object]) -> Checked:
        if self.entry is None:
            return Checked()
        return catalog.validate(self.entry.engine, self.entry.name, self.spoken, values, realtime=False)

    def _cleaned(self, option: Option) -> object:
        value = self.cleaned_data.get(option_fields.field_name(option))
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")  # as browsers end the lines of a box
        if option.name == "context":
            return context.kept(self.sound, option, self.cleaned_data.get("vocabulary"), str(value or ""))
        return option_fields.chosen(option, value)

    # --- drawing --------------------------------------------------------------------------------------------------

    def _chosen(self) -> Model | None:
        """What was chosen by hand, else the best for this language and scene that works here, else any."""
        entered = self._value("model", "")
        by_hand = wanted.find(entered) if entered != self._value("advised", "") else None
        return by_hand or self._advised or wanted.find(entered)

    @cached_property
    def _advised(self) -> Model | None:
        return wanted.first(self.spoken, [one.model for one in self.advice])

    @property
    def _options(self) -> tuple[Option, ...]:
        if self.entry is None:
            return ()
        return tuple(option for option in self.entry.options if option.name != "channels" or self.sound.channels > 1)

    @property
    def _drawn(self) -> str:
        return wanted.address(self.entry) if self.entry else ""

    def _value(self, name: str, otherwise: str) -> str:
        return otherwise if self._entered is None else self._entered.get(name, otherwise)

    def _now(self, name: str) -> Any:
        """A field's value as it is shown, whether it was checked or not."""
        if name not in self.fields:
            return None
        return self[name].value() if self.is_bound else self.initial.get(name)

    def _own_vocabulary(self, user: User) -> Vocabulary | None:
        """As chosen; at first the room's, if it is theirs."""
        chosen = row_number(self._value("vocabulary", str(self.sound.vocabulary or "")))
        return vocabularies_for(user).filter(pk=chosen).first() if chosen is not None else None

    def _offer(self, user: User) -> None:
        self._choices("language", [("", gettext("Let the model find out")), *_languages(self.spoken)])
        self._choices("scene", [("", gettext("Something else")), *_scenes()])
        self._choices("model", wanted.choices(self.advice))
        self.fields["model"].help_text = engines.translated(self.entry.advice) if self.entry else ""
        if self.takes_words:
            self._offer_vocabularies(user)
        else:
            del self.fields["vocabulary"]
        for option in self._options:
            self.fields[option_fields.field_name(option)] = self._field(option)
        for name in ("language", "scene", "model", option_fields.PREFIX + "channels"):
            if name in self.fields:
                self.fields[name].widget.attrs.update(_DRAWS_AGAIN)

    def _offer_vocabularies(self, user: User) -> None:
        field = self.fields["vocabulary"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = vocabularies_for(user)
        field.help_text = gettext("Names and terms that the model should expect.")

    def _field(self, option: Option) -> forms.Field:
        field = option_fields.option_field(option)
        if option.name == "channels" and isinstance(field, forms.MultipleChoiceField):
            field.choices = [(value, value) for value in option.choices if int(value) < self.sound.channels]
        if option.name == "context":
            field.widget.attrs |= context.attributes(option)
        return field

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _start_with(self) -> None:
        self.initial = {
            "language": self.spoken,
            "scene": self._value("scene", ""),
            "model": self._drawn,
            "vocabulary": self._vocabulary.pk if self._vocabulary else None,
            "drawn": self._drawn,
            "advised": wanted.address(self._advised) if self._advised else "",
            **{option_fields.field_name(option): self._option_value(option) for option in self._options},
        }

    def _option_value(self, option: Option) -> Any:
        """As entered when the option was on the page; else what is usual."""
        name = option_fields.field_name(option)
        drawn = wanted.find(self._value("drawn", ""))
        if self._entered is not None and drawn is not None and drawn.option(option.name) is not None:
            return self.fields[name].widget.value_from_datadict(self._entered, {}, name)
        if option.name == "context":
            return context.suggested(self.sound, option, self._vocabulary)
        return option_fields.standard(option)

    def _doubts(self) -> Iterator[str]:
        entry, rates = self.entry, self.sound.sample_rates
        if entry and entry.retiring:
            yield gettext("The provider has announced that it will be withdrawn.")
        if entry and entry.sample_rates and not rates <= set(entry.sample_rates):
            yield gettext("%(title)s is made for sound at %(rate)s Hz; this recording has another rate.") % {
                "title": engines.translated(entry.title),
                "rate": ", ".join(map(str, entry.sample_rates)),
            }


def _languages(current: str) -> list[tuple[str, str]]:
    offered = [(tag, str(name)) for tag, name in languages.SPOKEN.items()]
    return offered if current in languages.SPOKEN or not current else [*offered, (current, languages.name(current))]


def _scenes() -> list[tuple[str, str]]:
    return [(scene.value, engines.translated(words.title)) for scene, words in catalog.SCENES.items()]
