"""Small kernel buffers towards viewers.

What the kernel has accepted cannot be replaced any more by a newer interim, so it is allowed to accept little. Nothing
changes for what we receive.
"""

from __future__ import annotations

import socket

SEND_BUFFER_BYTES = 16 * 1024
UNSENT_BYTES = 4 * 1024


def small_buffers(connection: socket.socket) -> None:
    if connection.family == socket.AF_UNIX:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
