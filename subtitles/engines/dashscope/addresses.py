"""Where DashScope answers, and which region an address belongs to. A key works in one region only."""

from __future__ import annotations

from urllib.parse import urlsplit

WEBSOCKET_URL = "wss://dashscope.aliyuncs.com/api-ws/v1/inference"
HTTP_URL = "https://dashscope.aliyuncs.com/api/v1"
"""Beijing. Singapore is the same with the host `dashscope-intl.aliyuncs.com` (Model Studio help, "Regions")."""

_REGIONS = {"dashscope.aliyuncs.com": "cn-beijing", "dashscope-intl.aliyuncs.com": "ap-southeast-1"}


def region(url: str) -> str:
    """The region of an address, "" where the host does not tell (a proxy, a test)."""
    host = (urlsplit(url).hostname or "").lower()
    labels = host.split(".")
    if host.endswith(".maas.aliyuncs.com") and len(labels) == 5:
        return labels[1]
    return _REGIONS.get(host, "")


def compatible(http_url: str) -> str:
    """Where the OpenAI-compatible interface is, beside the native one (Model Studio help, "Regions")."""
    return http_url.rstrip("/").removesuffix("/api/v1") + "/compatible-mode/v1"
