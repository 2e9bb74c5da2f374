# SPDX-License-Identifier: MIT
"""What the fake gives to a test."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ._challenge import written


@dataclass(frozen=True)
class Message:
    """A message that would have been sent."""

    to: str
    channel: str
    code: str
    key: str
    """The shareable key of its challenge, or the id of a relayed message."""
    purpose: str
    locale: str
    at: datetime
    relayed: bool = False
    """Whether the code came from the app, by `messages.relay`."""


@dataclass(frozen=True)
class SignedEvent:
    """An event as it would be posted to your app."""

    headers: Mapping[str, str]
    body: bytes


def new_key() -> str:
    """A shareable key, or the id of a message."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(23))


def deliveries(outbox: list[Message], key: str) -> list[dict[str, Any]]:
    """The deliveries of a challenge or a message as the API shows them."""
    sent = [message for message in outbox if message.key == key]
    return [
        {"channel": message.channel, "route": None, "status": "sent", "error": None}
        | dict.fromkeys(("queued_at", "at"), written(message.at))
        for message in sent
    ]
