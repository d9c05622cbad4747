"""What the task interface answers: the task's id, its state, and which result belongs to which recording. No I/O.

Model Studio help, "Fun-ASR recorded speech recognition", 'Query a task', and "Qwen-ASR API reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from subtitles.engines.dashscope.fields import Json, Malformed, number_of, object_of, objects_of, text_of

_ID = re.compile(r"[\w-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recording: the address of its result, or an error's code."""

    address: str = ""
    result: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class TaskState:
    status: str
    outcomes: tuple[Outcome, ...] = ()
    billed_seconds: float | None = None
    code: str = ""
    message: str = ""
    request_id: str = ""


def task_id(answer: Json) -> str:
    """The id in the answer to a submit. Malformed if there is none."""
    found = text_of(object_of(answer, "output"), "task_id")
    if not _ID.fullmatch(found):
        raise Malformed("task_id")
    return found


def task_state(answer: Json) -> TaskState:
    output = object_of(answer, "output")
    return TaskState(
        text_of(output, "task_status"),
        tuple(_outcomes(output)),
        billed_seconds(answer),
        text_of(output, "code"),
        text_of(output, "message"),
        text_of(answer, "request_id"),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """One task of the account's list. `created_ms`: since 1970, as the service's clock has it."""

    task_id: str
    created_ms: int
    status: str


def listed(answer: Json) -> tuple[list[Listed], int]:
    """A page of the list of tasks, and how many pages there are."""
    entries = [
        Listed(text_of(entry, "task_id"), _epoch_ms(entry, "gmt_create"), text_of(entry, "status"))
        for entry in objects_of(answer, "data")
    ]
    return entries, round(number_of(answer, "total_page") or 0)


def _epoch_ms(entry: Json, name: str) -> int:
    """A number, or the number as a text."""
    value = entry.get(name)
    if isinstance(value, str) and value.isdigit():
        return int(value[:15])
    return value if isinstance(value, int) else 0


def billed_seconds(answer: Json) -> float | None:
    """`usage.duration`; Qwen-ASR calls it `seconds`."""
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return None
    duration = number_of(usage, "duration")
    return number_of(usage, "seconds") if duration is None else duration


def matched(addresses: Sequence[str], outcomes: Sequence[Outcome]) -> list[Outcome | None]:
    """The outcome of each address, whatever order they come in; None where there is none.

    An address may come back decoded, or (`oss://`) as the one it was resolved to; a single one needs no comparing.
    """
    if len(addresses) == len(outcomes) == 1:
        return [outcomes[0]]
    return matched_by_address(addresses, outcomes)


def matched_by_address(addresses: Sequence[str], outcomes: Sequence[Outcome]) -> list[Outcome | None]:
    """As `matched`, but a single outcome must be of that address too."""
    left = list(outcomes)
    return [_taken(address, left) for address in addresses]


def _taken(address: str, left: list[Outcome]) -> Outcome | None:
    plain = unquote(address)
    for same in (
        lambda theirs: theirs == address,
        lambda theirs: theirs == plain,
        lambda theirs: unquote(theirs) == plain,
        lambda theirs: _path(theirs) == _path(address),
    ):
        for at, outcome in enumerate(left):
            if same(outcome.address):
                return left.pop(at)
    return None


def _path(address: str) -> str:
    """`oss://bucket/key` is resolved to `https://host/bucket/key?…`: the path is what stays."""
    parts = urlsplit(unquote(address))
    if parts.scheme == "oss":
        return f"{parts.netloc}{parts.path}"
    return parts.path.lstrip("/") if ".oss-" in parts.netloc else address


def _outcomes(output: Json) -> Iterator[Outcome]:
    single = output.get("result")
    if isinstance(single, dict):
        yield Outcome(result=text_of(single, "transcription_url"))
    for entry in objects_of(output, "results"):
        failed = text_of(entry, "subtask_status") == "FAILED"
        yield Outcome(
            text_of(entry, "file_url"),
            "" if failed else text_of(entry, "transcription_url"),
            text_of(entry, "code"),
            text_of(entry, "message"),
        )
