# SPDX-License-Identifier: MIT
"""Authenticator apps: what the server returns, and the fields of a new one."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional, TypedDict

from .models import maybe_moment, moment, text


class FactorFields(TypedDict, total=False):
    """The optional fields of a new factor. docs/api.md of the server describes their bounds."""

    issuer: Optional[str]
    """What the app shows as the issuer; the name of the tenant by default."""
    account: Optional[str]
    """What the app shows as the account; the identity by default."""
    algorithm: Optional[str]
    """`SHA1` by default; some apps ignore any other."""
    digits: Optional[int]
    """6 or 8."""
    period: Optional[int]
    """15 to 60 seconds."""
    secret: Optional[str]
    """Imports a secret in base32."""
    uri: Optional[str]
    """Imports `otpauth://totp/…`, or the export of one account by Google Authenticator."""
    confirmed: Optional[bool]
    """Makes an import active at once."""
    return_url: Optional[str]
    """Requests a hosted page that sets up the app: one of the tenant's `return_urls`."""
    locale: Optional[str]
    """The language of that page, such as `pt-BR`."""


@dataclass(frozen=True)
class Factor:
    """An authenticator app of one of your users."""

    factor: str
    """The handle, `fct_…`."""
    identity: str
    """Your name for the user."""
    status: str
    """`unconfirmed` until the first right code, then `active`."""
    algorithm: str
    digits: int
    period: int
    recovery_codes_remaining: int
    created_at: datetime
    confirmed_at: Optional[datetime] = None
    used_at: Optional[datetime] = None
    """When a code was last accepted."""
    paused_until: Optional[datetime] = None
    """The end of the pause after too many wrong codes."""
    verified: bool = False
    """True from `check` and `fetch_result`."""
    channel: Optional[str] = None
    """What made the code that was right: `totp` or `recovery`."""
    page_url: Optional[str] = None
    """The hosted page, for 15 minutes, if one was requested."""
    # None of the following belongs into a log, where a repr is likely to end. They are shown once: None afterwards, and
    # if a hosted page shows them instead.
    secret: Optional[str] = field(default=None, repr=False)
    """In base32, for users who type it; only from `add`, like the next three."""
    uri: Optional[str] = field(default=None, repr=False)
    """What the QR code says."""
    qr_svg: Optional[str] = field(default=None, repr=False)
    """The QR code as an SVG element."""
    qr_png: Optional[bytes] = field(default=None, repr=False)
    """The QR code as a PNG."""
    recovery_codes: Optional[tuple[str, ...]] = field(default=None, repr=False)
    """Each for one use; only from `confirm` and `replace_recovery_codes`."""
    receipt: Optional[str] = field(default=None, repr=False)
    """The proof; only from `check` and `fetch_result`."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Factor:
        """A factor as the server writes it. KeyError, TypeError or ValueError if it is none."""
        picture, codes = told.get("qr_png"), told.get("recovery_codes")
        return cls(
            factor=text(told["factor"]),
            identity=text(told["identity"]),
            status=text(told["status"]),
            algorithm=text(told["algorithm"]),
            digits=int(told["digits"]),
            period=int(told["period"]),
            recovery_codes_remaining=int(told["recovery_codes_remaining"]),
            created_at=moment(told["created_at"]),
            confirmed_at=maybe_moment(told["confirmed_at"]),
            used_at=maybe_moment(told["used_at"]),
            paused_until=maybe_moment(told["paused_until"]),
            verified=bool(told.get("verified")),
            channel=told.get("channel"),
            page_url=told.get("page_url"),
            secret=told.get("secret"),
            uri=told.get("uri"),
            qr_svg=told.get("qr_svg"),
            qr_png=None if picture is None else base64.b64decode(picture, validate=True),
            recovery_codes=None if codes is None else tuple(map(text, codes)),
            receipt=told.get("receipt"),
        )


def factors(told: Mapping[str, Any]) -> tuple[Factor, ...]:
    """The factors of a user."""
    return tuple(map(Factor.read, told["data"]))
