"""A form field for each option of the catalogue. Ranges are checked by the catalogue, not here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django import forms
from django.utils.translation import gettext as _

from subtitles.engines.base import OptionValue
from subtitles.engines.catalog import Kind, Option
from subtitles.pages import languages
from subtitles.pages.engines import translated

PREFIX = "option_"


def field_name(option: Option) -> str:
    return PREFIX + option.name


def option_field(option: Option) -> forms.Field:
    field = _FIELDS[option.kind](option)
    field.label = translated(option.label) + (f" ({option.unit})" if option.unit else "")
    field.help_text = " ".join(part for part in (translated(option.help), _range(option), _when(option)) if part)
    field.required = False
    return field


def standard(option: Option) -> OptionValue | None:
    """What happens when the room says nothing."""
    return option.default if option.preset is None else option.preset


def chosen(option: Option, value: object) -> object:
    """`value` as it is kept: None where it is what happens anyway."""
    return None if value == standard(option) else value


def _range(option: Option) -> str:
    if option.minimum is None or option.maximum is None:
        return ""
    low, high = f"{option.minimum:g}", f"{option.maximum:g}"
    if option.default is None:
        return _("From %(low)s to %(high)s.") % {"low": low, "high": high}
    return _("From %(low)s to %(high)s; empty = %(default)s.") % {"low": low, "high": high, "default": option.default}


def _when(option: Option) -> str:
    if option.only_when is None or option.only_when[1] is not False:
        return ""
    return _("Has no effect while sentences are cut by meaning.")


def _number(option: Option) -> forms.Field:
    whole = option.kind is Kind.INT
    attributes = {"min": option.minimum, "max": option.maximum, "step": 1 if whole else 0.05, "inputmode": "decimal"}
    widget = forms.NumberInput(
        attrs={
            name: f"{value:g}" if isinstance(value, float) else value
            for name, value in attributes.items()
            if value is not None
        }
    )
    return forms.IntegerField(widget=widget) if whole else forms.FloatField(widget=widget)


def _choice(option: Option) -> forms.Field:
    return forms.ChoiceField(choices=[("", _("Usual")), *((value, value) for value in option.choices)])


def _list(option: Option) -> forms.Field:
    choices = [(value, languages.name(value)) for value in option.choices]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)


_FIELDS: Mapping[Kind, Callable[[Option], forms.Field]] = {
    Kind.BOOL: lambda option: forms.BooleanField(),
    Kind.INT: _number,
    Kind.FLOAT: _number,
    Kind.CHOICE: _choice,
    Kind.LIST: _list,
    Kind.TEXT: lambda option: forms.CharField(widget=forms.TextInput(attrs={"maxlength": option.most})),
    Kind.PARAGRAPH: lambda option: forms.CharField(widget=forms.Textarea(attrs={"maxlength": option.most, "rows": 4})),
}
