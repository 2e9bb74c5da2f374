# SPDX-License-Identifier: MIT
"""What an identity server relies on, told to a real server and to the fake, by both clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import otpmint

from dev import fresh_recipient
from worlds import World, raises


def test_a_code_of_another_system_is_delivered(world: World) -> None:
    async def story(world: World) -> None:
        to, client = fresh_recipient(), await world.relaying()
        fields = {"purpose": "login", "locale": "de", "metadata": {"flow": "17"}, "expires_in": 120}
        sent = await client.messages.relay(to=to, code="314159", wait=10, **fields)
        assert (sent.purpose, sent.channel, sent.locale) == ("login", "email", "de")
        assert (sent.to, sent.metadata, sent.delivery.status) == ("a***@e***.com", {"flow": "17"}, "sent")
        assert sent.expires_at - sent.created_at == timedelta(seconds=120)
        assert world.code(to) == "314159"
        found = await client.messages.get(sent.id)
        assert (found.id, [one.status for one in found.deliveries]) == (sent.id, ["sent"])

    world.tell(story)


def test_a_code_of_another_system_cannot_be_verified(world: World) -> None:
    async def story(world: World) -> None:
        to, client = fresh_recipient(), world.client()
        sent = await (await world.relaying()).messages.relay(to=to, code="314159", purpose="login")
        await raises(otpmint.NotFound, client.challenges.get(sent.id))
        await raises(otpmint.NotFound, client.challenges.verify(sent.id, "314159"))
        await raises(otpmint.NotFound, client.challenges.verify_by_recipient(to, "314159", purpose="login"))

    world.tell(story)


def test_a_message_whose_answer_is_lost_is_sent_once(world: World) -> None:
    async def story(world: World) -> None:
        to = fresh_recipient()
        lossy = await world.relaying(loses=2)
        sent = await lossy.messages.relay(to=to, code="314159", wait=10, idempotency_key=f"flow-{to}")
        again = await lossy.messages.relay(to=to, code="314159", wait=10, idempotency_key=f"flow-{to}")
        assert again.id == sent.id
        assert world.sent(to) == 1
        other = await raises(
            otpmint.InvalidRequest, lossy.messages.relay(to=to, code="271828", idempotency_key=f"flow-{to}")
        )
        assert other.code == "idempotency_key_reused"

    world.tell(story)


def test_a_field_that_is_refused_is_named(world: World) -> None:
    async def story(world: World) -> None:
        client, to = await world.relaying(), fresh_recipient()
        refused: list[tuple[dict[str, Any], str]] = [
            ({"to": "nobody", "code": "314159"}, "/to"),
            ({"to": to, "code": "314"}, "/code"),
            ({"to": to, "code": " 314159"}, "/code"),
            ({"to": to, "code": "314159", "channel": "sms"}, "/channel"),
            ({"to": to, "code": "314159", "channel": "none"}, "/channel"),
            ({"to": to, "code": "314159", "expires_in": 5}, "/expires_in"),
            ({"to": to, "code": "314159", "color": "red"}, "/color"),
        ]
        for fields, pointer in refused:
            error = await raises(otpmint.InvalidRequest, client.messages.relay(**fields))
            assert [field.pointer for field in error.errors] == [pointer], error

    world.tell(story)


def test_an_unknown_message_is_not_found(world: World) -> None:
    async def story(world: World) -> None:
        client = await world.relaying()
        for name in ("a" * 23, "made-up", "", "..", "../tenant"):
            error = await raises(otpmint.NotFound, client.messages.get(name))
            assert (error.code, error.status) == ("message_not_found", 404)

    world.tell(story)
