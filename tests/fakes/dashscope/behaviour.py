"""How the fake behaves on a connection, and what it writes down. All of it is plain data that JSON can carry."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One connection's behaviour. The default is a service in good health.

    A fault happens once, at `at_ms` of heard audio or at the `at_message`-th message of the connection (both directions
    counted), and is one of: drop (TCP reset) · close (with `close_code`) · fail (task-failed) · finish (task-finished
    unasked) · stall (half-open: nothing is read or sent any more) · malformed (sends `text`) · binary.
    """

    refuse: int = 0
    """HTTP status of the handshake; -1 resets the TCP connection instead."""
    retry_after: str = ""
    at_ms: int | None = None
    at_message: int | None = None
    then: str = ""
    code: str = ""
    """Error code of the refusal's body or of task-failed."""
    message: str = ""
    close_code: int = 1011
    text: str = '{"header": '
    start: str = "now"
    """task-started comes: now · held (until release) · never."""
    foreign: bool = False
    """Events of another task come in between."""
    sentence_end: bool = True
    """Whether results carry `sentence_end` (newer documents) or leave it out (older ones)."""
    final_end: bool = True
    """Whether finals have a numeric `end_time`, or null as in one documented sample."""
    interim_end: bool = False
    """Whether interim results have a numeric `end_time` too."""
    no_speech_code: str = ""
    """task-failed with this code instead of task-finished, when nobody spoke."""
    idle_seconds: float = 23.0
    silence_seconds: float = 60.0
    """Of silent audio, counted in samples."""
    lose_finish: bool = False
    """finish-task is never answered."""


@dataclass(slots=True)
class TaskRecord:
    task_id: str
    model: str = ""
    command: dict[str, Any] = field(default_factory=dict)
    frames: int = 0
    samples: int = 0
    largest_frame: int = 0
    blocks: list[list[int]] = field(default_factory=list)
    """Runs of position-coded blocks heard: [first, last], last included."""
    finals: list[str] = field(default_factory=list)
    billed_seconds: int = 0
    outcome: str = ""
    """finished, or the error code, or how the connection ended; empty while the task runs."""

    def heard(self, number: int) -> None:
        if self.blocks and self.blocks[-1][1] == number - 1:
            self.blocks[-1][1] = number
        else:
            self.blocks.append([number, number])


@dataclass(slots=True)
class ConnectionRecord:
    number: int
    credential: str = ""
    """key, token, or wrong."""
    workspace: str = ""
    headers: list[str] = field(default_factory=list)
    refused: int = 0
    tasks: list[TaskRecord] = field(default_factory=list)
    open: bool = True


@dataclass(slots=True)
class Log:
    connections: list[ConnectionRecord] = field(default_factory=list)
    tokens: int = 0

    @property
    def tasks(self) -> list[TaskRecord]:
        return [task for connection in self.connections for task in connection.tasks]

    @property
    def bill(self) -> int:
        """Seconds of audio, as the service would write on the bill."""
        return sum(task.billed_seconds for task in self.tasks)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "bill": self.bill}
