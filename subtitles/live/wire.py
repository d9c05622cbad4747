"""Every message between the server and broadcasters or viewers, both ways. docs/protocol.md shows them.

Texts are JSON objects with a `type`; audio is binary. What does not fit raises `Refused`.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from subtitles.live.refusals import Reason, Refused
from subtitles.speech import BYTES_PER_SAMPLE, clean_text

VERSION = 1
MAX_TEXT_BYTES = 16_384
MAX_AUDIO_BYTES = 65_536
MAX_SAMPLE = 2**53
"""Positions must survive a JavaScript number."""
AUDIO_HEADER = struct.Struct("<Q")
_CONTAINERS = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"\x1a\x45\xdf\xa3", b"FORM", b"#!AMR")


# --- what comes in ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BroadcastHello:
    broadcast: UUID
    take_over: bool
    consent: bool
    paced: bool
    captions: bool


@dataclass(frozen=True, slots=True)
class Pause:
    at: int


@dataclass(frozen=True, slots=True)
class Resume:
    at: int


@dataclass(frozen=True, slots=True)
class Lost:
    at: int
    ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    at: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a viewer has: everything of this session up to and including `seq`."""

    session: int
    seq: int


@dataclass(frozen=True, slots=True)
class ViewerHello:
    cursor: Cursor | None
    counted: bool = True
    """Whether it is somebody who reads; an overlay is a part of the stream's picture."""


@dataclass(frozen=True, slots=True)
class Since:
    seq: int | None


@dataclass(frozen=True, slots=True)
class Before:
    number: int


BroadcasterMessage = BroadcastHello | Pause | Resume | Lost | Stop
ViewerMessage = ViewerHello | Since | Before


def from_broadcaster(text: str) -> BroadcasterMessage:
    message = _Fields(text)
    match message.type:
        case "hello":
            message.check_version()
            return BroadcastHello(
                message.uuid("broadcast"),
                message.flag("take_over", False),
                message.flag("consent", False),
                message.flag("paced", True),
                message.flag("captions", False),
            )
        case "pause":
            return Pause(message.whole("at"))
        case "resume":
            return Resume(message.whole("at"))
        case "lost":
            return Lost(message.whole("at"), message.whole("ms"), message.text("reason", 40))
        case "stop":
            return Stop(message.whole("at"))
        case _:
            _bad("unknown type")


def from_viewer(text: str) -> ViewerMessage:
    message = _Fields(text)
    match message.type:
        case "hello":
            message.check_version()
            session, seq = message.maybe_whole("session"), message.maybe_whole("seq")
            cursor = None if session is None or seq is None else Cursor(session, seq)
            return ViewerHello(cursor, message.flag("counted", True))
        case "since":
            return Since(message.maybe_whole("seq"))
        case "before":
            return Before(message.whole("number"))
        case _:
            _bad("unknown type")


def audio_frame(data: bytes) -> tuple[int, bytes]:
    """First sample number and PCM16 of a binary message: 8 bytes little-endian, then the samples. An empty message is
    an empty frame."""
    if not data:
        return 0, b""
    if len(data) > MAX_AUDIO_BYTES:
        raise Refused(Reason.FRAME_TOO_LARGE)
    if len(data) < AUDIO_HEADER.size or len(data) % BYTES_PER_SAMPLE:
        raise Refused(Reason.FRAME_MISALIGNED)
    (first,) = AUDIO_HEADER.unpack_from(data)
    if first > MAX_SAMPLE:
        raise Refused(Reason.BAD_POSITION)
    return first, data[AUDIO_HEADER.size :]


def is_container(data: bytes) -> bool:
    """Somebody sends a file instead of samples, with or without the position before it.

    For the first message of a connection only: later on, samples may read like any of these words by chance.
    """
    return data.startswith(_CONTAINERS) or data[AUDIO_HEADER.size :].startswith(_CONTAINERS)


