"""States, steps, scenes and sounds as people call them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from subtitles.models import Job

Texts = Mapping[str, str | Promise]
State = Job.State

STATES: Texts = {
    State.QUEUED: _("Waiting for its turn"),
    State.PREPARED: _("Ready to be handed over"),
    State.SUBMITTING: _("Being handed over"),
    State.WAITING: _("At the service"),
    State.FETCHED: _("Result is here"),
    State.UNCERTAIN: _("Needs your decision"),
    State.DONE: _("Done"),
    State.FAILED: _("Failed"),
    State.CANCELLED: _("Cancelled"),
}
STEPS: Texts = {
    "": _("Waiting for its turn"),
    "uploading": _("Bringing the sound to the engine"),
    "submitting": _("Handing it over"),
    "waiting": _("Waiting for its turn at the service"),
    "recognising": _("Listening and writing"),
    "importing": _("Putting the sentences into the library"),
    "downloading": _("Fetching the files"),
    "unpacking": _("Checking and unpacking"),
    "decoding": _("Reading the file"),
    "placing": _("Putting the file into its place"),
    "encoding": _("Packing the sound, without loss"),
    "storing": _("Putting the sound into its place"),
}
WAY: tuple[tuple[State, str | Promise], ...] = (
    (State.QUEUED, _("Prepare the sound")),
    (State.PREPARED, _("Hand it over")),
    (State.WAITING, _("Listen and write")),
    (State.FETCHED, _("Put it into the library")),
    (State.DONE, _("Done")),
)
"""What a transcription goes through, and the state it has meanwhile."""
_PLACES = {State.QUEUED: 0, State.PREPARED: 1, State.SUBMITTING: 1, State.WAITING: 2, State.FETCHED: 3, State.DONE: 4}

KINDS: Texts = {
    "retranscribe": _("Transcription"),
    "encode": _("Packing a recording"),
    "ingest": _("Reading an uploaded file"),
    "upload-sweep": _("Clearing away unfinished uploads"),
    "download": _("Downloading a model"),
    "export": _("Exporting"),
    "vocabulary": _("Bringing hot words to the service"),
}
EMOTIONS: Texts = {
    "neutral": _("calm"),
    "happy": _("happy"),
    "sad": _("sad"),
    "angry": _("angry"),
    "fearful": _("afraid"),
    "disgusted": _("disgusted"),
    "surprised": _("surprised"),
    "positive": _("in good spirits"),
    "negative": _("in bad spirits"),
}
EVENTS: Texts = {
    "bgm": _("music"),
    "speech": _("speech"),
    "applause": _("applause"),
    "laughter": _("laughter"),
    "cry": _("crying"),
    "sneeze": _("sneezing"),
    "breath": _("breathing"),
    "cough": _("coughing"),
    "sing": _("singing"),
    "estimated-time": _("time estimated"),
}


def state(job: Job) -> str:
    return str(STATES.get(job.state, job.state))


def step(job: Job) -> str:
    """What is being done now; for work that has no words of its own, its state."""
    if job.cancel_asked:
        return now("Being cancelled")
    return str(STEPS.get(job.step) or STATES.get(job.state, ""))


def kind(job: Job) -> str:
    return str(KINDS.get(job.kind, job.kind))


def way(job: Job) -> list[tuple[str, str]]:
    """The steps of a transcription, each with `done`, `now` or `later`. Empty where it left the way."""
    at = _PLACES.get(State(job.state))
    if at is None:
        return []
    over = job.state == State.DONE
    return [
        (str(words), "done" if number < at or over else "now" if number == at else "later")
        for number, (_state, words) in enumerate(WAY)
    ]


def emotion(name: str) -> str:
    return str(EMOTIONS.get(name.lower(), name))


def event(name: str) -> str:
    return str(EVENTS.get(name.lower(), name))
