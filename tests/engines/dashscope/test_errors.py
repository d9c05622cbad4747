from __future__ import annotations

import json

import pytest

from subtitles.engines.base import ErrorKind
from subtitles.engines.dashscope.errors import loggable, nobody_spoke, request_error, status_error, task_error


@pytest.mark.parametrize(
    ("code", "kind", "retryable"),
    [
        ("InvalidApiKey", ErrorKind.KEY, False),
        ("AccessDenied", ErrorKind.QUOTA, False),
        ("AccessDenied.Unpurchased", ErrorKind.QUOTA, False),
        ("Model.AccessDenied", ErrorKind.QUOTA, False),
        ("Workspace.AccessDenied", ErrorKind.QUOTA, False),
        ("AllocationQuota.FreeTierOnly", ErrorKind.QUOTA, False),
        ("PrepaidBillOverdue", ErrorKind.QUOTA, False),
        ("PostpaidBillOverdue", ErrorKind.QUOTA, False),
        ("CommodityNotPurchased", ErrorKind.QUOTA, False),
        ("ModelNotFound", ErrorKind.PARAMETERS, False),
        ("NotFound", ErrorKind.PARAMETERS, False),
        ("InvalidParameter", ErrorKind.PARAMETERS, False),
        ("BadRequest.EmptyInput", ErrorKind.PARAMETERS, False),
        ("Throttling.RateQuota", ErrorKind.BUSY, True),
        ("Throttling.AllocationQuota", ErrorKind.BUSY, True),
        ("InternalError", ErrorKind.BUSY, True),
        ("InternalError.Timeout", ErrorKind.BUSY, True),
        ("SystemError", ErrorKind.BUSY, True),
        ("ModelServiceFailed", ErrorKind.BUSY, True),
        ("ModelServingError", ErrorKind.BUSY, True),
        ("ModelUnavailable", ErrorKind.BUSY, True),
        ("SOMETHING_NEW", ErrorKind.PROTOCOL, True),
        ("", ErrorKind.PROTOCOL, True),
    ],
)
def test_the_class_of_a_code_decides(code: str, kind: ErrorKind, retryable: bool) -> None:
    error = task_error(code, "whatever", "task-1")
    assert (error.kind, error.retryable, error.code, error.request_id) == (kind, retryable, code, "task-1")
    assert code in str(error)


@pytest.mark.parametrize("message", ["Invalid payload data", "Missing required parameter 'payload.model'! Please"])
def test_a_malformed_request_is_not_tried_again(message: str) -> None:
    assert task_error("CLIENT_ERROR", message).kind is ErrorKind.PARAMETERS


@pytest.mark.parametrize(
    ("code", "message", "silent"),
    [
        ("NO_VALID_AUDIO_ERROR", "", True),
        ("NO_INPUT_AUDIO_ERROR", "", True),
        ("RequestTimeOut", "Request timed out, please try again later.", True),
        ("CLIENT_ERROR", "request timeout after 23 seconds.", True),
        ("CLIENT_ERROR", "something else", False),
        ("InternalError", "request timeout after 23 seconds.", False),
        ("", "", False),
    ],
)
def test_silence_is_told_from_faults(code: str, message: str, silent: bool) -> None:
    assert nobody_spoke(code, message) is silent


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.PARAMETERS),
        (401, ErrorKind.KEY),
        (403, ErrorKind.KEY),
        (408, ErrorKind.BUSY),
        (404, ErrorKind.PARAMETERS),
        (429, ErrorKind.BUSY),
        (500, ErrorKind.BUSY),
        (503, ErrorKind.BUSY),
    ],
)
def test_a_status_says_what_a_refused_handshake_means(status: int, kind: ErrorKind) -> None:
    assert status_error(status).kind is kind


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "PrepaidBillOverdue", ErrorKind.QUOTA),
        (429, "Throttling.RateQuota", ErrorKind.BUSY),
        (403, "AccessDenied.Unpurchased", ErrorKind.QUOTA),
    ],
)
def test_the_body_knows_better_than_the_status(status: int, code: str, kind: ErrorKind) -> None:
    error = status_error(status, json.dumps({"code": code, "message": "m", "request_id": "r-9"}).encode())
    assert (error.kind, error.code, error.request_id) == (kind, code, "r-9")


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [
        (400, "Brand.New", False),
        (403, "Brand.New", False),
        (408, "Brand.New", True),
        (429, "Brand.New", True),
        (500, "Brand.New", True),
        (400, "Throttling", True),
        (408, "", True),
        (400, "", False),
    ],
)
def test_a_request_that_is_not_accepted_is_not_repeated_under_whatever_name(
    status: int, code: str, retryable: bool
) -> None:
    assert request_error(status, json.dumps({"code": code}).encode(), "7").retryable is retryable


def test_a_live_recognition_is_tried_again_after_what_nobody_knows() -> None:
    assert status_error(400, b'{"code": "Brand.New"}').retryable


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"code": 5}', b"[" * 50_000, b"\xff\xfe"])
def test_a_body_of_any_kind_is_survived(body: bytes) -> None:
    assert status_error(503, body).kind is ErrorKind.BUSY


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, "7", 7.0), (503, "99999", 300.0), (429, "soon", None), (429, "", None), (401, "7", None)],
)
def test_retry_after_is_passed_on_where_retrying_helps(status: int, header: str, seconds: float | None) -> None:
    assert status_error(status, b"", header).retry_after == seconds


def test_a_wrong_key_hints_at_the_region() -> None:
    assert "region" in str(status_error(401))


def test_keys_and_control_characters_do_not_reach_the_log() -> None:
    assert loggable("key sk-abc123\n or st-xyz is wrong") == "key …  or … is wrong"
    assert len(loggable("x" * 9999)) == 200
