from __future__ import annotations

from collections.abc import Iterable

from subtitles.live.wire import Item

TAIL = 50
SPARE = 50


class Tail:
    """The last visible sentences of a session in reading order, without a hole: what a snapshot shows.

    Keeps SPARE more than the TAIL it shows, for when some are hidden. Given items are the end of a longer session; none
    stand for an empty one.
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = {item.number: item for item in items}
        self._begin = min(map(_place, self._items.values()), default=(0, 0))

    def put(self, item: Item) -> None:
        """A new or changed sentence. One from before the tail stays outside."""
        self._items.pop(item.number, None)
        if item.hidden or _place(item) < self._begin:
            return
        self._items[item.number] = item
        if len(self._items) > TAIL + SPARE:
            del self._items[min(self._items.values(), key=_place).number]
            self._begin = min(map(_place, self._items.values()))

    def items(self) -> list[Item]:
        return sorted(self._items.values(), key=_place)[-TAIL:]


def _place(item: Item) -> tuple[int, int]:
    return item.begin_ms, item.number
