"""One room's audience in this process. Everything here happens in one step of the loop: no awaiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from subtitles.live import wire
from subtitles.live.outbox import Outbox
from subtitles.live.reading import WINDOW, RoomView
from subtitles.live.refusals import Reason, Refused
from subtitles.live.sender import Frame, Sender
from subtitles.live.tail import Tail
from subtitles.live.wire import Cursor, Item, SessionInfo
from subtitles.models import CaptionSession


class ViewerRoom:
    """Remembers the last changes and hands each new one to every viewer, in seq order, framed once.

    `seq` is the newest change published here; `items` holds every change of the session above `floor`, in seq order.
    """

    def __init__(self, room_id: int, view: RoomView, clock: Callable[[], float]) -> None:
        self.id = room_id
        self._clock = clock
        self.session = view.session
        self.seq = view.seq
        self.wanted = view.seq
        self.behind_ms = 0
        self._floor = view.floor
        self._items: dict[int, Item] = {}
        self._tail = Tail(view.tail or ())
        self._newest = 0
        self._interims: dict[int, str] = {}
        self._epoch = 0
        self._hot: dict[Sender, None] = {}
        self.slow: dict[Sender, Outbox] = {}
        self._counted: set[Sender] = set()
        self._tokens: dict[Sender, str] = {}
        self._snapshot: Frame | None = None
        self.spoke_at = self.left_at = clock()
        self._keep(view.items, view.seq)

    @property
    def viewers(self) -> int:
        return len(self._counted)

    @property
    def is_empty(self) -> bool:
        return not self._hot and not self.slow

    # --- viewers ------------------------------------------------------------------------------------------------------

    @property
    def tokens(self) -> set[str]:
        """Of the links that those who are here came with."""
        return set(self._tokens.values())

    def enter(self, sender: Sender, cursor: Cursor | None, counted: bool, token: str | None = None) -> None:
        """Gives the viewer what it misses and everything from now on."""
        self._hot[sender] = None
        if token is not None:
            self._tokens[sender] = token
        if counted:
            self._counted.add(sender)
        self.answer(sender, cursor)

    def answer(self, sender: Sender, cursor: Cursor | None) -> None:
        """What was missed since the cursor; all anew where it can't be told apart."""
        if cursor is None or not self._covers(cursor) or self.session is None:
            return self.give(sender, self._snapshot_frame())
        missed = [item for item in self._items.values() if item.seq > cursor.seq]
        self.give(sender, Frame(wire.sentences(cursor.session, cursor.seq, self.seq, missed)))
        for number, text in sorted(self._interims.items()):
            self.give(sender, _interim_frame(cursor.session, number, text))
        self.give(sender, self._status_frame())

    def leave(self, sender: Sender) -> None:
        self._hot.pop(sender, None)
        self.slow.pop(sender, None)
        self._counted.discard(sender)
        self._tokens.pop(sender, None)
        self.left_at = self._clock()

    def give(self, sender: Sender, frame: Frame) -> None:
        """One frame to one viewer of this room, behind whatever still waits for it."""
        outbox = self.slow.get(sender)
        if outbox is not None:
            outbox.add(frame)
        elif sender in self._hot and not sender.send(frame):
            self._slow_down(sender, frame)

    def drain_slow(self) -> None:
        """Lets slow viewers catch up; cuts off those that owe too much."""
        now = self._clock()
        for sender, outbox in list(self.slow.items()):
            if outbox.drain(sender):
                del self.slow[sender]
                self._hot[sender] = None
            elif outbox.is_over(now):
                self.leave(sender)
                sender.close(Reason.SLOW_READER.code, Reason.SLOW_READER.key)

    def close_all(self, why: Callable[[], Refused]) -> None:
        """`why` is asked for every viewer."""
        for sender in [*self._hot, *self.slow]:
            self._close(sender, why())

    def close_those_with(self, tokens: set[str], refused: Refused) -> None:
        """Those who came with one of these links."""
        for sender in [sender for sender, token in self._tokens.items() if token in tokens]:
            self._close(sender, refused)

    # --- changes ------------------------------------------------------------------------------------------------------

    def sentence(self, session_id: int, item: Item) -> bool:
        """Publishes the next change. False = there is a hole before it: read the database."""
        if item.seq <= self.seq:
            return True
        if item.seq != self.seq + 1 or self.session is None or self.session.id != session_id:
            self.wanted = max(self.wanted, item.seq)
            return False
        self._keep([item], item.seq)
        self._deliver(Frame(wire.sentences(session_id, item.seq - 1, item.seq, [item]), key=f"n{item.number}"))
        return True

    def state(self, session: SessionInfo, seq: int) -> bool:
        """A session began or changed its state. False = there is a hole before it."""
        if seq <= self.seq:
            return True
        if seq != self.seq + 1:
            self.wanted = max(self.wanted, seq)
            return False
        if self.session is None or self.session.id != session.id:
            self._begin(session, seq)
        else:
            self.seq = seq
            self._become(session)
            self._deliver(Frame(wire.session_state(session, seq - 1, seq)))
        return True

    def interim(self, session_id: int, number: int, text: str, epoch: int) -> None:
        if self.session is None or self.session.id != session_id or number <= self._newest or epoch < self._epoch:
            return
        self._epoch = epoch
        if text:
            self._interims[number] = text
        else:
            self._interims.pop(number, None)
        self._deliver(_interim_frame(session_id, number, text))

    def catch_up(self, view: RoomView) -> None:
        """Fills a hole: `view` was read after `self.seq` as it stood some time ago."""
        if view.seq <= self.seq:
            return
        before, after = self.session, self.seq
        if view.session is None or before is None or view.floor > after:
            return self._start_over(view)
        fresh = [item for item in view.items if item.seq > after]
        said = view.seq - int(view.session.state != before.state)  # a new state has a seq of its own
        if replace(before, state=view.session.state) != view.session or (fresh and said == after):
            return self._start_over(view)
        self._become(view.session)
        self._keep(fresh, view.seq)
        if said > after:
            self._deliver(Frame(wire.sentences(view.session.id, after, said, fresh)))
        if said < view.seq:
            self._deliver(Frame(wire.session_state(view.session, said, view.seq)))

    def say_status(self) -> None:
        self._deliver(self._status_frame())

    # --- inside -------------------------------------------------------------------------------------------------------

    def _begin(self, session: SessionInfo, seq: int) -> None:
        self._forget(floor=seq)
        self.session, self.seq = session, seq
        self._deliver(self._snapshot_frame())

    def _start_over(self, view: RoomView) -> None:
        if view.session is None or self.session is None or view.session.id != self.session.id:
            self._forget(floor=view.floor)
        if view.tail is not None:
            self._tail = Tail(view.tail)
        self._become(view.session)
        self._keep([item for item in view.items if item.seq > self.seq], view.seq)
        self._floor = max(self._floor, view.floor)
        self._snapshot = None
        self._deliver(self._snapshot_frame())

    def _forget(self, floor: int) -> None:
        self._items.clear()
        self._interims.clear()
        self._tail = Tail()
        self._newest, self._floor, self._snapshot = 0, floor, None
        self._epoch = self.behind_ms = 0

    def _become(self, session: SessionInfo | None) -> None:
        self.session = session
        if session is None or session.state == CaptionSession.State.ENDED:
            self._interims.clear()
            self.behind_ms = 0

    def _keep(self, fresh: list[Item], seq: int) -> None:
        for item in fresh:
            self._items.pop(item.number, None)
            self._items[item.number] = item
            self._tail.put(item)
        while len(self._items) > WINDOW:
            oldest = next(iter(self._items))
            self._floor = self._items.pop(oldest).seq
        self._newest = max(self._newest, *(item.number for item in fresh), 0)
        self._interims = {number: text for number, text in self._interims.items() if number > self._newest}
        self.seq = seq
        self.wanted = max(self.wanted, seq)

    def _covers(self, cursor: Cursor) -> bool:
        return self.session is not None and self.session.id == cursor.session and self._floor <= cursor.seq <= self.seq

    def _snapshot_frame(self) -> Frame:
        if self._snapshot is None:
            self._snapshot = Frame(wire.snapshot(self.session, self.seq, self._tail.items(), self._interims))
        return self._snapshot

    def _status_frame(self) -> Frame:
        state = self.session.state if self.session else "waiting"
        return Frame(wire.viewer_status(state, self.behind_ms, self.seq), key="status", keep=False)

    def _deliver(self, frame: Frame) -> None:
        self.spoke_at = self._clock()
        self._snapshot = None
        for outbox in self.slow.values():
            outbox.add(frame)
        refused = [sender for sender in self._hot if not sender.send(frame)]
        for sender in refused:
            self._slow_down(sender, frame)

    def _close(self, sender: Sender, refused: Refused) -> None:
        if sender in self._hot:
            sender.send(Frame(wire.error(refused)))
        self.leave(sender)
        sender.close(refused.reason.code, refused.reason.key)

    def _slow_down(self, sender: Sender, frame: Frame) -> None:
        del self._hot[sender]
        self.slow[sender] = outbox = Outbox(self._clock())
        outbox.add(frame)


def _interim_frame(session_id: int, number: int, text: str) -> Frame:
    return Frame(wire.interim(session_id, number, text), key=f"n{number}", keep=False)
