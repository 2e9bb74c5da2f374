# SPDX-License-Identifier: MIT
"""What an app relies on with authenticator apps, told to a real server and to the fake, by both clients."""

from __future__ import annotations

import itertools
import os
from typing import Any

import otpmint

from worlds import World, raises

_COUNTER = itertools.count(1)
_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def somebody() -> str:
    """A user that no other test has."""
    return f"user-{os.getpid()}-{next(_COUNTER)}"


async def _enrolled(world: World, client: Any, identity: str) -> Any:
    added = await client.factors.add(identity)
    app = world.app(added.secret)
    confirmed = await client.factors.confirm(added.factor, app.code())
    return confirmed, app


def test_an_app_is_added_confirmed_and_checked(world: World) -> None:
    async def story(world: World) -> None:
        client, identity = world.client(), somebody()
        added = await client.factors.add(identity, issuer="Shop")
        assert (added.status, added.identity, added.confirmed_at) == ("unconfirmed", identity, None)
        assert (added.algorithm, added.digits, added.period) == ("SHA1", 6, 30)
        assert added.uri.startswith(f"otpauth://totp/Shop:{identity}?secret={added.secret}&")
        assert (added.qr_svg[:4], added.qr_png[1:4]) == ("<svg", b"PNG")
        assert added.secret not in repr(added)
        unconfirmed = await raises(otpmint.Conflict, client.factors.check(added.factor, "123456"))
        assert (unconfirmed.code, unconfirmed.status) == ("factor_unconfirmed", 409)
        unconfirmed = await raises(otpmint.Conflict, client.factors.replace_recovery_codes(added.factor))
        assert unconfirmed.code == "factor_unconfirmed"

        app = world.app(added.secret)
        confirmed = await client.factors.confirm(added.factor, app.code())
        assert (confirmed.status, len(set(confirmed.recovery_codes)), confirmed.secret) == ("active", 10, None)
        assert confirmed.recovery_codes[0] not in repr(confirmed)
        again = await raises(otpmint.Conflict, client.factors.confirm(added.factor, app.wrong()))
        assert again.code == "factor_confirmed"

        code = app.code()
        checked = await client.factors.check(added.factor, f" {code[:3]}-{code[3:]} ", purpose="login", nonce="n-1")
        assert (checked.verified, checked.channel, checked.recovery_codes_remaining) == (True, "totp", 10)
        assert checked.used_at
        assert checked.receipt not in repr(checked)
        receipt = await (await world.verifier()).verify(checked.receipt, purpose="login", nonce="n-1")
        assert (receipt.to, receipt.channel, receipt.key[:21]) == (identity, "totp", f"{added.factor}.")
        used = await raises(otpmint.CodeUsed, client.factors.check(added.factor, code))
        assert (used.code, used.status) == ("code_used", 403)
        found = await client.factors.list(identity)
        assert [(one.factor, one.status) for one in found] == [(added.factor, "active")]
        assert await client.factors.list(f"{identity}?&=") == ()

        await client.factors.delete(added.factor)
        gone = await raises(otpmint.NotFound, client.factors.get(added.factor))
        assert gone.code == "factor_not_found"

    world.tell(story)


