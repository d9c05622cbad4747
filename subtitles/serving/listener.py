"""The listening socket, opened before anything else starts: a port in use is found out at once."""

from __future__ import annotations

import errno
import socket

BACKLOG = 2048


class CannotListen(Exception):
    """`str()` says why, in a sentence for the operator."""


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one. Raises CannotListen."""
    if not 0 <= port <= 65_535:
        raise CannotListen("A port is a number from 0 to 65535.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotListen(f"{host} is not an address of this machine: {error.strerror}.") from error
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(_why(error, host, port)) from error
    return listener


def adopt(descriptor: int) -> socket.socket:
    """A socket that a process manager opened for us. Raises CannotListen."""
    try:
        listener = socket.socket(fileno=descriptor)
        listener.listen(BACKLOG)
    except OSError as error:
        raise CannotListen(f"File descriptor {descriptor} is not a listening socket: {error.strerror}.") from error
    return listener


def address(listener: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    name = listener.getsockname()
    if not isinstance(name, tuple):
        return f"unix:{name}"
    host, port = name[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop the other program, or choose another port with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} needs more rights than this user has: choose one above 1023 with --port."
    return f"Cannot listen on {host} port {port}: {error.strerror}."
