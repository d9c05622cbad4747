"""What DashScope's error codes mean for us: kind, whether trying again can help, and one sentence for a person.

Codes: Model Studio help, "Error codes"; the pairing of fault and code on the realtime socket is not documented, so
the class of a code (its beginning) decides and an unknown code may be tried again.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from subtitles.engines.base import EngineError, ErrorKind

NO_KEY = "No DashScope key is set. Set DASHSCOPE_API_KEY, or use the preview engine, which needs none."
_WRONG_KEY = (
    "DashScope refuses the key: it is wrong or expired, or it belongs to another region than the configured address."
)
_UNREADABLE = "DashScope cannot read the recording."


@dataclass(frozen=True, slots=True)
class _Meaning:
    prefix: str
    kind: ErrorKind
    words: str


# The first prefix that fits decides, without regard to case.
_MEANINGS = (
    _Meaning("InvalidApiKey", ErrorKind.KEY, _WRONG_KEY),
    _Meaning("invalid_api_key", ErrorKind.KEY, _WRONG_KEY),
    _Meaning("PrepaidBillOverdue", ErrorKind.QUOTA, "The DashScope account has an overdue bill."),
    _Meaning("PostpaidBillOverdue", ErrorKind.QUOTA, "The DashScope account has an overdue bill."),
    _Meaning("Arrearage", ErrorKind.QUOTA, "The DashScope account has an overdue bill."),
    _Meaning("CommodityNotPurchased", ErrorKind.QUOTA, "The DashScope account has not bought this model."),
    _Meaning("AllocationQuota", ErrorKind.QUOTA, "The DashScope account's free quota is used up."),
    _Meaning("AccessDenied", ErrorKind.QUOTA, "The DashScope account has no right to this model."),
    _Meaning("Model.AccessDenied", ErrorKind.QUOTA, "The DashScope account has no right to this model."),
    _Meaning("Workspace.AccessDenied", ErrorKind.QUOTA, "The DashScope workspace has no right to this model."),
    _Meaning("ModelNotFound", ErrorKind.PARAMETERS, "DashScope does not know this model, or not in this region."),
    _Meaning("model_not_found", ErrorKind.PARAMETERS, "DashScope does not know this model, or not in this region."),
    _Meaning("NotFound", ErrorKind.PARAMETERS, "DashScope does not know something that was asked for by its name."),
    _Meaning("InvalidParameter", ErrorKind.PARAMETERS, "DashScope does not accept one of the options."),
    _Meaning("BadRequest", ErrorKind.PARAMETERS, "DashScope does not accept the request."),
    _Meaning("InvalidURL", ErrorKind.PARAMETERS, "DashScope does not accept the request."),
    _Meaning("InvalidFile.Download", ErrorKind.PARAMETERS, "DashScope could not fetch the recording."),
    _Meaning("FILE_DOWNLOAD", ErrorKind.PARAMETERS, "DashScope could not fetch the recording."),
    _Meaning("CONTENT_LENGTH_CHECK", ErrorKind.PARAMETERS, "DashScope could not fetch the whole recording."),
    _Meaning("FILE_403", ErrorKind.PARAMETERS, "DashScope may not fetch the recording, or its address has expired."),
    _Meaning("FILE_404", ErrorKind.PARAMETERS, "DashScope did not find the recording at its address."),
    _Meaning("REQUEST_INVALID_FILE_URL", ErrorKind.PARAMETERS, "DashScope does not accept the recording's address."),
    _Meaning("FILE_SERVER_ERROR", ErrorKind.NETWORK, "The server that holds the recording was down."),
    _Meaning("FILE_TOO_LARGE", ErrorKind.PARAMETERS, "The recording is too big for this model."),
    _Meaning("AUDIO_DURATION_TOO_LONG", ErrorKind.PARAMETERS, "The recording is too long for this model."),
    _Meaning("InvalidFile", ErrorKind.PARAMETERS, _UNREADABLE),
    _Meaning("FILE_", ErrorKind.PARAMETERS, _UNREADABLE),
    _Meaning("MKV_PARSE", ErrorKind.PARAMETERS, _UNREADABLE),
    _Meaning("DECODE_ERROR", ErrorKind.PARAMETERS, _UNREADABLE),
    _Meaning("Throttling", ErrorKind.BUSY, "DashScope asks to slow down."),
    _Meaning("InternalError", ErrorKind.BUSY, "DashScope has a fault of its own."),
    _Meaning("SystemError", ErrorKind.BUSY, "DashScope has a fault of its own."),
    _Meaning("SERVER_ERROR", ErrorKind.BUSY, "DashScope has a fault of its own."),
    _Meaning("ModelServ", ErrorKind.BUSY, "DashScope is overloaded."),
    _Meaning("ModelUnavailable", ErrorKind.BUSY, "DashScope is overloaded."),
    _Meaning("RequestTimeOut", ErrorKind.BUSY, "DashScope took too long."),
    _Meaning("ResponseTimeout", ErrorKind.BUSY, "DashScope took too long."),
)
_BY_STATUS = {
    401: (ErrorKind.KEY, _WRONG_KEY),
    403: (ErrorKind.KEY, _WRONG_KEY),
    404: (ErrorKind.PARAMETERS, "The configured DashScope address does not lead to the service."),
    408: (ErrorKind.BUSY, "DashScope took too long."),
    429: (ErrorKind.BUSY, "DashScope asks to slow down."),
}
_NOBODY_SPOKE = frozenset({"NO_INPUT_AUDIO_ERROR", "NO_VALID_AUDIO_ERROR", "REQUESTTIMEOUT"})
_CLIENT_WENT_QUIET = re.compile(r"request timeout after \d+ seconds", re.IGNORECASE)
_SECRETS = re.compile(r"\b(?:sk|st)-[\w-]+")


def nobody_spoke(code: str, message: str) -> bool:
    """Whether a failed realtime task only says that it heard no speech, or no audio for a while.

    "NO_INPUT_AUDIO_ERROR" and "NO_VALID_AUDIO_ERROR" (nothing to recognise), "RequestTimeOut" (60 s of silence), and
    "CLIENT_ERROR: request timeout after 23 seconds." (no frame came).
    """
    if code.upper() in _NOBODY_SPOKE:
        return True
    return code.upper() == "CLIENT_ERROR" and bool(_CLIENT_WENT_QUIET.search(message))


def task_error(code: str, message: str, request_id: str = "") -> EngineError:
    """The error for a `task-failed` event, or for an error body of HTTP."""
    if re.match(r"(missing required parameter|invalid payload data)", message, re.IGNORECASE):
        return _error(ErrorKind.PARAMETERS, "DashScope does not accept the request.", code, request_id)
    for meaning in _MEANINGS:
        if code.lower().startswith(meaning.prefix.lower()):
            return _error(meaning.kind, meaning.words, code, request_id)
    return _error(ErrorKind.PROTOCOL, "DashScope ended the recognition with an error.", code, request_id)


def status_error(status: int, body: bytes = b"", retry_after: str = "") -> EngineError:
    """The error for an HTTP answer that is not the wanted one. 429 may also be an overdue bill: the body knows."""
    code, message, request_id = _body(body)
    if code and code != str(status):
        error = task_error(code, message, request_id)
    else:
        overload = (ErrorKind.BUSY, "DashScope is overloaded.")
        other = (ErrorKind.PARAMETERS, "DashScope does not accept the request.")
        kind, words = _BY_STATUS.get(status) or (overload if status >= 500 else other)
        error = _error(kind, words, f"HTTP {status}", request_id)
    error.retry_after = _seconds(retry_after) if error.retryable else None
    return error


def request_error(status: int, body: bytes = b"", retry_after: str = "") -> EngineError:
    """As `status_error`, where nobody speaks meanwhile: what DashScope does not accept, under whatever name, it will
    not accept a minute later either."""
    error = status_error(status, body, retry_after)
    if error.kind is ErrorKind.PROTOCOL and 400 <= status < 500 and status not in (408, 429):
        error.retryable, error.retry_after = False, None
    return error


def loggable(message: str) -> str:
    """The provider's own words, safe for the log: one short line, without anything that looks like a key."""
    return _SECRETS.sub("…", "".join(c if c.isprintable() else " " for c in message))[:200]


def _error(kind: ErrorKind, words: str, code: str, request_id: str) -> EngineError:
    code = loggable(code)[:80]
    return EngineError(kind, f"{words} ({code})" if code else words, code=code, request_id=request_id)


def _body(body: bytes) -> tuple[str, str, str]:
    """`code`, `message` and `request_id` of an error body, empty where it has none."""
    try:
        found = json.loads(body[:10_000])
    except (ValueError, RecursionError):
        return "", "", ""
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        # The OpenAI-compatible interface puts it one level down.
        found = {"request_id": found.get("request_id"), **found["error"]}
    if not isinstance(found, dict):
        return "", "", ""
    code, message, request_id = (found.get(name) for name in ("code", "message", "request_id"))
    return tuple(value if isinstance(value, str) else "" for value in (code, message, request_id))  # type: ignore[return-value]


def _seconds(retry_after: str) -> float | None:
    """RFC 9110 section 10.2.3, the form in seconds; the form with a date is not worth a clock."""
    return min(float(retry_after), 300.0) if retry_after.isascii() and retry_after.isdigit() else None
