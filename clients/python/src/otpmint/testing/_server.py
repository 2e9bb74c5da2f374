# SPDX-License-Identifier: MIT
"""The routes of the fake."""

from __future__ import annotations

import json
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Optional

import httpx

from . import _fields
from ._challenge import FakeChallenge
from ._outbox import Message
from ._problem import Refused
from ._signer import Signer

# A path, a body, and what was answered.
_Answer = tuple[str, bytes, httpx.Response]

_CHALLENGE = re.compile(r"/v1/challenges/([^/]+)(/verify|/resend)?")


@dataclass(frozen=True)
class Settings:
    """What a tenant's policy would say."""

    code: str
    attempts: int
    sends: int
    ttl: int
    pauses: Sequence[int]


class Server:
    """The challenges of one tenant."""

    def __init__(self, settings: Settings, secret_key: str, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._bearer = f"Bearer {secret_key}"
        self._signer = signer
        self._clock = clock
        self._answers: dict[tuple[str, Optional[str]], _Answer] = {}
        self.challenges: dict[str, FakeChallenge] = {}
        self.outbox: list[Message] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answers one request."""
        if request.headers.get("authorization") != self._bearer:
            return problem(Refused("invalid_secret_key"))
        key, path, body = request.headers.get("idempotency-key"), request.url.path, request.read()
        # A key is unique within its route.
        known = (_CHALLENGE.sub(r"\2", path), key)
        if known in self._answers:
            return _replay(self._answers[known], path, body)
        try:
            response = self._route(request.method, path, _object(body))
        except Refused as refused:
            response = problem(refused)
            # Only what changed something is remembered.
            if refused.body["code"] != "code_mismatch":
                return response
        if key:
            self._answers[known] = (path, body, response)
        return response

    def _route(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        if (method, path) == ("POST", "/v1/challenges"):
            return self._mint(body)
        if (method, path) == ("POST", "/v1/verify"):
            return self._verify_recipient(body)
        match = _CHALLENGE.fullmatch(path)
        if not match:
            raise Refused("not_found", detail="The fake has the routes of challenges only.")
        routes: dict[tuple[str, Any], Callable[[str, dict[str, Any]], httpx.Response]] = {
            ("GET", None): self._get,
            ("DELETE", None): self._cancel,
            ("POST", "/verify"): self._verify,
            ("POST", "/resend"): self._resend,
        }
        route = routes.get((method, match[2]))
        if route is None:
            raise Refused("not_found")
        return route(match[1], body)

    def _mint(self, body: dict[str, Any]) -> httpx.Response:
        _fields.mint(body)
        to, now = _fields.recipient(body), self._clock()
        length = (body.get("code") or {}).get("length") or len(self._settings.code)
        challenge = FakeChallenge(
            key="".join(secrets.choice(string.ascii_letters) for _ in range(23)),
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
        self.challenges[challenge.key] = challenge
        if challenge.channel == "none":
            return httpx.Response(201, json={**challenge.view(now), "code": challenge.code})
        self._send(challenge)
        return httpx.Response(201, json=challenge.view(now))

    def _get(self, key: str, _: dict[str, Any]) -> httpx.Response:
        challenge = self._find(key)
        sent = [message for message in self.outbox if message.challenge == key]
        deliveries = [
            {"channel": message.channel, "route": None, "status": "sent", "error": None}
            | dict.fromkeys(("queued_at", "at"), message.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
            for message in sent
        ]
        return httpx.Response(200, json={**challenge.view(self._clock()), "deliveries": deliveries})

    def _verify(self, key: str, body: dict[str, Any]) -> httpx.Response:
        code = _fields.verification(body)
        return self._check(self._find(key), code, body)

    def _verify_recipient(self, body: dict[str, Any]) -> httpx.Response:
        code, to = _fields.verification(body, "to", "purpose"), _fields.recipient(body)
        purpose, now = body.get("purpose") or "verification", self._clock()
        for challenge in reversed(list(self.challenges.values())):
            if (challenge.to, challenge.purpose, challenge.status(now)) == (to, purpose, "pending"):
                return self._check(challenge, code, body)
        raise Refused("challenge_not_found")

    def _check(self, challenge: FakeChallenge, code: str, body: dict[str, Any]) -> httpx.Response:
        now = self._clock()
        challenge.answer(code, _fields.entries(body, "bind"), now)
        return httpx.Response(200, json={**challenge.view(now), **self._signer.receipt(challenge, now)})

    def _resend(self, key: str, body: dict[str, Any]) -> httpx.Response:
        _fields.resend(body)
        challenge, now = self._find(key), self._clock()
        challenge.may_be_sent(now)
        challenge.channel = body.get("channel") or challenge.channel
        self._send(challenge)
        return httpx.Response(200, json=challenge.view(now))

    def _cancel(self, key: str, _: dict[str, Any]) -> httpx.Response:
        challenge, now = self._find(key), self._clock()
        challenge.cancel(now)
        return httpx.Response(200, json=challenge.view(now))

    def _find(self, key: str) -> FakeChallenge:
        if key not in self.challenges:
            raise Refused("challenge_not_found")
        return self.challenges[key]

    def _send(self, to: FakeChallenge) -> None:
        to.sent, to.sent_at = to.sent + 1, self._clock()
        self.outbox.append(Message(to.to, to.channel, to.code, to.key, to.purpose, to.locale, to.sent_at))


def _replay(answer: _Answer, path: str, body: bytes) -> httpx.Response:
    first_path, first_body, first = answer
    if (path, body) != (first_path, first_body):
        return problem(Refused("idempotency_key_reused"))
    return httpx.Response(first.status_code, headers={"Idempotency-Replayed": "true"}, content=first.content)


def _object(body: bytes) -> dict[str, Any]:
    told = json.loads(body or b"{}")
    if not isinstance(told, dict):
        raise Refused("invalid_json")
    return told


def problem(refused: Refused) -> httpx.Response:
    """The answer to a request that is refused."""
    headers = {"Content-Type": "application/problem+json"}
    if refused.retry_after is not None:
        headers["Retry-After"] = str(refused.retry_after)
    return httpx.Response(refused.status, headers=headers, json=refused.body)
