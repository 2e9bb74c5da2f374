# SPDX-License-Identifier: MIT
"""A challenge of the fake and its life."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Optional

from ._problem import Refused


@dataclass
class FakeChallenge:
    """A challenge: what was asked for, and how it stands."""

    key: str
    to: str
    channel: str
    purpose: str
    locale: str
    code: str
    created_at: datetime
    expires_at: datetime
    attempts: int
    sends: int
    pauses: Sequence[int]
    nonce: Optional[str] = None
    metadata: dict[str, str] = field(default_factory=dict)
    bind: dict[str, str] = field(default_factory=dict)
    ended: Optional[str] = None
    sent: int = 0
    sent_at: Optional[datetime] = None

    def status(self, now: datetime) -> str:
        """How it stands."""
        return self.ended or ("expired" if now >= self.expires_at else "pending")

    def must_be_pending(self, now: datetime) -> None:
        """Refuses what comes after the end."""
        status = self.status(now)
        if status != "pending":
            raise Refused(f"challenge_{status}")

    def answer(self, code: str, bind: dict[str, str], now: datetime) -> None:
        """Counts an attempt."""
        self.must_be_pending(now)
        self.attempts -= 1
        if code == self.code and bind == self.bind:
            self.ended = "verified"
            return
        if self.attempts == 0:
            self.ended = "exhausted"
        raise Refused("code_mismatch", attempts_remaining=self.attempts)

    def cancel(self, now: datetime) -> None:
        """Ends it."""
        self.must_be_pending(now)
        self.ended = "canceled"

    def may_be_sent(self, now: datetime) -> None:
        """Refuses a message that comes too soon or too often."""
        self.must_be_pending(now)
        if self.channel == "none":
            raise Refused("nothing_to_resend")
        resend_at = self.resend_at()
        if resend_at is None:
            raise Refused("sends_spent")
        if now < resend_at:
            raise Refused("resend_cooldown", retry_after=math.ceil((resend_at - now).total_seconds()))

    def resend_at(self) -> Optional[datetime]:
        """When the next message may be sent."""
        if self.sent_at is None or self.sent >= self.sends:
            return None
        pause = self.pauses[min(self.sent, len(self.pauses)) - 1]
        return self.sent_at + timedelta(seconds=pause)

    def claims(self) -> dict[str, Any]:
        """What its receipt says."""
        return {
            "sub": self.to,
            "purpose": self.purpose,
            "channel": self.channel,
            "jti": self.key,
            "nonce": self.nonce,
            "bind": self.bind or None,
            "metadata": self.metadata or None,
        }

    def view(self, now: datetime) -> dict[str, Any]:
        """The challenge as the API shows it."""
        resend_at = self.resend_at()
        delivery = {"status": "sent", "at": written(self.sent_at), "error": None} if self.sent_at else None
        return {
            "key": self.key,
            "status": self.status(now),
            "purpose": self.purpose,
            "channel": self.channel,
            "to": masked(self.to),
            "locale": self.locale,
            "created_at": written(self.created_at),
            "expires_at": written(self.expires_at),
            "attempts_remaining": self.attempts,
            "resend_at": resend_at and written(resend_at),
            "sends_remaining": self.sends - self.sent if self.channel != "none" else 0,
            "delivery": delivery,
            "nonce": self.nonce,
            "metadata": self.metadata,
        }


def written(moment: datetime) -> str:
    """A time as the server writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def masked(to: str) -> str:
    """A recipient as the server shows it."""
    if "@" not in to:
        return f"{to[:3]} *** ***{to[-2:]}"
    local, _, domain = to.partition("@")
    name, _, top = domain.rpartition(".")
    return f"{local[:1]}***@{name[:1]}***.{top}"
