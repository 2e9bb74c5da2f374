# SPDX-License-Identifier: MIT
"""What becomes of an answer, and what must never be in it."""

from __future__ import annotations

import logging
import pickle
import socket
import traceback
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

import httpx
import pytest

import otpmint
from otpmint import Client, OtpMintError, RetryPolicy

SECRET = "otpm_TheSecretKeyOfThisTest"
ONCE = RetryPolicy(retries=0)
CHALLENGE: dict[str, Any] = {
    "key": "CnPYvKqMbdXhwRzTgJsLfAe",
    "status": "pending",
    "purpose": "login",
    "channel": "carrier-pigeon",
    "to": None,
    "locale": "en",
    "created_at": "2026-11-21T08:30:00Z",
    "expires_at": "2026-11-21T10:40:00.250+02:00",
    "attempts_remaining": 5,
    "resend_at": None,
    "sends_remaining": 2,
    "delivery": None,
    "nonce": None,
    "metadata": {},
    "added_later": {"anything": 1},
}


def _answering(response: httpx.Response) -> Client:
    return Client("https://otp.example.com", SECRET, retry=ONCE, transport=httpx.MockTransport(lambda _: response))


def _error(response: httpx.Response) -> OtpMintError:
    with _answering(response) as client, pytest.raises(OtpMintError) as caught:
        client.challenges.get("a")
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value


def test_fields_that_are_added_later_are_ignored() -> None:
    with _answering(httpx.Response(200, json=CHALLENGE)) as client:
        challenge = client.challenges.get("a")
    assert challenge.channel == "carrier-pigeon"
    assert challenge.created_at == datetime(2026, 11, 21, 8, 30, tzinfo=timezone.utc)
    assert challenge.expires_at - challenge.created_at == timedelta(minutes=10, milliseconds=250)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>Welcome to the hotel's Wi-Fi</html>",
        b"[]",
        b"null",
        b"",
        b'{"key": 1}',
        httpx.Response(200, json={**CHALLENGE, "created_at": "2026-11-21T08:30:00"}).content,
        httpx.Response(200, json={**CHALLENGE, "delivery": "sent"}).content,
    ],
)
def test_a_success_that_is_no_challenge_is_an_error(content: bytes) -> None:
    error = _error(httpx.Response(200, content=content, headers={"X-Request-Id": "r-1"}))
    assert (error.code, error.status, error.request_id) == ("unexpected_answer", 200, "r-1")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_json", otpmint.InvalidRequest),
        (401, "invalid_secret_key", otpmint.Unauthorized),
        (403, "code_mismatch", otpmint.WrongCode),
        (403, "insufficient_scope", otpmint.Forbidden),
        (404, "challenge_not_found", otpmint.NotFound),
        (409, "send_under_way", otpmint.Conflict),
        (410, "challenge_expired", otpmint.ChallengeEnded),
        (412, "precondition_failed", otpmint.Conflict),
        (422, "not_a_code", otpmint.NotACode),
        (422, "invalid_field", otpmint.InvalidRequest),
        (429, "mint_per_tenant", otpmint.RateLimited),
        (500, "added_later", otpmint.Unavailable),
        (503, "queue_full", otpmint.Unavailable),
        (418, "added_later", OtpMintError),
    ],
)
def test_a_problem_becomes_its_type(status: int, code: str, kind: type[OtpMintError]) -> None:
    told = {"code": code, "title": "No.", "status": status, "attempts_remaining": 3, "detail": "Not now."}
    answer = httpx.Response(status, json=told, headers={"X-Request-Id": "r-1", "Retry-After": "90"})
    error = _error(answer)
    assert type(error) is kind
    assert (error.code, error.status, error.title, error.detail) == (code, status, "No.", "Not now.")
    assert (error.attempts_remaining, error.retry_after, error.request_id) == (3, 90, "r-1")
    assert error.retry_at is not None
    assert timedelta(seconds=85) < error.retry_at - datetime.now(timezone.utc) < timedelta(seconds=95)
    assert str(error) == f"{code} ({status}): No. Not now. [request r-1]"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.problem) == (kind, error.problem)


@pytest.mark.parametrize(
    ("status", "kind"), [(502, otpmint.Unavailable), (301, OtpMintError), (404, OtpMintError), (410, OtpMintError)]
)
def test_an_answer_of_a_proxy_is_not_taken_for_one_of_the_server(status: int, kind: type[OtpMintError]) -> None:
    page = "<title>it works</title>"
    error = _error(httpx.Response(status, text=page, headers={"Location": "/elsewhere"}))
    assert (type(error), error.code) == (kind, "unexpected_answer")
    assert page not in f"{error} {error!r}"


def test_a_field_that_is_refused_is_in_the_text_of_the_error() -> None:
    told = {"code": "invalid_field", "title": "No.", "detail": "x", "errors": [{"pointer": "/ttl", "detail": "x"}]}
    error = _error(httpx.Response(422, json=told))
    assert isinstance(error, otpmint.InvalidRequest)
    assert error.errors == (otpmint.FieldError("x", pointer="/ttl"),)
    assert str(error) == "invalid_field (422): No. /ttl: x"


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("response", [None, httpx.Response(401, json={"code": "invalid_secret_key"})])
def test_the_secret_key_is_in_no_error_and_no_log(
    response: Optional[httpx.Response], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    transport = None if response is None else httpx.MockTransport(lambda _: response)
    with Client(f"http://127.0.0.1:{_closed_port()}", SECRET, retry=ONCE, transport=transport) as client:
        shown = repr(client)
        with pytest.raises(OtpMintError) as caught:
            client.challenges.mint(to="ada@example.com")
    # What a reporter of errors collects: the chain of errors, and the local variables of each frame.
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    for text in (shown, repr(caught.value), "".join(report.format()), caplog.text):
        assert text
        assert SECRET not in text


@pytest.mark.parametrize("key", ["", f"{SECRET}\n", "otpm_ä", f" {SECRET}", "a\r\nX-Other: b"])
def test_a_secret_key_that_no_header_carries_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(ValueError, match="secret key") as caught:
        Client("https://otp.example.com", key)
    assert SECRET not in str(caught.value)


def test_an_address_or_a_path_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="https"):
        Client("otp.example.com", SECRET)
    with _answering(httpx.Response(200)) as client:
        for path in ("https://elsewhere.example/", "//elsewhere.example/", "v1/tenant"):
            with pytest.raises(ValueError, match="slash"):
                client.request("GET", path)


def test_an_answer_without_content_is_none() -> None:
    with _answering(httpx.Response(204)) as client:
        assert client.request("delete", "/v1/tenant/templates/login/de") is None
