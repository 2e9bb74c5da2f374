# SPDX-License-Identifier: MIT
"""What an app relies on, told to a real server and to the fake, by both clients: so the fake behaves as the server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import otpmint
from otpmint import RetryPolicy
from otpmint.receipts import InvalidReceipt

from dev import fresh_recipient
from worlds import World, raises


def test_a_code_is_minted_read_and_verified(world: World) -> None:
    async def story(world: World) -> None:
        to, client = fresh_recipient(), world.client()
        minted = await client.challenges.mint(to=to, purpose="login", locale="de", metadata={"order": "17"})
        assert (minted.status, minted.purpose, minted.channel) == ("pending", "login", "email")
        assert (minted.locale, minted.metadata, minted.attempts_remaining) == ("de", {"order": "17"}, 5)
        assert minted.to == "a***@e***.com"
        assert minted.expires_at - minted.created_at == timedelta(minutes=10)
        assert minted.resend_at is not None
        assert minted.sends_remaining == 2
        verified = await client.challenges.verify(minted.key, world.code(to))
        assert (verified.key, verified.status) == (minted.key, "verified")
        assert verified.receipt
        found = await client.challenges.get(minted.key)
        assert (found.status, len(found.deliveries), found.receipt) == ("verified", 1, None)
        assert (found.deliveries[0].channel, found.deliveries[0].status) == ("email", "sent")
        ended = await raises(otpmint.ChallengeEnded, client.challenges.verify(minted.key, "123456"))
        assert (ended.outcome, ended.status) == ("verified", 410)

    world.tell(story)


def test_wrong_codes_count_down_to_the_end(world: World) -> None:
    async def story(world: World) -> None:
        to, client = fresh_recipient(), world.client()
        minted = await client.challenges.mint(to=to)
        code = world.code(to)
        wrong = "0" * len(code) if code != "0" * len(code) else "111111"
        left = []
        for _ in range(5):
            error = await raises(otpmint.WrongCode, client.challenges.verify(minted.key, wrong))
            left.append(error.attempts_remaining)
        assert left == [4, 3, 2, 1, 0]
        ended = await raises(otpmint.ChallengeEnded, client.challenges.verify(minted.key, code))
        assert ended.outcome == "exhausted"

    world.tell(story)


def test_what_can_be_no_code_costs_nothing(world: World) -> None:
    async def story(world: World) -> None:
        to, client = fresh_recipient(), world.client()
        minted = await client.challenges.mint(to=to)
        for typed in ("", "12", "12345?", "\ud800"):
            await raises(otpmint.InvalidRequest, client.challenges.verify(minted.key, typed))
        error = await raises(otpmint.NotACode, client.challenges.verify(minted.key, "12345?"))
        assert (error.code, error.status) == ("not_a_code", 422)
        code = world.code(to)
        await client.challenges.verify(minted.key, f" {code[:3]}-{code[3:]}\n")

    world.tell(story)


def test_a_code_is_verified_by_its_recipient(world: World) -> None:
    async def story(world: World) -> None:
        to, client = fresh_recipient(), world.client()
        minted = await client.challenges.mint(to=to, purpose="login")
        code = world.code(to)
        await raises(otpmint.NotFound, client.challenges.verify_by_recipient(to, code, purpose="reset"))
        verified = await client.challenges.verify_by_recipient(to, code, purpose="login")
        assert (verified.key, verified.status) == (minted.key, "verified")
        await raises(otpmint.NotFound, client.challenges.verify_by_recipient(to, code, purpose="login"))

    world.tell(story)


def test_a_challenge_is_canceled_once(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        minted = await client.challenges.mint(to=fresh_recipient())
        await client.challenges.cancel(minted.key)
        assert (await client.challenges.get(minted.key)).status == "canceled"
        ended = await raises(otpmint.ChallengeEnded, client.challenges.cancel(minted.key))
        assert ended.outcome == "canceled"

    world.tell(story)


def test_a_resend_that_comes_too_soon_says_when_to_come_back(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        minted = await client.challenges.mint(to=fresh_recipient(), wait=10)
        assert minted.delivery.status == "sent"
        error = await raises(otpmint.RateLimited, client.challenges.resend(minted.key))
        assert error.code == "resend_cooldown"
        assert 0 < error.retry_after <= 30
        assert abs(error.retry_at - minted.resend_at) < timedelta(seconds=3)

    world.tell(story)


def test_a_wrong_secret_key_is_unauthorized_and_not_shown(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client("not-the-key-of-anybody")
        error = await raises(otpmint.Unauthorized, client.challenges.mint(to="ada@example.com"))
        assert (error.code, error.status) == ("invalid_secret_key", 401)
        assert "anybody" not in f"{error} {error!r} {client!r}"

    world.tell(story)


def test_a_field_that_is_refused_is_named(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        refused: list[tuple[dict[str, Any], str]] = [
            ({"to": "ada@example.com", "ttl": 5}, "/ttl"),
            ({"to": "nobody"}, "/to"),
            ({}, "/to"),
            ({"to": "ada@example.com", "purpose": "Log in"}, "/purpose"),
            ({"to": "ada@example.com", "channel": "sms"}, "/channel"),
            ({"to": "ada@example.com", "channel": "pigeon"}, "/channel"),
        ]
        for fields, pointer in refused:
            error = await raises(otpmint.InvalidRequest, client.challenges.mint(**fields))
            assert [field.pointer for field in error.errors] == [pointer], error
        await raises(otpmint.InvalidRequest, client.challenges.mint(to="ada@example.com", color="red"))

    world.tell(story)


def test_what_is_no_key_finds_nothing(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        for key in ("made-up", "", "..", "../tenant", "a b", "é"):
            error = await raises(otpmint.NotFound, client.challenges.get(key))
            assert (error.code, error.status) == ("challenge_not_found", 404)

    world.tell(story)


def test_a_call_whose_answer_is_lost_is_carried_out_once(world: World) -> None:
    async def story(world: World) -> None:
        to = fresh_recipient()
        minted = await world.client(loses=1).challenges.mint(to=to, wait=10)
        wrong = await raises(otpmint.WrongCode, world.client(loses=2).challenges.verify(minted.key, "00000000"))
        assert wrong.attempts_remaining == 4
        code = world.code(to)
        verified = await world.client(loses=1).challenges.verify(minted.key, code)
        assert verified.receipt
        assert len((await world.client().challenges.get(minted.key)).deliveries) == 1
        # A second mint would be the one that the recipient's code is checked against.
        await raises(otpmint.NotFound, world.client().challenges.verify_by_recipient(to, code))

    world.tell(story)


def test_a_key_of_the_app_makes_two_calls_one(world: World) -> None:
    async def story(world: World) -> None:
        client, to = world.client(), fresh_recipient()
        first = await client.challenges.mint(to=to, idempotency_key=f"job-{to}")
        assert (await client.challenges.mint(to=to, idempotency_key=f"job-{to}")).key == first.key
        reused = client.challenges.mint(to=fresh_recipient(), idempotency_key=f"job-{to}")
        assert (await raises(otpmint.InvalidRequest, reused)).code == "idempotency_key_reused"

    world.tell(story)


def test_a_cancellation_whose_answer_is_lost_is_not_repeated(world: World) -> None:
    async def story(world: World) -> None:
        minted = await world.client().challenges.mint(to=fresh_recipient())
        error = await raises(otpmint.ConnectionFailed, world.client(loses=1).challenges.cancel(minted.key))
        assert (error.code, error.status) == ("connection_failed", None)
        assert (await world.client().challenges.get(minted.key)).status == "canceled"

    world.tell(story)


def test_without_retries_a_lost_answer_is_an_error(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client(loses=1, retry=RetryPolicy(retries=0))
        await raises(otpmint.ConnectionFailed, client.challenges.mint(to=fresh_recipient()))

    world.tell(story)


def test_a_receipt_is_good_for_its_own_step_alone(world: World) -> None:
    async def story(world: World) -> None:
        to, client, verifier = fresh_recipient(), world.client(), await world.verifier()
        minted = await client.challenges.mint(to=to, purpose="login", nonce="n-1", metadata={"order": "17"})
        receipt = (await client.challenges.verify(minted.key, world.code(to))).receipt
        checked = await verifier.verify(receipt, purpose="login", nonce="n-1", key=minted.key, to=to)
        assert (checked.to, checked.purpose, checked.channel) == (to, "login", "email")
        assert (checked.key, checked.nonce, checked.metadata) == (minted.key, "n-1", {"order": "17"})
        assert checked.expires_at - checked.issued_at == timedelta(seconds=300)
        others: list[dict[str, Any]] = [
            {"purpose": "reset", "nonce": "n-1"},
            {"purpose": "login", "nonce": "n-2"},
            {"purpose": "login", "key": "another"},
            {"purpose": "login", "nonce": "n-1", "to": "eve@example.com"},
            {"purpose": "login", "nonce": "n-1", "bind": {"amount": "1"}},
        ]
        for other in others:
            with pytest.raises(InvalidReceipt):
                await verifier.verify(receipt, **other)

    world.tell(story)


def test_a_receipt_that_is_bound_is_good_with_its_transaction_alone(world: World) -> None:
    async def story(world: World) -> None:
        to, client, verifier = fresh_recipient(), world.client(), await world.verifier()
        bind = {"payee": 'Bäckerei "Süß"\n', "amount": "9.99 EUR"}
        minted = await client.challenges.mint(to=to, purpose="transaction", bind=bind)
        code = world.code(to)
        await raises(otpmint.WrongCode, client.challenges.verify(minted.key, code))
        receipt = (await client.challenges.verify(minted.key, code, bind=bind)).receipt
        await verifier.verify(receipt, purpose="transaction", key=minted.key, bind=bind)
        for other in (None, {}, {**bind, "amount": "99.9 EUR"}):
            with pytest.raises(InvalidReceipt, match="bound"):
                await verifier.verify(receipt, purpose="transaction", key=minted.key, bind=other)

    world.tell(story)
