from __future__ import annotations

from channels.routing import URLRouter
from channels.sessions import SessionMiddlewareStack
from django.urls import path

from subtitles.live.consumers import BroadcastConsumer, WatchConsumer
from subtitles.live.origin import same_origin_only
from subtitles.live.portable import with_sender

websocket_application = with_sender(
    same_origin_only(
        URLRouter(
            [
                path("ws/watch/<str:token>/", WatchConsumer.as_asgi()),
                path("ws/broadcast/<str:slug>/", SessionMiddlewareStack(BroadcastConsumer.as_asgi())),
            ]
        )
    )
)
