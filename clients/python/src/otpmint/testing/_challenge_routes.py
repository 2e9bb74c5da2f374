# SPDX-License-Identifier: MIT
"""The routes of challenges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable

import httpx

from . import _fields
from ._challenge import FakeChallenge
from ._outbox import Message, deliveries, new_key
from ._problem import Refused
from ._route import Asked, Route
from ._signer import Signer


@dataclass(frozen=True)
class Settings:
    """What a tenant's policy would say."""

    code: str
    attempts: int
    sends: int
    ttl: int
    pauses: Sequence[int]


class Challenges:
    """The challenges of one tenant."""

    def __init__(
        self, settings: Settings, signer: Signer, outbox: list[Message], clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._signer = signer
        self._outbox = outbox
        self._clock = clock
        self.all: dict[str, FakeChallenge] = {}
        one = r"/v1/challenges/([^/]+)"
        self.routes = [
            Route("POST", r"/v1/challenges", self._mint, once=True),
            Route("GET", one, self._get),
            Route("DELETE", one, self._cancel),
            Route("POST", rf"{one}/verify", self._verify, once=True),
            Route("POST", rf"{one}/resend", self._resend, once=True),
            Route("POST", r"/v1/verify", self._verify_by_recipient, once=True),
            Route("POST", r"/v1/results", self._result),
        ]

    def _mint(self, asked: Asked) -> httpx.Response:
        body = asked.body
        _fields.mint(body)
        to, now = _fields.recipient(body), self._clock()
        length = (body.get("code") or {}).get("length") or len(self._settings.code)
        challenge = FakeChallenge(
            key=new_key(),
            to=to,
            channel=body.get("channel") or ("email" if "@" in to else "sms"),
            purpose=body.get("purpose") or "verification",
            locale=body.get("locale") or "en",
            # The known code, repeated to the requested length.
            code=(self._settings.code * length)[:length],
            created_at=now,
            expires_at=now + timedelta(seconds=body.get("ttl") or self._settings.ttl),
            attempts=self._settings.attempts,
            sends=self._settings.sends,
            pauses=self._settings.pauses,
            nonce=body.get("nonce"),
            metadata=_fields.entries(body, "metadata"),
            bind=_fields.entries(body, "bind"),
        )
        self.all[challenge.key] = challenge
        if challenge.channel == "none":
            return httpx.Response(201, json={**challenge.view(now), "code": challenge.code})
        self._send(challenge)
        return httpx.Response(201, json=challenge.view(now))

    def _get(self, asked: Asked) -> httpx.Response:
        view = self._find(asked.name).view(self._clock())
        return httpx.Response(200, json={**view, "deliveries": deliveries(self._outbox, asked.name)})

    def _verify(self, asked: Asked) -> httpx.Response:
        code = _fields.verification(asked.body)
        return self._check(self._find(asked.name), code, asked.body)

    def _verify_by_recipient(self, asked: Asked) -> httpx.Response:
        body = asked.body
        code, to = _fields.verification(body, "to", "purpose"), _fields.recipient(body)
        purpose, now = body.get("purpose") or "verification", self._clock()
        for challenge in reversed(list(self.all.values())):
            if (challenge.to, challenge.purpose, challenge.status(now)) == (to, purpose, "pending"):
                return self._check(challenge, code, body)
        raise Refused("challenge_not_found")

    def _check(self, challenge: FakeChallenge, code: str, body: dict[str, Any]) -> httpx.Response:
        now = self._clock()
        challenge.answer(code, _fields.entries(body, "bind"), now)
        return httpx.Response(200, json={**challenge.view(now), **self._signer.receipt(challenge.claims(), now)})

    def _resend(self, asked: Asked) -> httpx.Response:
        _fields.resend(asked.body)
        challenge, now = self._find(asked.name), self._clock()
        challenge.may_be_sent(now)
        challenge.channel = asked.body.get("channel") or challenge.channel
        self._send(challenge)
        return httpx.Response(200, json=challenge.view(now))

    def _cancel(self, asked: Asked) -> httpx.Response:
        challenge, now = self._find(asked.name), self._clock()
        challenge.cancel(now)
        return httpx.Response(204)

    def _result(self, _: Asked) -> httpx.Response:
        raise Refused("result_not_found")

    def _find(self, key: str) -> FakeChallenge:
        if key not in self.all:
            raise Refused("challenge_not_found")
        return self.all[key]

    def _send(self, to: FakeChallenge) -> None:
        to.sent, to.sent_at = to.sent + 1, self._clock()
        self._outbox.append(Message(to.to, to.channel, to.code, to.key, to.purpose, to.locale, to.sent_at))