class _Fields:
    """A parsed message whose fields are taken out by name and type."""

    def __init__(self, text: str) -> None:
        self._fields = parse(text)
        self.type = self._fields.get("type")

    def check_version(self) -> None:
        version = self._fields.get("version")
        if type(version) is not int or version != VERSION:
            raise Refused(Reason.BAD_VERSION)

    def whole(self, name: str) -> int:
        value = self.maybe_whole(name)
        return _bad(name) if value is None else value

    def maybe_whole(self, name: str) -> int | None:
        value = self._fields.get(name)
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= MAX_SAMPLE:
            _bad(name)
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._fields.get(name, default)
        return value if isinstance(value, bool) else _bad(name)

    def text(self, name: str, limit: int) -> str:
        value = self._fields.get(name, "")
        return clean_text(value, limit) if isinstance(value, str) else _bad(name)

    def uuid(self, name: str) -> UUID:
        try:
            return UUID(self.text(name, 40))
        except ValueError:
            _bad(name)


def parse(text: str) -> dict[str, Any]:
    """A JSON object, strictly: no NaN or infinity, no key twice, no depth that exhausts the parser."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        _bad("too long")
    try:
        message = json.loads(text, parse_constant=_bad, parse_float=_finite, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        _bad("not JSON")
    return message if isinstance(message, dict) else _bad("not an object")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _bad("infinite number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else _bad("a key twice")


def _bad(detail: str) -> NoReturn:
    raise Refused(Reason.BAD_MESSAGE, detail=detail)


# --- what goes out ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a viewer may know of a session."""

    id: int
    title: str
    state: str
    lang: str


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence as viewers see it. Of a hidden one they get no text."""

    number: int
    revision: int
    seq: int
    begin_ms: int
    end_ms: int
    text: str
    lang: str = ""
    speaker: str = ""
    hidden: bool = False

    def fields(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "revision": self.revision,
            "begin_ms": self.begin_ms,
            "end_ms": self.end_ms,
            "text": "" if self.hidden else self.text,
            "lang": self.lang,
            "speaker": self.speaker,
            "hidden": self.hidden,
        }


def ready(session: int, epoch: int, kept: int, window: int) -> str:
    return _text("ready", session=session, epoch=epoch, kept=kept, window=window)


def ack(kept: int, durable: int) -> str:
    return _text("ack", kept=kept, durable=durable)


def broadcaster_status(**fields: Any) -> str:
    return _text("status", **fields)


def ended(session: int, samples: int, sentences: int) -> str:
    return _text("ended", session=session, samples=samples, sentences=sentences)


def error(refused: Refused, kept: int | None = None, request_id: str = "") -> str:
    reason = refused.reason
    return _text(
        "error",
        code=reason.code,
        key=reason.key,
        message=reason.message,
        kept=kept,
        retry_after=refused.retry_after,
        request_id=request_id,
    )


def snapshot(session: SessionInfo | None, seq: int, items: list[Item], interims: dict[int, str]) -> str:
    info = None
    if session is not None:
        info = {"id": session.id, "title": session.title, "state": session.state, "lang": session.lang}
    return _text(
        "snapshot",
        session=info,
        seq=seq,
        items=[item.fields() for item in items],
        interims=[{"number": number, "text": text} for number, text in sorted(interims.items())],
    )


def sentences(session: int, after: int, seq: int, items: list[Item]) -> str:
    return _text("sentences", session=session, after=after, seq=seq, items=[item.fields() for item in items])


def page(session: int, items: list[Item], more: bool) -> str:
    return _text("page", session=session, items=[item.fields() for item in items], more=more)


def interim(session: int, number: int, text: str) -> str:
    return _text("interim", session=session, number=number, text=text)


def session_state(session: SessionInfo, after: int, seq: int) -> str:
    return _text("session", after=after, seq=seq, session=session.id, state=session.state)


def viewer_status(state: str, behind_ms: int, seq: int) -> str:
    return _text("status", state=state, behind_ms=behind_ms, seq=seq)


def _text(type_: str, **fields: Any) -> str:
    return json.dumps({"type": type_, **fields}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
