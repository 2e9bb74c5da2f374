# SPDX-License-Identifier: MIT
"""Checks that an event is from your OtpMint (Standard Webhooks, HMAC-SHA256)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from .models import Challenge, moment


class InvalidWebhook(Exception):
    """The request is not from your OtpMint, or too old. Answer 400."""


@dataclass(frozen=True)
class Event:
    """Something that happened. It may come again with the same `id`: remember it."""

    id: str
    type: str
    """Such as `challenge.verified`; more types may be added."""
    timestamp: datetime
    """When it happened. Events can come out of order."""
    data: Mapping[str, Any]

    @property
    def challenge(self) -> Optional[Challenge]:
        """The challenge as it was then; None for an event that is about none."""
        about = ("challenge.", "delivery.", "recipient.")
        return Challenge.read(self.data) if self.type.startswith(about) else None


def verify(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance: float = 300,
    now: Optional[float] = None,
) -> Event:
    """The event of a request, or InvalidWebhook.

    `secret` is the webhook's, `whsec_…`. `body` is the bytes that came, before they are parsed. Requests that
    were signed more than `tolerance` seconds before or after `now` (by default the time of this machine) are
    refused, so that a recorded one cannot be repeated later.
    """
    key = _key(secret)
    if not isinstance(body, bytes):
        raise TypeError("the signature is over the bytes of the body: pass them as they came")
    sent = {name.lower(): value for name, value in headers.items()}
    try:
        identity, stamp, signatures = (sent[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as missing:
        raise InvalidWebhook(f"the header {missing} is missing") from None
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise InvalidWebhook("webhook-timestamp is no time")
    if abs((time.time() if now is None else now) - int(stamp)) > tolerance:
        raise InvalidWebhook("signed too long ago, or a clock is wrong")
    signed = f"{identity}.{stamp}.".encode("utf-8", "replace") + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # While a secret is being replaced there are two signatures. All are compared, in constant time.
    matches = [hmac.compare_digest(expected, given) for given in _signatures(signatures)]
    if not any(matches):
        raise InvalidWebhook("the signature does not match")
    return _event(identity, body)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (ValueError, binascii.Error):
        # `from None`: the failure may quote the secret.
        raise ValueError("not the secret of a webhook: whsec_ and base64") from None


def _signatures(header: str) -> list[bytes]:
    versions = (entry.partition(",") for entry in header.split(" "))
    return [text.encode("utf-8", "replace") for version, _, text in versions if version == "v1"]


def _event(identity: str, body: bytes) -> Event:
    try:
        told = json.loads(body)
        return Event(identity, str(told["type"]), moment(told["timestamp"]), dict(told["data"]))
    except (KeyError, TypeError, ValueError):
        raise InvalidWebhook("signed, but no event") from None
