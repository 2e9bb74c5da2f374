# SPDX-License-Identifier: MIT
"""Relayed messages, whose codes your own system makes and checks: what the server returns, and their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional, TypedDict

from .models import Delivery, deliveries, maybe_delivery, moment, text


class RelayFields(TypedDict, total=False):
    """The optional fields of a message. docs/api.md of the server describes their bounds."""

    channel: Optional[str]
    """`email`, `sms`, `whatsapp`, `voice` or `telegram`."""
    purpose: Optional[str]
    """What the code is for; `verification` by default. It selects the template."""
    locale: Optional[str]
    """The language of the message, such as `pt-BR`."""
    expires_in: Optional[int]
    """How long your system accepts the code, in seconds."""
    link: Optional[str]
    """The address of a page that does the same as the code, such as a magic link. Mails carry it."""
    vars: Optional[Mapping[str, str]]
    """Texts for your templates."""
    metadata: Optional[Mapping[str, str]]
    """Your notes."""
    limits: Optional[Mapping[str, str]]
    """What the limits of your policy count this message for, such as a device."""
    end_user_ip: Optional[str]
    """The address of your user, for the limits and the audit trail."""


@dataclass(frozen=True)
class Message:
    """A message that was relayed. Its code can be verified by your own system alone."""

    id: str
    purpose: str
    channel: str
    to: Optional[str]
    """The recipient, masked."""
    locale: str
    created_at: datetime
    expires_at: datetime
    """When it is no longer sent."""
    delivery: Optional[Delivery] = None
    deliveries: tuple[Delivery, ...] = ()
    """Every delivery; only from `get`."""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Message:
        """A message as the server writes it. KeyError, TypeError or ValueError if it is none."""
        return cls(
            id=text(told["id"]),
            purpose=text(told["purpose"]),
            channel=text(told["channel"]),
            to=told["to"],
            locale=text(told["locale"]),
            created_at=moment(told["created_at"]),
            expires_at=moment(told["expires_at"]),
            delivery=maybe_delivery(told["delivery"]),
            deliveries=deliveries(told),
            metadata=dict(told.get("metadata") or {}),
        )
