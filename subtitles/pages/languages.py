"""The languages people can say they speak, by BCP 47 tag, named in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subtitles.engines import catalog

SPOKEN: Mapping[str, str | Promise] = {
    "en": _("English"),
    "zh-CN": _("Chinese (Mandarin)"),
    "yue": _("Chinese (Cantonese)"),
    "zh-TW": _("Chinese (Mandarin, Taiwan)"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "de": _("German"),
    "fr": _("French"),
    "ru": _("Russian"),
    "es": _("Spanish"),
    "pt": _("Portuguese"),
    "it": _("Italian"),
    "nl": _("Dutch"),
    "pl": _("Polish"),
    "uk": _("Ukrainian"),
    "tr": _("Turkish"),
    "ar": _("Arabic"),
    "fa": _("Persian"),
    "he": _("Hebrew"),
    "hi": _("Hindi"),
    "bn": _("Bengali"),
    "ur": _("Urdu"),
    "id": _("Indonesian"),
    "ms": _("Malay"),
    "fil": _("Filipino"),
    "vi": _("Vietnamese"),
    "th": _("Thai"),
    "sv": _("Swedish"),
    "da": _("Danish"),
    "nb": _("Norwegian"),
    "fi": _("Finnish"),
    "cs": _("Czech"),
    "ro": _("Romanian"),
    "hu": _("Hungarian"),
    "el": _("Greek"),
    "bg": _("Bulgarian"),
    "hr": _("Croatian"),
    "sk": _("Slovak"),
    "sl": _("Slovenian"),
    "et": _("Estonian"),
    "lv": _("Latvian"),
    "lt": _("Lithuanian"),
    "mt": _("Maltese"),
    "ga": _("Irish"),
    "ca": _("Catalan"),
}

_ALSO = {"no": "nb"}
"""Norwegian has two tags; both mean what is spoken."""


def name(tag: str) -> str:
    """The tag itself for a language without a name here; `zh` is named by its most spoken form."""
    primary = _ALSO.get(catalog.primary(tag), catalog.primary(tag))
    spoken = SPOKEN.get(tag) or SPOKEN.get("zh-CN" if primary == "zh" else primary)
    return str(spoken) if spoken else tag


def names(tags: tuple[str, ...]) -> str:
    return gettext(", ").join(name(tag) for tag in tags)
