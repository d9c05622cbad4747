"""What Channels' tutorial builds: a consumer per viewer in one group, and `group_send`. Served by plain `daphne`."""

from __future__ import annotations

import itertools

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

from benchmarks._load.caption import FIRST_SEQ, caption
from subtitles.live import wire

settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}})
django.setup()
_numbers = itertools.count(FIRST_SEQ + 1)


class Viewer(AsyncWebsocketConsumer):
    groups = ["captions"]

    async def caption(self, event: dict[str, str]) -> None:
        await self.send(text_data=event["text"])


class Control(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        number = next(_numbers)
        text = wire.sentences(1, number - 1, number, [caption(number, int(text_data or 0))])
        await self.channel_layer.group_send("captions", {"type": "caption", "text": text})


routes = [path("control", Control.as_asgi()), path("ws/watch/<str:token>/", Viewer.as_asgi())]
application = ProtocolTypeRouter({"websocket": URLRouter(routes)})
