"""The product's settings, with a service for recordings on loopback: where the realtime one of the site is."""

from __future__ import annotations

from subtitles.settings import *  # noqa: F403
from subtitles.settings import BATCH_ENGINES, SUBTITLES_DASHSCOPE_WEBSOCKET_URL

_root = SUBTITLES_DASHSCOPE_WEBSOCKET_URL.replace("ws://", "http://").partition("/api-ws/")[0]
BATCH_ENGINES["dashscope"] = {
    "class": "tests.browser.beijing.Beijing",
    "options": {**BATCH_ENGINES["dashscope"]["options"], "http_url": f"{_root}/api/v1", "loopback": True},
}
