from __future__ import annotations

import pytest

from subtitles.engines.dashscope.addresses import HTTP_URL, WEBSOCKET_URL, region


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (WEBSOCKET_URL, "cn-beijing"),
        (HTTP_URL, "cn-beijing"),
        ("wss://dashscope-intl.aliyuncs.com/api-ws/v1/inference", "ap-southeast-1"),
        ("wss://ws-1.cn-beijing.maas.aliyuncs.com/api-ws/v1/inference", "cn-beijing"),
        ("wss://ws-1.ap-southeast-1.maas.aliyuncs.com/api-ws/v1/inference", "ap-southeast-1"),
        ("ws://127.0.0.1:9/", ""),
        ("wss://proxy.example.org/dashscope.aliyuncs.com", ""),
        ("", ""),
    ],
)
def test_an_address_tells_its_region(url: str, name: str) -> None:
    assert region(url) == name
