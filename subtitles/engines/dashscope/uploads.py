"""Bringing a file to the service: a policy from DashScope, then a form to its object storage, then an `oss://` address.

Model Studio help, "Upload local files to get a temporary URL": valid for 48 hours, for the same account and the same
model, at most 1 GB or what the policy says.
"""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2

from subtitles.engines.base import EngineError, ErrorKind, TooBig
from subtitles.engines.dashscope.downloads import Guard
from subtitles.engines.dashscope.fields import Json, Malformed, text_of
from subtitles.engines.dashscope.http import Service, read, tls

_CHUNK = 1 << 20
_FIELDS = (
    ("OSSAccessKeyId", "oss_access_key_id"),
    ("Signature", "signature"),
    ("policy", "policy"),
    ("key", ""),
    ("x-oss-object-acl", "x_oss_object_acl"),
    ("x-oss-forbid-overwrite", "x_oss_forbid_overwrite"),
)
"""Of the form, in the order in which the official SDK sends them; the file comes last."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """`seconds` for a whole file."""

    service: Service
    guard: Guard
    seconds: float = 3600.0

    async def upload(self, model: str, path: Path, container: str) -> str:
        """The `oss://` address of a copy that only `model` may use. The file's own name goes nowhere.

        Raises:
            TooBig: the policy of this moment takes less; nothing was sent.
            EngineError: refused, or the connection broke; may be repeated.
        """
        policy = await self._policy(model)
        size = await asyncio.to_thread(lambda: path.stat().st_size)
        _check_size(size, policy.get("max_file_size_mb"))
        name = f"{secrets.token_hex(8)}.{container}"
        key = f"{_value(policy, 'upload_dir')}/{name}"
        form = [(field, _value(policy, source) if source else key) for field, source in _FIELDS]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        form += [("success_action_status", "200"), ("x-oss-content-type", kind)]
        await self._send(_value(policy, "upload_host"), _Multipart(form, path, size, name, kind))
        return f"oss://{key}"

    async def _policy(self, model: str) -> Json:
        answer = await self.service.get("uploads", {"action": "getPolicy", "model": model})
        found = answer.get("data") or answer.get("output")
        if not isinstance(found, dict):
            raise _unclear("policy")
        return found

    async def _send(self, host: str, form: _Multipart) -> None:
        place = await self.guard.pinned(host)
        headers = {**place.headers, **form.headers}
        try:
            async with asyncio.timeout(self.seconds), httpx2.AsyncClient(verify=tls(), timeout=60.0) as client:
                request = client.build_request(
                    "POST", place.url, headers=headers, content=form.body(), extensions=place.extensions
                )
                answer = await client.send(request, stream=True, follow_redirects=False)
                try:
                    _check_stored(answer.status_code, await read(answer, 64 << 10))
                finally:
                    await answer.aclose()
        except (httpx2.HTTPError, httpx2.StreamError, TimeoutError, Malformed) as error:
            raise EngineError(ErrorKind.NETWORK, "The recording could not be uploaded to DashScope.") from error


class _Multipart:
    """A form whose last field is a file, read from disk while it is sent."""

    def __init__(self, form: list[tuple[str, str]], path: Path, size: int, name: str, kind: str) -> None:
        self._path = path
        self._size = size
        self._boundary = secrets.token_hex(16)
        fields = "".join(f'{self._opening(field)}"\r\n\r\n{value}\r\n' for field, value in form)
        file = f'{self._opening("file")}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
        self._head = (fields + file).encode()
        self._tail = f"\r\n--{self._boundary}--\r\n".encode()

    @property
    def headers(self) -> Mapping[str, str]:
        """Object storage wants the length beforehand."""
        length = len(self._head) + self._size + len(self._tail)
        return {"Content-Type": f"multipart/form-data; boundary={self._boundary}", "Content-Length": str(length)}

    async def body(self) -> AsyncIterator[bytes]:
        yield self._head
        left = self._size
        with await asyncio.to_thread(self._path.open, "rb") as file:
            while left and (chunk := await asyncio.to_thread(file.read, min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk
        yield self._tail

    def _opening(self, field: str) -> str:
        return f'--{self._boundary}\r\nContent-Disposition: form-data; name="{field}'


def _check_size(size: int, told: object) -> None:
    """The documents' example says "100" and their text 1 GB: what is told now counts. Nothing usable is no bound."""
    megabytes = int(text) if (text := str(told)).isdecimal() else 0
    if megabytes and size > megabytes * 1024**2:
        words = f"The recording is too big to be uploaded: DashScope takes {megabytes} MB at most. Send it in parts."
        raise TooBig(words, most_bytes=megabytes * 1024**2, code="upload-too-big")


def _check_stored(status: int, body: bytes) -> None:
    if status == httpx2.codes.OK:
        return
    expired = b"expired" in body
    words = "The permission to upload had expired." if expired else f"The upload was refused (HTTP {status})."
    kind = ErrorKind.BUSY if expired or status >= 500 else ErrorKind.QUOTA
    raise EngineError(kind, words, code=f"upload: HTTP {status}")


def _value(policy: Json, name: str) -> str:
    value = text_of(policy, name)
    if not value or not value.isascii() or not value.isprintable():
        raise _unclear(name)
    return value


def _unclear(name: str) -> EngineError:
    return EngineError(ErrorKind.PROTOCOL, f"DashScope's permission to upload has no {name}.", code="malformed")
