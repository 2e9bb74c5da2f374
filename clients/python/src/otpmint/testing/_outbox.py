# SPDX-License-Identifier: MIT
"""What the fake gives to a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Message:
    """A message that would have been sent."""

    to: str
    channel: str
    code: str
    challenge: str
    """The shareable key."""
    purpose: str
    locale: str
    at: datetime


@dataclass(frozen=True)
class SignedEvent:
    """An event as it would be posted to your app."""

    headers: Mapping[str, str]
    body: bytes
