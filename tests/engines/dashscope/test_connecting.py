from __future__ import annotations

import asyncio

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options
from subtitles.engines.dashscope.realtime import DashScopeEngine
from subtitles.engines.dashscope.starts import StartLimiter
from tests.engines.conformance import transcribe
from tests.fakes.dashscope import KEY, Behaviour, FakeDashScope

OPTIONS = Options("paraformer-realtime-v2")


async def refused(engine: DashScopeEngine) -> EngineError:
    with pytest.raises(EngineError) as failed:
        async with engine.open(OPTIONS):
            pass
    return failed.value


@pytest.mark.parametrize(
    ("behaviour", "kind", "retry_after"),
    [
        (Behaviour(refuse=401), ErrorKind.KEY, None),
        (Behaviour(refuse=403), ErrorKind.KEY, None),
        (Behaviour(refuse=403, code="AccessDenied.Unpurchased"), ErrorKind.QUOTA, None),
        (Behaviour(refuse=404), ErrorKind.PARAMETERS, None),
        (Behaviour(refuse=429), ErrorKind.BUSY, None),
        (Behaviour(refuse=429, code="Throttling.RateQuota", retry_after="3"), ErrorKind.BUSY, 3.0),
        (Behaviour(refuse=429, code="PrepaidBillOverdue", retry_after="3"), ErrorKind.QUOTA, None),
        (Behaviour(refuse=503), ErrorKind.BUSY, None),
        (Behaviour(refuse=-1), ErrorKind.NETWORK, None),
    ],
    ids=lambda value: f"{value.refuse} {value.code}" if isinstance(value, Behaviour) else str(value),
)
async def test_a_refused_handshake_is_understood(
    engine: DashScopeEngine, fake: FakeDashScope, behaviour: Behaviour, kind: ErrorKind, retry_after: float | None
) -> None:
    fake.default = behaviour
    error = await refused(engine)
    assert error.retry_after == retry_after
    if behaviour.refuse != -1:
        assert error.kind is kind
    else:
        assert error.retryable


async def test_a_wrong_key_says_that_the_region_may_be_wrong(fake: FakeDashScope) -> None:
    error = await refused(DashScopeEngine("sk-of-singapore", fake.websocket_url))
    assert error.kind is ErrorKind.KEY
    assert "region" in str(error)
    assert "sk-of" not in str(error)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("ws://127.0.0.1:1/", ErrorKind.NETWORK),
        ("ws://nowhere.localhost:1/", ErrorKind.NETWORK),
        ("http://127.0.0.1:1/", ErrorKind.PARAMETERS),
        ("nonsense", ErrorKind.PARAMETERS),
    ],
)
async def test_an_address_that_leads_nowhere_is_told(url: str, kind: ErrorKind) -> None:
    assert (await refused(DashScopeEngine(KEY, url))).kind is kind


async def test_a_server_without_tls_behind_a_tls_address_is_told(fake: FakeDashScope) -> None:
    error = await refused(DashScopeEngine(KEY, fake.websocket_url.replace("ws://", "wss://")))
    assert error.kind is ErrorKind.NETWORK
    assert "secure" in str(error)


async def test_a_server_that_does_not_answer_the_handshake_is_given_up() -> None:
    closed = asyncio.Event()

    async def mute(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await closed.wait()
        writer.close()

    async with await asyncio.start_server(mute, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await refused(DashScopeEngine(KEY, f"ws://127.0.0.1:{port}/", open_seconds=0.05))
        closed.set()
    assert (error.kind, error.retryable) == (ErrorKind.NETWORK, True)


async def test_the_workspace_travels_and_nothing_else_does(fake: FakeDashScope, speech: bytes) -> None:
    engine = DashScopeEngine(KEY, fake.websocket_url, workspace="ws-7")
    await transcribe(engine, OPTIONS, speech)
    (connection,) = fake.log.connections
    assert connection.workspace == "ws-7"
    assert [name for name in connection.headers if name.startswith("x-")] == ["x-dashscope-workspace"]


# --- a token for each connection


def with_token(fake: FakeDashScope, key: str = KEY) -> DashScopeEngine:
    return DashScopeEngine(key, fake.websocket_url, fake.http_url, token_auth=True, starts=StartLimiter(1000))


async def test_with_token_auth_the_key_never_goes_over_the_socket(fake: FakeDashScope, speech: bytes) -> None:
    engine = with_token(fake)
    await transcribe(engine, OPTIONS, speech)
    await transcribe(engine, OPTIONS, speech)
    assert [connection.credential for connection in fake.log.connections] == ["token", "token"]
    assert fake.log.tokens == 2


async def test_a_token_that_has_expired_is_renewed_once(fake: FakeDashScope, speech: bytes) -> None:
    fake.stale_tokens = 1
    await transcribe(with_token(fake), OPTIONS, speech)
    assert [connection.credential for connection in fake.log.connections] == ["wrong", "token"]


async def test_a_second_refusal_of_the_token_is_final(fake: FakeDashScope) -> None:
    fake.stale_tokens = 5
    assert (await refused(with_token(fake))).kind is ErrorKind.KEY
    assert (fake.log.tokens, len(fake.log.connections)) == (2, 2)


async def test_a_key_that_buys_no_token_is_refused_at_once(fake: FakeDashScope) -> None:
    assert (await refused(with_token(fake, "sk-wrong"))).kind is ErrorKind.KEY
    assert (fake.log.tokens, len(fake.log.connections)) == (1, 0)


async def test_a_token_service_out_of_reach_is_a_network_fault(fake: FakeDashScope) -> None:
    engine = DashScopeEngine(KEY, fake.websocket_url, "http://127.0.0.1:1", token_auth=True)
    assert (await refused(engine)).kind is ErrorKind.NETWORK


@pytest.mark.parametrize("answer", ["", "[]", '{"token": 5}', '{"token": "st-\\u00e9"}', "[" * 50_000], ids=range(5))
async def test_an_answer_without_a_token_is_told(fake: FakeDashScope, answer: str) -> None:
    fake.token_answer = answer
    assert (await refused(with_token(fake))).kind is ErrorKind.PROTOCOL


async def test_a_busy_service_costs_one_token_only(fake: FakeDashScope) -> None:
    fake.default = Behaviour(refuse=503)
    assert (await refused(with_token(fake))).kind is ErrorKind.BUSY
    assert fake.log.tokens == 1
