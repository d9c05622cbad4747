"""Faults, states and reasons of hot words, as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subtitles.models import Job, VocabularyCopy
from subtitles.vocabularies.standing import State
from subtitles.vocabularies.words import LONGEST_WORD, MOST_WORDS, WEIGHTS, Fault

Words = str | Promise

_FAULTS: Mapping[Fault, Words] = {
    Fault.EMPTY: gettext_lazy("A hot word is one line of text that can be seen."),
    Fault.LONG: gettext_lazy("It is too long: %(length)s Chinese characters or %(length)s words are the most."),
    Fault.WEIGHT: gettext_lazy("The weight goes from %(low)s to %(high)s."),
    Fault.LANGUAGE: gettext_lazy("What stands behind the comma is neither a weight nor a language."),
    Fault.QUOTES: gettext_lazy("A quotation mark is opened and not closed."),
    Fault.CELLS: gettext_lazy("There is more on the line than a word, its weight and its language."),
    Fault.FULL: gettext_lazy("There is no room for it: a vocabulary has at most %(most)s words."),
}
_STATES: Mapping[State, Words] = {
    State.NO_HOT_WORDS: gettext_lazy("takes no hot words"),
    State.NO_KEY: gettext_lazy("not sent: no key is set"),
    State.EMPTY: gettext_lazy("nothing to send"),
    State.ABSENT: gettext_lazy("not sent yet"),
    State.SENDING: gettext_lazy("being sent"),
    State.READY: gettext_lazy("ready"),
    State.FAILED: gettext_lazy("not sent"),
    State.GOING: gettext_lazy("being deleted"),
}
_REASONS: Mapping[str, Words] = {
    "Throttling.AllocationQuota": gettext_lazy(
        "The DashScope account has ten lists already, and takes no more. Delete one that is not used, then try again."
    ),
    "other-account": gettext_lazy("It belongs to an account whose key is not set here now."),
    "not-ready": gettext_lazy("The service has the words, but did not make them usable for ten minutes. Try again."),
    "key": gettext_lazy(
        "DashScope refuses the key: it is wrong, expired, or of another region. Ask the administrator to correct it."
    ),
    "quota": gettext_lazy("The DashScope account has no right to this, or a bill is overdue. Ask the administrator."),
    "parameters": gettext_lazy("DashScope does not accept the words. Look whether one of them is strange."),
    "busy": gettext_lazy("DashScope is busy; it is tried again by itself."),
    "network": gettext_lazy("DashScope cannot be reached from the server; it is tried again by itself."),
    "protocol": gettext_lazy("DashScope answers in a way that is not understood. Tell the administrator."),
    "cancelled": gettext_lazy("It was cancelled."),
}


def fault_words(fault: Fault) -> str:
    values = {"length": LONGEST_WORD, "low": WEIGHTS[0], "high": WEIGHTS[-1], "most": MOST_WORDS}
    return str(_FAULTS[fault]) % values


def state_words(state: State) -> str:
    return str(_STATES[state])


def reason(job: Job | None) -> str:
    """Why a copy is not ready and what helps; empty while nothing went wrong. The provider's code goes with it."""
    if job is None or not job.error_kind:
        return "" if job is not None and not job.is_over else _("The work was interrupted. Try again.")
    known = _REASONS.get(job.error_key) or _REASONS.get(job.error_kind)
    words = str(known) if known else _("Something went wrong. Try again, or tell the administrator.")
    return f"{words} ({job.error_key})" if job.error_key and job.error_key not in _OURS else words


def copy_name(copy: VocabularyCopy, title: str) -> str:
    """A list that could go: whose, and for which model."""
    if copy.vocabulary is None:
        return _("a deleted vocabulary, for %(model)s") % {"model": title}
    return _("“%(name)s” for %(model)s") % {"name": copy.vocabulary, "model": title}


_OURS = frozenset({*_REASONS, "cancelled", "internal", "database", "storage"})
