"""Why a socket is closed: codes, keys and English words. Pages translate the keys.

40xx the client is wrong, 41xx it may not, 42xx it is over: no reconnecting. 44xx come back after `retry_after`,
45xx come back at once, both with jitter.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class _Reason:
    code: int
    message: str


class Reason(Enum):
    """Name = the key on the wire (lower case)."""

    BAD_MESSAGE = _Reason(4000, "That message was not understood. Nothing was changed; update the page or program.")
    BAD_VERSION = _Reason(4001, "This server speaks another version of the protocol. Reload the page.")
    BAD_AUDIO = _Reason(4002, "Send bare 16-bit PCM at 16 kHz, mono: this looks like a file or another format.")
    FRAME_TOO_LARGE = _Reason(4003, "An audio frame may have at most 64 KiB. What was acknowledged is kept.")
    FRAME_MISALIGNED = _Reason(4004, "An audio frame must hold whole 16-bit samples. What was acknowledged is kept.")
    BAD_POSITION = _Reason(4005, "The audio does not continue where the recording ends. Continue at `kept`.")
    SIGN_IN_REQUIRED = _Reason(4100, "Sign in, or give a stream key, to broadcast here.")
    SIGNED_OUT = _Reason(4101, "You were signed out. What was acknowledged is kept; sign in and go on.")
    FORBIDDEN = _Reason(4103, "You may not do that here.")
    NOT_FOUND = _Reason(4104, "There is no such room.")
    LINK_REVOKED = _Reason(4111, "This link was replaced. Ask the streamer for the new one.")
    CONSENT_MISSING = _Reason(4112, "Confirm first that everybody who is recorded knows about it.")
    ENDED = _Reason(4200, "The session has ended.")
    TAKEN_OVER = _Reason(4209, "Another page or program took over this broadcast. Everything sent so far is kept.")
    BUSY = _Reason(4210, "Somebody is broadcasting in this room now. Take over, or wait until they stop.")
    SLOW_READER = _Reason(4408, "This connection reads too slowly. Reconnect: nothing is missed.")
    IDLE = _Reason(4409, "Nothing was heard from this page. Reconnect.")
    FINISHING = _Reason(4411, "The last broadcast's words are still being written. Wait: then this one begins.")
    TOO_FAST = _Reason(4429, "Too much at once. What was acknowledged is kept; continue more slowly.")
    INTERNAL = _Reason(4500, "Something failed on the server. What was acknowledged is kept; reconnect.")
    RESTARTING = _Reason(4503, "The server restarts. What was acknowledged is kept; reconnect.")
    STORAGE_FULL = _Reason(4507, "The server's disk is full. What was acknowledged is kept; free space and go on.")
    RESYNC = _Reason(4510, "This page has to start again from a fresh state. Reconnect.")

    @property
    def key(self) -> str:
        return self.name.lower()

    @property
    def code(self) -> int:
        return self.value.code

    @property
    def message(self) -> str:
        return self.value.message


RESTART_SPREAD_S = 5.0


class Refused(Exception):
    """Ends a connection with an error message and a close code."""

    def __init__(self, reason: Reason, *, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(f"{reason.key}{': ' + detail if detail else ''}")
        self.reason = reason
        self.retry_after = retry_after


def restarting() -> Refused:
    """Each viewer is told another moment to come back, so that not all come in the same one."""
    return Refused(Reason.RESTARTING, retry_after=random.uniform(0, RESTART_SPREAD_S))  # noqa: S311
