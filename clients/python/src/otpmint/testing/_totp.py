# SPDX-License-Identifier: MIT
"""The codes of authenticator apps (RFC 6238), and the URIs that bring their secrets."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import parse_qs, quote, unquote, urlsplit

from ._problem import field

_BYTES = {"SHA1": 20, "SHA256": 32, "SHA512": 64}


@dataclass(frozen=True)
class Totp:
    """A secret, and how its codes are made."""

    secret: bytes
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30

    def __post_init__(self) -> None:
        for name, is_good, bounds in (
            ("algorithm", self.algorithm in _BYTES, "one of SHA1, SHA256 and SHA512"),
            ("digits", self.digits in (6, 8), "digits is 6 or 8"),
            ("period", 15 <= self.period <= 60, "period is from 15 to 60 seconds"),
        ):
            if not is_good:
                raise field(f"/{name}", bounds)

    def code(self, step: int) -> str:
        """The code of a step."""
        tag = hmac.new(self.secret, step.to_bytes(8, "big"), getattr(hashlib, self.algorithm.lower())).digest()
        at = tag[-1] & 15
        number = int.from_bytes(tag[at : at + 4], "big") & 0x7FFFFFFF
        return str(number % 10**self.digits).zfill(self.digits)

    def steps(self, code: str, seconds: float) -> list[int]:
        """The steps that a code belongs to: that of now, the one before and the one after."""
        now = self.step(seconds)
        return [step for step in (now - 1, now, now + 1) if self.code(step) == code]

    def step(self, seconds: float) -> int:
        """The step of a time."""
        return int(seconds // self.period)

    @property
    def text(self) -> str:
        """What a person types."""
        return base64.b32encode(self.secret).decode().rstrip("=")

    def uri(self, issuer: str, account: str) -> str:
        """What the QR code says."""
        label, issued = quote(account, safe=""), quote(issuer, safe="")
        shape = f"algorithm={self.algorithm}&digits={self.digits}&period={self.period}"
        return f"otpauth://totp/{issued}:{label}?secret={self.text}&issuer={issued}&{shape}"


def of_request(body: dict[str, Any]) -> tuple[Totp, Optional[str], Optional[str]]:
    """What a request brings or wants, with the issuer and the account of its URI."""
    shape = {name: body[name] for name in ("algorithm", "digits", "period") if body.get(name) is not None}
    if body.get("uri") is not None:
        for name in (*shape, *(["secret"] if body.get("secret") is not None else [])):
            raise field(f"/{name}", "the `uri` says it already: leave it out")
        return _of_uri(body["uri"])
    if body.get("secret") is None:
        return Totp(secrets.token_bytes(_BYTES.get(shape.get("algorithm", "SHA1"), 20)), **shape), None, None
    secret = _decoded(body["secret"])
    if secret is None:
        raise field("/secret", "10 to 64 bytes in base32: letters, and digits from 2 to 7")
    return Totp(secret, **shape), None, None


def _of_uri(text: str) -> tuple[Totp, Optional[str], Optional[str]]:
    uri = urlsplit(text.strip())
    if (uri.scheme, uri.netloc.lower()) != ("otpauth", "totp"):
        raise field("/uri", "must begin with otpauth://totp/: the fake reads no other export")
    told = {name: values[0] for name, values in parse_qs(uri.query).items()}
    secret = _decoded(told.get("secret", ""))
    if secret is None:
        raise field("/uri", "must have a secret of 10 to 64 bytes, in base32")
    before, colon, account = unquote(uri.path.lstrip("/")).partition(":")
    digits, period = told.get("digits", "6"), told.get("period", "30")
    if not (digits.isdigit() and period.isdigit()):
        raise field("/uri", "is not supported")
    totp = Totp(secret, told.get("algorithm", "SHA1").upper(), int(digits), int(period))
    issuer = told.get("issuer") or (before if colon else None)
    return totp, issuer, (account if colon else before).strip() or None


def _decoded(text: str) -> Optional[bytes]:
    plain = text.strip().rstrip("=").replace(" ", "").replace("-", "").upper()
    try:
        secret = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error:
        return None
    return secret if 10 <= len(secret) <= 64 else None
