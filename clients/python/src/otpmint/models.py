# SPDX-License-Identifier: MIT
"""What the server returns, and the fields that a mint takes. Unknown fields are ignored: more may be added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional, TypedDict


class CodeShape(TypedDict, total=False):
    """The form of a code; what is left out is that of the policy."""

    length: int
    """4 to 10."""
    alphabet: str
    """`digits` or `unambiguous`."""


class MintFields(TypedDict, total=False):
    """The optional fields of a mint. docs/api.md of the server describes their bounds."""

    ask: Optional[str]
    """What a page asks for without `to`: `email`, `phone` or `either`."""
    channel: Optional[str]
    """`email`, `sms`, `whatsapp`, `voice`, `telegram`, or `none` to receive the code and deliver it yourself."""
    purpose: Optional[str]
    """What the code is for, such as `login`; `verification` by default."""
    locale: Optional[str]
    """The language of the message, such as `pt-BR`."""
    ttl: Optional[int]
    """How long the code is valid, in seconds."""
    code: Optional[CodeShape]
    """The length and the alphabet of the code."""
    metadata: Optional[Mapping[str, str]]
    """Your notes. They are in the receipt: no secrets."""
    nonce: Optional[str]
    """A random text that the receipt repeats."""
    vars: Optional[Mapping[str, str]]
    """Texts for your templates."""
    origin: Optional[str]
    """The host of the page that may take the code from a text message."""
    app_hash: Optional[str]
    """The hash of the Android app that may take it."""
    bind: Optional[Mapping[str, str]]
    """What the verification must repeat exactly, such as an amount and a payee."""
    return_url: Optional[str]
    """Requests a hosted page: where it sends the user afterwards."""
    embed: Optional[bool]
    """Requests a hosted page that may be shown in a frame."""
    limits: Optional[Mapping[str, str]]
    """What the limits of your policy count this mint for, such as a device."""
    end_user_ip: Optional[str]
    """The address of your user, for the limits and the audit trail."""
    trusted: Optional[bool]
    """Whether you vouch for the device of your user: a lockout by others then leaves it a small reserve."""


@dataclass(frozen=True)
class Delivery:
    """What became of a message. Only in `Challenge.deliveries` it has a channel, a route and `queued_at`."""

    status: str
    """`queued`, `sent`, `delivered` or `failed`."""
    at: Optional[datetime] = None
    error: Optional[str] = None
    channel: Optional[str] = None
    route: Optional[str] = None
    queued_at: Optional[datetime] = None


@dataclass(frozen=True)
class Challenge:
    """A code that was sent, and how it stands."""

    key: str
    """The shareable key."""
    status: str
    """`pending`, then `verified`, `expired`, `exhausted` or `canceled`."""
    purpose: str
    channel: str
    to: Optional[str]
    """The recipient, masked; None while a page asks for it."""
    locale: str
    created_at: datetime
    expires_at: datetime
    attempts_remaining: int
    sends_remaining: int
    resend_at: Optional[datetime]
    """When the next message may be sent; meaningless once the challenge has ended."""
    delivery: Optional[Delivery] = None
    deliveries: tuple[Delivery, ...] = ()
    """Every message; only from `get`."""
    nonce: Optional[str] = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    page_url: Optional[str] = None
    # Neither belongs into a log, where a repr is likely to end.
    code: Optional[str] = field(default=None, repr=False)
    """The code, once, from a mint whose channel is `none`."""
    receipt: Optional[str] = field(default=None, repr=False)
    """The receipt; only from a verification."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Challenge:
        """A challenge as the server writes it. KeyError, TypeError or ValueError if it is none."""
        return cls(
            key=text(told["key"]),
            status=text(told["status"]),
            purpose=text(told["purpose"]),
            channel=text(told["channel"]),
            to=told["to"],
            locale=text(told["locale"]),
            created_at=moment(told["created_at"]),
            expires_at=moment(told["expires_at"]),
            attempts_remaining=int(told["attempts_remaining"]),
            sends_remaining=int(told["sends_remaining"]),
            resend_at=maybe_moment(told["resend_at"]),
            delivery=maybe_delivery(told["delivery"]),
            deliveries=deliveries(told),
            nonce=told.get("nonce"),
            metadata=dict(told.get("metadata") or {}),
            page_url=told.get("page_url"),
            code=told.get("code"),
            receipt=told.get("receipt"),
        )


def moment(written: object) -> datetime:
    """A time as the server writes it (RFC 3339)."""
    # Python 3.9 does not know the Z.
    value = datetime.fromisoformat(text(written).replace("Z", "+00:00"))
    if value.tzinfo is None:
        raise ValueError("a time without its offset from UTC")
    return value


def maybe_moment(written: object) -> Optional[datetime]:
    """A time, if there is one."""
    return None if written is None else moment(written)


def text(value: object) -> str:
    """A text and nothing else."""
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def deliveries(told: Mapping[str, Any]) -> tuple[Delivery, ...]:
    """Every delivery of a challenge or a message, if they are told."""
    return tuple(map(_delivery, told.get("deliveries") or ()))


def maybe_delivery(told: Optional[Mapping[str, Any]]) -> Optional[Delivery]:
    """The latest delivery, if there is one."""
    return None if told is None else _delivery(told)


def _delivery(told: Mapping[str, Any]) -> Delivery:
    return Delivery(
        status=text(told["status"]),
        at=maybe_moment(told.get("at")),
        error=told.get("error"),
        channel=told.get("channel"),
        route=told.get("route"),
        queued_at=maybe_moment(told.get("queued_at")),
    )
