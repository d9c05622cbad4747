"""Only the provider's own hosts are asked, and only over the internet."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.downloads import Guard

RESULT = "https://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/prod/1.json?Expires=1&Signature=a%2Bb"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to; looked up instead of the internet's."""
    known: dict[str, list[str]] = {}

    async def getaddrinfo(_: object, host: str, port: int, **__: Any) -> list[tuple[Any, ...]]:
        if host not in known:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in known[host]]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return known


HOST = "dashscope-result-bj.oss-cn-beijing.aliyuncs.com"


async def test_a_result_is_fetched_from_the_number_that_was_checked(names: dict[str, list[str]]) -> None:
    names[HOST] = ["59.110.1.2"]
    place = await Guard().pinned(RESULT)
    assert str(place.url) == RESULT.replace(HOST, "59.110.1.2")
    assert (place.headers["Host"], place.extensions) == (HOST, {"sni_hostname": HOST})


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
        "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1",
    ],
)  # fmt: skip
async def test_a_name_that_leads_into_an_inner_network_is_refused(names: dict[str, list[str]], number: str) -> None:
    names[HOST] = ["59.110.1.2", number]
    with pytest.raises(EngineError, match="inner network") as caught:
        await Guard().pinned(RESULT)
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.PROTOCOL, False)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/1.json",
        "https://aliyuncs.com.example.org/1.json",
        "https://evilaliyuncs.com/1.json",
        f"http://{HOST}/1.json",
        f"https://{HOST}:8443/1.json",
        f"https://user:word@{HOST}/1.json",
        f"https://example.org@{HOST}.example.org/",
        "https://10.0.0.1/1.json",
        "http://127.0.0.1/1.json",
        "http://localhost/1.json",
        "file:///etc/passwd",
        "ftp://a.aliyuncs.com/1",
        "//a.aliyuncs.com/1",
        "",
        "https://[::1/",
    ],
)
async def test_other_addresses_are_refused_without_a_look_up(names: dict[str, list[str]], address: str) -> None:
    with pytest.raises(EngineError, match="must not be asked"):
        await Guard().pinned(address)


async def test_a_name_that_nobody_knows_may_be_tried_again(names: dict[str, list[str]]) -> None:
    with pytest.raises(EngineError) as caught:
        await Guard().pinned(RESULT)
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.NETWORK, True)


async def test_loopback_is_for_tests_alone(names: dict[str, list[str]]) -> None:
    place = await Guard(loopback=True).pinned("http://127.0.0.1:8000/x")
    assert (str(place.url), place.headers["Host"], place.extensions) == (
        "http://127.0.0.1:8000/x",
        "127.0.0.1:8000",
        {},
    )
    with pytest.raises(EngineError):
        await Guard(loopback=True).pinned("http://10.0.0.1/x")
