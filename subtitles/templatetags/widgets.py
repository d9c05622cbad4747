from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()


@register.simple_tag
def kind(field: BoundField) -> str:
    """How `_field.html` lays a field out: `group` of boxes, single `check` box, or `line`."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "line"
