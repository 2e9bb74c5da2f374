# SPDX-License-Identifier: MIT
"""The routes of relayed messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Callable

import httpx

from . import _fields
from ._challenge import masked, written
from ._outbox import Message, deliveries, new_key
from ._problem import Refused
from ._route import Asked, Route


class Messages:
    """The relayed messages of one tenant."""

    def __init__(self, ttl: int, outbox: list[Message], clock: Callable[[], datetime]) -> None:
        self._ttl = ttl
        self._outbox = outbox
        self._clock = clock
        self._all: dict[str, dict[str, Any]] = {}
        self.routes = [
            Route("POST", r"/v1/messages", self._relay, once=True),
            Route("GET", r"/v1/messages/([^/]+)", self._get),
        ]

    def _relay(self, asked: Asked) -> httpx.Response:
        body, now = asked.body, self._clock()
        to = _fields.relay(body)
        channel = body.get("channel") or ("email" if "@" in to else "sms")
        purpose, locale = body.get("purpose") or "verification", body.get("locale") or "en"
        identity = new_key()
        view = {
            "id": identity,
            "purpose": purpose,
            "channel": channel,
            "to": masked(to),
            "locale": locale,
            "created_at": written(now),
            "expires_at": written(now + timedelta(seconds=body.get("expires_in") or self._ttl)),
            "delivery": {"status": "sent", "at": written(now), "error": None},
            "metadata": _fields.entries(body, "metadata"),
        }
        self._all[identity] = view
        self._outbox.append(Message(to, channel, body["code"], identity, purpose, locale, now, relayed=True))
        return httpx.Response(201, json=view)

    def _get(self, asked: Asked) -> httpx.Response:
        if asked.name not in self._all:
            raise Refused("message_not_found")
        return httpx.Response(200, json={**self._all[asked.name], "deliveries": deliveries(self._outbox, asked.name)})
