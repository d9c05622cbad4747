"""A product that the tests of a module share, each with a room of its own: starting one costs a second."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.backstage import Backstage
from tests.fakes.dashscope import FakeDashScope
from tests.faults.product import Ground, Product, RoomFacts


@dataclass(frozen=True)
class Standing:
    product: Product
    rooms: Iterator[RoomFacts]
    """In which nobody has spoken yet."""
    service_port: int
    """Where it looks for DashScope: each test puts a stand-in there."""


@contextmanager
def standing_product(backstage: Backstage, ground: Ground, folder: Path) -> Iterator[Standing]:
    ground.copy_to(folder / "data")
    fresh = (room for name, room in ground.rooms.items() if name.startswith("fresh-"))
    with reserved_port() as port:
        address = FakeDashScope(port).websocket_url
        product = Product(folder / "data", SUBTITLES_DASHSCOPE_WEBSOCKET_URL=address)
        with backstage.hosting(product):
            yield Standing(product, fresh, port)
    assert product.complaints() == []


@contextmanager
def reserved_port() -> Iterator[int]:
    """Nobody is given it by chance, while one server after the other listens there."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