def test_a_recovery_code_works_once(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        factor, _ = await _enrolled(world, client, somebody())
        first, second = factor.recovery_codes[:2]
        checked = await client.factors.check(factor.factor, first.lower().replace("-", " "))
        assert (checked.channel, checked.recovery_codes_remaining) == ("recovery", 9)
        wrong = await raises(otpmint.WrongCode, client.factors.check(factor.factor, first))
        assert wrong.attempts_remaining == 4
        replaced = await client.factors.replace_recovery_codes(factor.factor)
        assert (replaced.recovery_codes_remaining, len(replaced.recovery_codes)) == (10, 10)
        await raises(otpmint.WrongCode, client.factors.check(factor.factor, second))
        await client.factors.check(factor.factor, replaced.recovery_codes[9])

    world.tell(story)


def test_five_wrong_codes_pause_it(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        factor, app = await _enrolled(world, client, somebody())
        left = []
        for _ in range(5):
            error = await raises(otpmint.WrongCode, client.factors.check(factor.factor, app.wrong()))
            left.append(error.attempts_remaining)
        assert left == [4, 3, 2, 1, 0]
        paused = await raises(otpmint.RateLimited, client.factors.check(factor.factor, app.code()))
        assert (paused.code, paused.status) == ("factor_paused", 429)
        assert 50 <= paused.retry_after <= 60
        found = await client.factors.get(factor.factor)
        assert found.paused_until
        assert abs((found.paused_until - paused.retry_at).total_seconds()) <= 5

    world.tell(story)


def test_what_can_be_no_code_costs_nothing(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        factor, app = await _enrolled(world, client, somebody())
        for typed in ("", "12", "1234", "12345678", "12345O", "ABCD-EFGH-2345-678"):
            error = await raises(otpmint.InvalidRequest, client.factors.check(factor.factor, typed))
            assert [field.pointer for field in error.errors] == ["/code"], typed
        wrong = await raises(otpmint.WrongCode, client.factors.check(factor.factor, app.wrong()))
        assert wrong.attempts_remaining == 4

    world.tell(story)


def test_what_an_app_holds_already_is_imported(world: World) -> None:
    async def story(world: World) -> None:
        client, identity = world.client(), somebody()
        imported = await client.factors.add(identity, secret=_SECRET.lower(), confirmed=True)
        assert (imported.status, imported.secret, imported.recovery_codes_remaining) == ("active", _SECRET, 0)
        await client.factors.check(imported.factor, world.app(_SECRET).code())
        assert len((await client.factors.replace_recovery_codes(imported.factor)).recovery_codes) == 10
        uri = f"otpauth://totp/Old%20Shop:jane?secret={_SECRET}&digits=8&period=60&algorithm=SHA256"
        other = await client.factors.add(identity, uri=uri)
        assert (other.status, other.digits, other.period) == ("unconfirmed", 8, 60)
        assert (other.algorithm, "Old%20Shop:jane" in other.uri) == ("SHA256", True)
        refused: list[tuple[dict[str, Any], str]] = [
            ({"secret": "too short"}, "/secret"),
            ({"uri": "https://example.com"}, "/uri"),
            ({"uri": uri, "digits": 6}, "/digits"),
            ({"confirmed": True}, "/confirmed"),
            ({"digits": 7}, "/digits"),
            ({"period": 5}, "/period"),
            ({"algorithm": "MD5"}, "/algorithm"),
            ({"issuer": "\n"}, "/issuer"),
            ({"color": "red"}, "/color"),
        ]
        for fields, pointer in refused:
            error = await raises(otpmint.InvalidRequest, client.factors.add(identity, **fields))
            assert [field.pointer for field in error.errors] == [pointer], error
        for _ in range(3):
            await client.factors.add(identity)
        many = await raises(otpmint.Conflict, client.factors.add(identity))
        assert many.code == "too_many_factors"

    world.tell(story)


def test_a_call_whose_answer_is_lost_is_carried_out_once(world: World) -> None:
    async def story(world: World) -> None:
        client, identity = world.client(), somebody()
        lost = await world.client(loses=1).factors.add(identity)
        assert None not in (lost.secret, lost.uri, lost.qr_svg, lost.qr_png)
        assert len(await client.factors.list(identity)) == 1

        added, app = lost, world.app(lost.secret)
        confirmed = await world.client(loses=1).factors.confirm(added.factor, app.code())
        assert (confirmed.status, len(confirmed.recovery_codes)) == ("active", 10)
        wrong = await raises(otpmint.WrongCode, world.client(loses=2).factors.check(added.factor, app.wrong()))
        assert wrong.attempts_remaining == 4
        checked = await world.client(loses=2).factors.check(added.factor, app.code())
        assert checked.receipt

        replaced = await world.client(loses=1).factors.replace_recovery_codes(added.factor)
        assert len(set(replaced.recovery_codes)) == 10
        # What takes no key is sent once.
        await raises(otpmint.ConnectionFailed, world.client(loses=1).factors.delete(added.factor))
        assert await client.factors.list(identity) == ()

    world.tell(story)


def test_what_is_no_handle_finds_nothing(world: World) -> None:
    async def story(world: World) -> None:
        client = world.client()
        for handle in ("fct_2222222222222222", "made-up", "", "..", "../tenant", "a b", "é"):
            error = await raises(otpmint.NotFound, client.factors.check(handle, "123456"))
            assert (error.code, error.status) == ("factor_not_found", 404)
        unknown = await raises(otpmint.NotFound, client.factors.fetch_result("otpr_made_up"))
        assert unknown.code == "result_not_found"

    world.tell(story)
