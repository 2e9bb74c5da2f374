# SPDX-License-Identifier: MIT
"""What the fake has beyond the contract: its time, its troubles, its events."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Optional

import pytest

import otpmint
from otpmint import webhooks
from otpmint.testing import FakeOtpMint, Message
from otpmint.testing._totp import Totp

EPOCH = datetime(2030, 1, 1, tzinfo=timezone.utc)


def test_a_code_expires_by_the_clock_that_was_given() -> None:
    fake = FakeOtpMint(clock=lambda: EPOCH, ttl=120)
    client = fake.client()
    minted = client.challenges.mint(to="ada@example.com")
    assert (minted.created_at, minted.expires_at) == (EPOCH, EPOCH + timedelta(seconds=120))
    fake.advance(119)
    with pytest.raises(otpmint.WrongCode):
        client.challenges.verify(minted.key, "000000")
    fake.advance(1)
    with pytest.raises(otpmint.ChallengeEnded) as ended:
        client.challenges.verify(minted.key, "424242")
    assert ended.value.outcome == "expired"
    assert client.challenges.get(minted.key).status == "expired"


def test_a_code_is_sent_again_after_its_pauses() -> None:
    fake = FakeOtpMint(clock=lambda: EPOCH)
    client = fake.client(retry=otpmint.RetryPolicy(retries=0))
    minted = client.challenges.mint(to="+4915123456789", purpose="login")
    assert (minted.to, minted.channel) == ("+49 *** ***89", "sms")
    for pause, left in ((30, 1), (60, 0)):
        fake.advance(pause - 1)
        with pytest.raises(otpmint.RateLimited):
            client.challenges.resend(minted.key, idempotency_key=f"again-{pause}")
        fake.advance(1)
        # What was refused was not remembered.
        again = client.challenges.resend(minted.key, channel="voice", idempotency_key=f"again-{pause}")
        assert (again.sends_remaining, again.channel) == (left, "voice")
    with pytest.raises(otpmint.Conflict) as spent:
        client.challenges.resend(minted.key)
    assert spent.value.code == "sends_spent"
    assert [(message.channel, message.code) for message in fake.outbox] == [
        ("sms", "424242"),
        ("voice", "424242"),
        ("voice", "424242"),
    ]


def test_codes_are_known() -> None:
    fake = FakeOtpMint(code="1234", attempts=1)
    client = fake.client()
    shapes: list[tuple[Optional[otpmint.CodeShape], str]] = [(None, "1234"), ({"length": 6}, "123412")]
    for shape, code in shapes:
        minted = client.challenges.mint(to="ada@example.com", channel="none", code=shape)
        assert minted.code == code
        assert minted.delivery is None
        with pytest.raises(otpmint.Conflict):
            client.challenges.resend(minted.key)
        with pytest.raises(otpmint.WrongCode):
            client.challenges.verify(minted.key, "0000")
        with pytest.raises(otpmint.ChallengeEnded):
            client.challenges.verify(minted.key, code)
    assert fake.outbox == []


def test_troubles_come_once_and_in_order() -> None:
    fake = FakeOtpMint()
    client = fake.client(retry=otpmint.RetryPolicy(retries=0))
    fake.refuse_next("sends_per_recipient", retry_after=600)
    fake.disconnect_next()
    fake.lose_next()
    with pytest.raises(otpmint.RateLimited):
        client.challenges.mint(to="ada@example.com")
    for sent in (0, 1):
        with pytest.raises(otpmint.ConnectionFailed):
            client.challenges.mint(to="ada@example.com")
        assert len(fake.outbox) == sent
    client.challenges.mint(to="ada@example.com")


def test_events_are_signed() -> None:
    fake = FakeOtpMint(clock=lambda: EPOCH)
    minted = fake.client().challenges.mint(to="ada@example.com")
    fake.advance(600)
    sent = fake.event("challenge.expired", minted.key)
    event = webhooks.verify(fake.webhook_secret, sent.headers, sent.body, now=fake.now().timestamp())
    assert event.type == "challenge.expired"
    assert event.challenge
    assert (event.challenge.key, event.challenge.status) == (minted.key, "expired")


def test_receipts_follow_the_clock_of_the_fake() -> None:
    fake = FakeOtpMint(clock=lambda: EPOCH)
    client, verifier = fake.client(), fake.verifier()
    minted = client.challenges.mint(to="ada@example.com", purpose="login")
    receipt = client.challenges.verify(minted.key, "424242").receipt
    assert receipt
    assert verifier.verify(receipt, purpose="login", key=minted.key).issued_at == EPOCH


def test_an_app_shows_a_code_in_each_period() -> None:
    fake = FakeOtpMint(clock=lambda: EPOCH)
    client = fake.client()
    added = client.factors.add("user-17")
    with pytest.raises(otpmint.WrongCode):
        client.factors.confirm(added.factor, "000000" if fake.app_code(added.factor) != "000000" else "111111")
    code = fake.app_code(added.factor)
    client.factors.confirm(added.factor, code)
    with pytest.raises(otpmint.CodeUsed):
        client.factors.check(added.factor, code)
    fake.advance(30)
    checked = client.factors.check(added.factor, fake.app_code(added.factor), nonce="n-1")
    assert checked.receipt
    assert fake.verifier().verify(checked.receipt, purpose="verification", nonce="n-1").to == "user-17"
    # The test vectors of RFC 6238.
    for algorithm, secret, shown in (
        ("SHA1", b"12345678901234567890", "94287082"),
        ("SHA256", b"12345678901234567890123456789012", "46119246"),
        ("SHA512", b"1234567890123456789012345678901234567890123456789012345678901234", "90693936"),
    ):
        assert Totp(secret, algorithm, 8, 30).code(1) == shown


def test_pauses_grow_and_a_right_code_ends_the_row() -> None:
    fake = FakeOtpMint(clock=lambda: EPOCH)
    client = fake.client(retry=otpmint.RetryPolicy(retries=0))
    added = client.factors.add("user-17", secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", confirmed=True)
    for minutes in (1, 5, 15, 60, 360, 1440, 1440):
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(otpmint.WrongCode) as wrong:
                client.factors.check(added.factor, "ABCDEFGHABCDEFGH")
            assert wrong.value.attempts_remaining == left
        fake.advance(60 * minutes - 1)
        with pytest.raises(otpmint.RateLimited):
            client.factors.check(added.factor, fake.app_code(added.factor))
        fake.advance(1)
        assert client.factors.get(added.factor).paused_until is None
    client.factors.check(added.factor, fake.app_code(added.factor))
    with pytest.raises(otpmint.WrongCode) as wrong:
        client.factors.check(added.factor, "ABCDEFGHABCDEFGH")
    assert wrong.value.attempts_remaining == 4


def test_a_factor_that_nobody_confirms_is_deleted_after_a_day() -> None:
    fake = FakeOtpMint()
    client = fake.client()
    added = client.factors.add("user-17")
    fake.advance(86_399)
    assert len(client.factors.list("user-17")) == 1
    fake.advance(1)
    assert client.factors.list("user-17") == ()
    with pytest.raises(otpmint.NotFound):
        client.factors.get(added.factor)


def test_messages_are_recorded() -> None:
    fake = FakeOtpMint(clock=lambda: EPOCH)
    sent = fake.client().messages.relay(to="+4915123456789", code="a token", purpose="login", locale="de")
    assert fake.outbox == [Message("+4915123456789", "sms", "a token", sent.id, "login", "de", EPOCH, relayed=True)]


def test_what_it_has_not_it_says() -> None:
    client = FakeOtpMint().client()
    with pytest.raises(otpmint.Conflict) as pages:
        client.challenges.mint(to="ada@example.com", return_url="https://app.example/done")
    assert pages.value.code == "no_pages"
    with pytest.raises(otpmint.NotFound, match="and messages only"):
        client.request("GET", "/v1/tenant")
    with pytest.raises(otpmint.InvalidRequest):
        client.request("POST", "/v1/challenges", {"to": "ada@example.com", "metadata": {"order": 17}})


def test_it_serves_asyncio() -> None:
    async def story() -> None:
        fake = FakeOtpMint()
        async with fake.async_client() as client:
            minted = await client.challenges.mint(to="ada@example.com")
            fake.advance(30)
            assert (await client.challenges.resend(minted.key)).sends_remaining == 1
            assert repr(client) == "AsyncClient('http://otpmint.test')"

    asyncio.run(story())
