"""The fake's object storage: temporary uploads with a policy, results, and files that tests put up themselves."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import BodyPartReader, web

_FIELDS = (
    "OSSAccessKeyId", "Signature", "policy", "key", "x-oss-object-acl", "x-oss-forbid-overwrite",
    "success_action_status", "x-oss-content-type", "file",
)  # fmt: skip
HOURS_48 = 48 * 3600


class Storage:
    """`most_megabytes` is what the policy allows."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fake-dashscope-"))
        self.most_megabytes = "100"
        self.stale_policies = 0
        """So many of the policies made from now on have expired when they are used."""
        self.uploads: list[str] = []
        self._now = now
        self._policies: dict[str, tuple[str, str, float]] = {}
        self._models: dict[str, tuple[str, float]] = {}

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def policy(self, model: str, host: str) -> dict[str, str]:
        token = secrets.token_hex(8)
        folder = f"dashscope-instant/{token[:4]}/2026-01-05/{token}"
        stale, self.stale_policies = self.stale_policies > 0, max(0, self.stale_policies - 1)
        self._policies[token] = (model, folder, self._now() + (-1 if stale else 300))
        return {
            "policy": token,
            "signature": f"signed-{token}",
            "upload_dir": folder,
            "upload_host": host,
            "expire_in_seconds": "300",
            "max_file_size_mb": self.most_megabytes,
            "capacity_limit_mb": "999999999",
            "oss_access_key_id": "LTAI-fake",
            "x_oss_object_acl": "private",
            "x_oss_forbid_overwrite": "true",
        }

    async def upload(self, request: web.Request) -> web.Response:
        """The form of a browser's upload: its fields in the order that the documents show, the file last."""
        if "Content-Length" not in request.headers:
            return web.Response(status=411, text="MissingContentLength")
        fields: dict[str, str] = {}
        order: list[str] = []
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            order.append(str(part.name))
            if part.name != "file":
                fields[str(part.name)] = await part.text()
                continue
            if fault := self._fault(fields, order):
                await part.release()
                return fault
            await self._keep(fields, part)
        return web.Response(status=200 if order[-1] == "file" else 400)

    def find(self, address: str, model: str) -> Path | None:
        """The object of an `oss://` address, for the model that it was uploaded for, within 48 hours."""
        key = address.removeprefix("oss://")
        owner, until = self._models.get(key, ("", 0.0))
        return self.folder / _flat(key) if owner == model and self._now() < until else None

    def put(self, name: str, content: bytes | str) -> None:
        (self.folder / _flat(name)).write_bytes(content.encode() if isinstance(content, str) else content)

    def get(self, name: str) -> Path | None:
        path = self.folder / _flat(name)
        return path if path.is_file() else None

    def _fault(self, fields: dict[str, str], order: list[str]) -> web.Response | None:
        model, folder, until = self._policies.get(fields.get("policy", ""), ("", "", 0.0))
        if tuple(order) != _FIELDS or fields["Signature"] != f"signed-{fields['policy']}" or not model:
            return web.Response(status=403, text="AccessDenied")
        if self._now() >= until:
            return web.Response(status=403, text="Invalid according to Policy: Policy expired.")
        key = fields["key"]
        good = key.startswith(f"{folder}/") and key.isascii() and fields["success_action_status"] == "200"
        return None if good else web.Response(status=403, text="Invalid according to Policy")

    async def _keep(self, fields: dict[str, str], part: BodyPartReader) -> None:
        key = fields["key"]
        with (self.folder / _flat(key)).open("wb") as file:
            while chunk := await part.read_chunk(1 << 18):
                file.write(chunk)
        self._models[key] = (self._policies[fields["policy"]][0], self._now() + HOURS_48)
        self.uploads.append(key)


def _flat(name: str) -> str:
    return name.replace("/", "~")
