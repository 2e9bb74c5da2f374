# SPDX-License-Identifier: MIT
"""The fake as a server: who asks, what for, and whether it was asked before."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Callable

import httpx

from ._challenge_routes import Challenges, Settings
from ._factor_routes import Factors
from ._message_routes import Messages
from ._outbox import Message
from ._problem import Refused
from ._route import Asked, Route
from ._signer import Signer

# A path, a body, and what was answered.
_Answer = tuple[str, bytes, httpx.Response]

# What an answer shows only once. Secrets are repeated for an hour, and the fake forgets nothing.
_SHOWN_ONCE = ("code",)


class Server:
    """One tenant."""

    def __init__(self, settings: Settings, secret_key: str, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._bearer = f"Bearer {secret_key}"
        self._answers: dict[tuple[Route, str], _Answer] = {}
        self.outbox: list[Message] = []
        self.challenges = Challenges(settings, signer, self.outbox, clock)
        self.factors = Factors(signer, clock)
        self.messages = Messages(settings.ttl, self.outbox, clock)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answers one request."""
        try:
            route, name = self._route(request)
            asked = Asked(name, _object(request.read()), request.url.params)
            key = request.headers.get("idempotency-key")
            return self._once(route, key, request, asked) if key and route.once else route.run(asked)
        except Refused as refused:
            return problem(refused)

    def _route(self, request: httpx.Request) -> tuple[Route, str]:
        if request.headers.get("authorization") != self._bearer:
            raise Refused("invalid_secret_key")
        for route in [*self.challenges.routes, *self.factors.routes, *self.messages.routes]:
            match = re.fullmatch(route.path, request.url.path)
            if match and route.method == request.method:
                return route, "".join(match.groups())
        raise Refused("not_found", detail="The fake has the routes of challenges, factors and messages only.")

    def _once(self, route: Route, key: str, request: httpx.Request, asked: Asked) -> httpx.Response:
        # A key is unique within its route.
        known, path, body = (route, key), request.url.path, request.read()
        if known in self._answers:
            return _replay(self._answers[known], path, body)
        try:
            response = route.run(asked)
        except Refused as refused:
            # Only what changed something is remembered.
            if refused.body["code"] != "code_mismatch":
                raise
            response = problem(refused)
        self._answers[known] = (path, body, response)
        return response


def _replay(answer: _Answer, path: str, body: bytes) -> httpx.Response:
    first_path, first_body, first = answer
    if (path, body) != (first_path, first_body):
        raise Refused("idempotency_key_reused")
    told = first.json()
    if first.is_success:
        told |= {name: None for name in _SHOWN_ONCE if name in told}
    return httpx.Response(first.status_code, headers={"Idempotency-Replayed": "true"}, json=told)


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
