"""What is said about models on this machine: licences and figures of others, states of a download, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from subtitles.models import Job

MARKED = (
    _("Apache-2.0 (a third party says so)"),
    _("characters wrong (500 sentences of CommonVoice zh-TW): 6.85 %"),
    _("words wrong (English; the test set is not named): 4.0 %"),
    _("Luigi (model card)"),
    _("FunASR model licence 1.1; some model cards say Apache-2.0: unclear"),
    _("the checkpoint's own; not verified"),
    _("CC BY-SA 4.0 (a mirror says so)"),
    _("0.075 seconds of one Cortex-A76 core for a second of sound"),
    _("a project that uses it"),
    _("Apache-2.0 for the code; the model's own: not verified"),
    _("characters wrong: 1.91 % (AISHELL-1), 8.54 % and 7.91 % (WenetSpeech net and meeting)"),
    _("icefall"),
    _("Apache-2.0"),
    _("FunASR model licence 1.1: its makers' name and the model's name must be kept with it"),
    _("0.099 seconds of one Cortex-A76 core for a second of sound"),
    _("Qwen3-ASR's own; not verified"),
    _("18 seconds of sound in 4.4 s"),
    _("each checkpoint's own"),
    _("Used by itself for models without punctuation."),
    _("7 to 14 ms for a text"),
    _("For recordings, with any of their models; the part that knows voices was trained on English."),
    _("segmentation: MIT (a file inside says so); voices (NeMo TitaNet small): CC BY 4.0"),
)
"""The packages' English; `engines.catalog` knows no Django. A test compares the two."""

USES: Mapping[str, str | Promise] = {
    "live": gettext_lazy("Live captions"),
    "batch": gettext_lazy("Recordings"),
    "punctuation": gettext_lazy("Punctuation"),
    "speakers": gettext_lazy("Speakers"),
}
_STEPS: Mapping[str, str | Promise] = {
    "": gettext_lazy("Waiting for its turn"),
    "downloading": gettext_lazy("Downloading"),
    "unpacking": gettext_lazy("Checking and unpacking"),
}
_PROBLEMS: Mapping[str, str | Promise] = {
    "network": gettext_lazy("The connection broke or could not be made; nothing that came is lost."),
    "gone": gettext_lazy("The server does not have this file. Another mirror may have it."),
    "wrong-file": gettext_lazy("What came is not the published file: size or checksum differ. It was thrown away."),
    "bad-archive": gettext_lazy("The archive cannot be unpacked."),
    "incomplete": gettext_lazy("The archive lacks files that the model needs."),
    "disk-full": gettext_lazy("The disk is too full for it."),
    "storage": gettext_lazy("A file could not be written."),
    "fetched-elsewhere": gettext_lazy("Another process is fetching this model just now."),
}


def translated(text: str) -> str:
    return gettext(text) if text else ""


def step(job: Job) -> str:
    return str(_STEPS.get(job.step, _STEPS[""]))


def problem(job: Job) -> str:
    """Why its last attempt came to nothing, or an empty text."""
    if not job.error_kind:
        return ""
    known = _PROBLEMS.get(job.error_key) or _PROBLEMS.get(job.error_kind)
    return str(known) if known else gettext("Something went wrong; the log has the details.")
