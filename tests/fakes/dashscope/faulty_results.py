"""Results that are not as they should be: where they lie, and what they hold."""

from __future__ import annotations

from aiohttp import web

_ELSEWHERE = {
    "foreign": "https://results.example.org/1.json",
    "inner": "https://10.0.0.1/1.json",
    "unsafe": "http://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/1.json",
}
_CONTENT = {
    "malformed": '{"transcripts": [{"sent',
    "nan": '{"transcripts": [{"channel_id": 0, "sentences": [{"begin_time": NaN, "text": "a"}]}]}',
    "overflow": '{"transcripts": [{"channel_id": 0, "sentences": [{"begin_time": 1e999, "text": "a"}]}]}',
    "deep": '{"transcripts": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "list": "[]",
    "empty": "{}",
    "surrogate": '{"transcripts": [{"channel_id": 0, "sentences": [{"begin_time": 0, "text": "\\ud800"}]}]}',
}


def address(fault: str, good: str) -> str:
    return _ELSEWHERE.get(fault, f"{good}?Expires=1767664800&OSSAccessKeyId=LTAI-fake&Signature=fake")


async def answer(request: web.Request, fault: str, content: str) -> web.StreamResponse:
    if fault == "expired":
        return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
    if fault == "redirect":
        return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})
    if fault == "endless":
        return await _endless(request)
    return web.Response(text=_CONTENT.get(fault, content), content_type="application/json")


async def _endless(request: web.Request) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"Content-Type": "application/json"})
    await stream.prepare(request)
    try:
        await stream.write(b'{"transcripts": [')
        while True:
            await stream.write(b" " * (1 << 20))
    except ConnectionError:
        return stream
