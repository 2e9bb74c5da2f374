# SPDX-License-Identifier: MIT
"""When a call is tried again."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Optional, Union

import httpx
import pytest

import otpmint
from otpmint import Client, ConnectionFailed, RateLimited, RetryPolicy, Unavailable, _calls, _tries
from otpmint.testing import FakeOtpMint

Answer = Union[httpx.Response, type[httpx.RequestError]]

MINT = _calls.mint("ada@example.com", {}, 0, None)
GET = _calls.get("CnPYvKqMbdXhwRzTgJsLfAe")
CANCEL = _calls.cancel("CnPYvKqMbdXhwRzTgJsLfAe")
RESULT = _calls.fetch_result("otpr_x")


def _problem(status: int, code: str = "store_unavailable", retry_after: Optional[int] = 1) -> httpx.Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return httpx.Response(status, headers=headers, json={"code": code, "title": "No."})


def _pause(call: Any, answer: Answer, policy: Optional[RetryPolicy] = None, made: int = 1) -> Optional[float]:
    tries = _tries.Tries(call, policy or RetryPolicy(), clock=lambda: 0.0)
    for _ in range(made):
        tries.request()
        if isinstance(answer, httpx.Response):
            tries.answered(answer)
        else:
            tries.failed(answer("no"))
    return tries.pause


@pytest.mark.parametrize("call", [MINT, GET], ids=["mint", "get"])
@pytest.mark.parametrize(
    "answer", [_problem(502), _problem(503), _problem(504), _problem(429), httpx.ReadError, httpx.ReadTimeout]
)
def test_what_is_carried_out_once_is_repeated(call: Any, answer: Answer) -> None:
    assert _pause(call, answer) is not None


@pytest.mark.parametrize("call", [CANCEL, RESULT, _calls.plain("POST", "/v1/tenant/keys", {})])
def test_anything_else_is_repeated_only_if_nothing_was_done(call: Any) -> None:
    for passing in (_problem(429), httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        assert _pause(call, passing) is not None
    for unclear in (_problem(502), _problem(503), httpx.ReadError, httpx.ReadTimeout, httpx.WriteError):
        assert _pause(call, unclear) is None


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 410, 422, 500])
def test_an_answer_that_would_come_again_is_final(status: int) -> None:
    assert _pause(MINT, _problem(status)) is None


def test_the_first_try_that_still_runs_is_waited_for() -> None:
    pause = _pause(MINT, _problem(409, "idempotency_key_in_use"))
    assert pause == 1


def test_retry_after_is_waited_for_if_it_is_short() -> None:
    assert _pause(MINT, _problem(429, retry_after=2)) == 2
    assert _pause(MINT, _problem(429, retry_after=3)) is None
    assert _pause(MINT, _problem(429, retry_after=6), RetryPolicy(longest_pause=10)) == 6


def test_pauses_grow_and_vary() -> None:
    firsts = {_pause(MINT, httpx.ReadError) for _ in range(20)}
    assert len(firsts) > 1
    assert all(pause and 0.1 <= pause <= 0.2 for pause in firsts)
    second = _pause(MINT, httpx.ReadError, made=2)
    assert second
    assert 0.2 <= second <= 0.4


def test_tries_are_counted() -> None:
    assert _pause(MINT, httpx.ReadError, made=2) is not None
    assert _pause(MINT, httpx.ReadError, made=3) is None
    assert _pause(MINT, httpx.ReadError, RetryPolicy(retries=0)) is None


def test_no_try_goes_beyond_the_total_time() -> None:
    now = [0.0]
    policy = RetryPolicy(retries=9, timeout=10, total_timeout=12)
    tries = _tries.Tries(MINT, policy, clock=lambda: now[0])
    assert tries.request()["timeout"] == 10
    now[0] = 10
    tries.failed(httpx.ReadTimeout("no"))
    assert tries.pause is not None
    assert tries.request()["timeout"] == 2
    now[0] = 11.95
    tries.failed(httpx.ReadTimeout("no"))
    assert tries.pause is None


def test_a_wait_that_was_asked_for_takes_no_time_from_the_tries() -> None:
    tries = _tries.Tries(_calls.mint("ada@example.com", {}, 10, None), RetryPolicy(timeout=3, total_timeout=3))
    assert tries.request()["timeout"] > 12


def _recording(answers: list[Answer]) -> tuple[list[httpx.Request], Callable[[httpx.Request], httpx.Response]]:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        following = answers.pop(0)
        if isinstance(following, httpx.Response):
            return following
        raise following("no", request=request)

    return seen, answer


def test_a_retry_is_the_same_request_and_another_call_is_not() -> None:
    seen, answer = _recording([httpx.ReadError, _problem(503, retry_after=None), _problem(401), _problem(401)])
    with Client("https://otp.example.com/path/", "key", transport=httpx.MockTransport(answer)) as client:
        for _ in range(2):
            with pytest.raises(otpmint.Unauthorized):
                client.challenges.mint(to="ada@example.com", wait=3)
    first, *again, other = seen
    assert str(first.url) == "https://otp.example.com/path/v1/challenges"
    assert (first.headers["prefer"], first.content) == ("wait=3", b'{"to": "ada@example.com"}')
    for request in again:
        assert (request.content, request.headers.raw) == (first.content, first.headers.raw)
    assert other.content == first.content
    assert other.headers["idempotency-key"] != first.headers["idempotency-key"]


def test_retry_after_is_slept_between_the_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def story(fake: FakeOtpMint) -> None:
        async with fake.async_client() as client:
            await client.challenges.mint(to="ada@example.com")

    monkeypatch.setattr("time.sleep", slept.append)
    monkeypatch.setattr("asyncio.sleep", sleep)
    fake = FakeOtpMint()
    fake.refuse_next("mint_per_tenant", retry_after=2)
    with fake.client() as client:
        client.challenges.mint(to="ada@example.com")
    fake.refuse_next("mint_per_tenant", retry_after=1)
    asyncio.run(story(fake))
    assert (slept, len(fake.outbox)) == ([2, 1], 2)


def test_the_last_failure_is_raised() -> None:
    fake = FakeOtpMint()
    quick = RetryPolicy(retries=1)
    with fake.client(retry=quick) as client:
        fake.disconnect_next(times=2)
        with pytest.raises(ConnectionFailed):
            client.challenges.mint(to="ada@example.com")
        fake.refuse_next("queue_full", times=2, retry_after=0)
        with pytest.raises(Unavailable) as caught:
            client.challenges.mint(to="ada@example.com")
        assert (caught.value.code, caught.value.status) == ("queue_full", 503)
        fake.refuse_next("sends_per_recipient", retry_after=600)
        with pytest.raises(RateLimited) as limited:
            client.challenges.mint(to="ada@example.com")
        assert limited.value.retry_after == 600
    assert fake.outbox == []


@pytest.mark.parametrize("key", ["", "a\nb", "ä", "x" * 256])
def test_an_idempotency_key_that_no_header_carries_is_refused(key: str) -> None:
    with FakeOtpMint().client() as client, pytest.raises(ValueError, match="idempotency key"):
        client.challenges.mint(to="ada@example.com", idempotency_key=key)
