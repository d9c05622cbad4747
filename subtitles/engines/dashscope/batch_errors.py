"""What goes wrong with one recording, or with a task as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from subtitles.engines.base import EngineError, ErrorKind, LostTicket
from subtitles.engines.dashscope.errors import loggable, task_error
from subtitles.engines.dashscope.fields import Malformed

_NOBODY_SPOKE = frozenset({"SUCCESS_WITH_NO_VALID_FRAGMENT", "ASR_RESPONSE_HAVE_NO_WORDS"})


def nobody_spoke_in(code: str) -> bool:
    """Codes of a failure that only says: there was no speech, or nothing but filler words that were to be left out."""
    return code.upper() in _NOBODY_SPOKE


def file_error(code: str, message: str, request_id: str = "") -> EngineError:
    """The error for a subtask or a whole task that failed: whatever it was, the task is over."""
    if code.upper() == "FILE_TRANS_TASK_EXPIRED":
        return lost(code, request_id)
    error = task_error(code, message, request_id)
    error.retryable = False
    return error


def lost(code: str, request_id: str = "") -> LostTicket:
    words = "DashScope no longer has this task: results are kept for 24 hours."
    return LostTicket(ErrorKind.PARAMETERS, f"{words} ({loggable(code)})", code=code, request_id=request_id)


def cancelled(request_id: str = "") -> EngineError:
    return EngineError(
        ErrorKind.PARAMETERS, "The task was cancelled at DashScope.", code="CANCELED", request_id=request_id
    )


@contextmanager
def understood() -> Iterator[None]:
    """Inside it, what cannot be read of an answer becomes an EngineError."""
    try:
        yield
    except Malformed as error:
        raise unclear(error) from error


def unclear(what: Malformed | str, retryable: bool = True) -> EngineError:
    """An answer that makes no sense; `what` names the place in it."""
    words = f"DashScope's answer cannot be understood ({what})."
    return EngineError(ErrorKind.PROTOCOL, words, retryable=retryable, code="malformed")
