"""How the fake treats recordings, and what it writes down about them. Plain data that JSON can carry."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class BatchBehaviour:
    """One submit's behaviour, and its task's. The default is a service in good health.

    Where the documents disagree there is a switch; "both" and the like is what the client must never need.
    """

    refuse: int = 0
    """HTTP status of the answer to the submit; nothing is billed then."""
    code: str = ""
    message: str = ""
    retry_after: str = ""
    lose_answer: bool = False
    """The submit is taken and billed, but the connection is reset instead of the answer."""
    answer: str | None = None
    """Body of the answer to the submit (taken and billed), instead of a good one."""
    held: bool = False
    """The task, or the answer of a synchronous model, waits for `release`."""
    polls: int = 2
    """So many queries find the task not done: the first ones PENDING, the last RUNNING."""
    fail: str = ""
    """The whole task fails with this code, without results."""
    status: str = ""
    """task_status that queries tell for ever, such as UNKNOWN or CANCELED."""
    failed_files: tuple[int, ...] = ()
    """Recordings (by their place in the submit) that fail with `file_code`."""
    file_code: str = "InvalidFile.DecodeFailed"
    all_failed: str = "SUCCEEDED"
    """What a task is called when every recording failed: SUCCEEDED, FAILED (with results), or bare (without)."""
    most_addresses: int = 100
    """100 in older documents, 1 in newer ones."""
    swap: bool = False
    """Results come in the opposite order."""
    echo: str = "same"
    """How results repeat an address: same, decoded (percent-encoding undone), or resolved (oss:// as https://)."""
    query: str = "both"
    """Which method the query takes: GET, POST, or both."""
    pair_order: str = "both"
    """Who begins a pair of context: user, assistant, or both."""
    plain_sentence: str = "whole"
    """What `sentence` of an unstreamed answer holds: the whole text, or the last sentence."""
    cut_stream: bool = False
    """A streamed answer ends in the middle."""
    stream_error: str = ""
    """A streamed answer ends with an error event of this code."""
    result: str = "good"
    """Of the result's address: good · expired · foreign (another host) · inner (an inner network) · redirect · unsafe
    (http). Of its content: malformed · endless · nan · overflow · deep · list · unordered · empty."""
    silence_code: str = "SUCCESS_WITH_NO_VALID_FRAGMENT"
    """Of a recording in which nobody speaks; empty = it succeeds with no sentence."""

    def __post_init__(self) -> None:
        # JSON has no tuples.
        object.__setattr__(self, "failed_files", tuple(self.failed_files))


@dataclass(slots=True)
class FileRecord:
    """What the service found in a recording."""

    address: str
    container: str = ""
    sample_rate: int = 0
    channels: int = 0
    duration_ms: int = 0
    spoken_ms: int = 0
    code: str = ""


@dataclass(slots=True)
class SubmitRecord:
    """One submit: a row of the bill when `billed`."""

    number: int
    model: str
    body: dict[str, Any]
    headers: dict[str, str]
    billed: bool = False
    refused: str = ""
    task_id: str = ""
    seconds: int = 0
    queries: int = 0
    files: list[FileRecord] = field(default_factory=list)


@dataclass(slots=True)
class BatchLog:
    submits: list[SubmitRecord] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    """Keys of stored objects."""
    cancelled: list[str] = field(default_factory=list)
    leaked_keys: int = 0
    """Requests to the object storage that carried the key."""

    @property
    def bill(self) -> list[SubmitRecord]:
        return [submit for submit in self.submits if submit.billed]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "bill": [asdict(submit) for submit in self.bill]}
