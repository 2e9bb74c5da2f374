# SPDX-License-Identifier: MIT
"""What a receipt says, and the rules that it has to meet. Nothing here does I/O."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Callable, Optional

import jwt

_TYPE = "otpmint-receipt+jwt"

# Pinned: the header of a token must not choose how it is checked (RFC 8725 §3.1).
_ALGORITHM = "ES256"

# The longest life of a receipt, in seconds.
_LONGEST = 300

_CLAIMS = ["iss", "aud", "sub", "purpose", "channel", "jti", "iat", "exp"]


class InvalidReceipt(Exception):
    """The receipt is not good for this step. Its text is for your log, not for the user."""


@dataclass(frozen=True)
class Receipt:
    """What a receipt says."""

    to: str
    """The recipient that answered."""
    purpose: str
    channel: str
    """How the code was delivered; `none` if your app delivered it."""
    key: str
    """The shareable key of the challenge. No two receipts share it."""
    tenant: str
    issued_at: datetime
    expires_at: datetime
    nonce: Optional[str] = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """What every receipt of an app has to meet."""

    issuer: str
    tenant: str
    leeway: float
    clock: Callable[[], float]


@dataclass(frozen=True)
class Expectation:
    """What the receipt of one step has to say."""

    purpose: str
    nonce: Optional[str]
    key: Optional[str]
    to: Optional[str]
    bind: Optional[Mapping[str, str]]

    def __post_init__(self) -> None:
        if self.nonce is None and self.key is None:
            raise ValueError("the nonce or the key of the challenge, so that no other receipt will do")


def bind_hash(fields: Mapping[str, str]) -> str:
    """The hash of bound fields, as a receipt names it."""
    text = json.dumps(dict(fields), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def key_id(receipt: str) -> str:
    """The name of the key that a receipt claims to be signed with."""
    try:
        header = jwt.get_unverified_header(receipt)
    except (jwt.PyJWTError, RecursionError):
        # The latter from older releases of PyJWT, for a header of many brackets.
        raise InvalidReceipt("not a token") from None
    if header.get("typ") != _TYPE:
        raise InvalidReceipt("a token of another type")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise InvalidReceipt("it names no key")
    return kid


def check(receipt: str, key: Optional[jwt.PyJWK], rules: Rules, expected: Expectation) -> Receipt:
    """What a receipt says, if it is good."""
    if key is None:
        raise InvalidReceipt("signed with an unknown key")
    try:
        claims = jwt.decode(
            receipt,
            key.key,
            algorithms=[_ALGORITHM],
            issuer=rules.issuer,
            audience=rules.tenant,
            # Times are compared below, by a clock that can be set.
            options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.PyJWTError as failure:
        raise InvalidReceipt(str(failure)) from None
    _check_times(claims, rules)
    _check_purpose(claims, expected)
    return _read(claims)


def _check_times(claims: Mapping[str, Any], rules: Rules) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if not all(type(time) is int for time in (issued, expires)):
        raise InvalidReceipt("its times are no whole seconds")
    now = rules.clock()
    if now >= expires + rules.leeway:
        raise InvalidReceipt("it has expired")
    if issued > now + rules.leeway:
        raise InvalidReceipt("it is from the future")
    if expires - issued > _LONGEST:
        raise InvalidReceipt("it is valid for longer than a receipt can be")


def _check_purpose(claims: Mapping[str, Any], expected: Expectation) -> None:
    if claims["purpose"] != expected.purpose:
        raise InvalidReceipt("for another purpose")
    if expected.nonce is not None and not _same(claims.get("nonce"), expected.nonce):
        raise InvalidReceipt("with another nonce")
    if expected.key is not None and not _same(claims["jti"], expected.key):
        raise InvalidReceipt("of another challenge")
    if expected.to is not None and claims["sub"] != _written(expected.to):
        raise InvalidReceipt("of another recipient")
    # A receipt for one transaction is no proof for anything else.
    if claims.get("bind") != (bind_hash(expected.bind) if expected.bind else None):
        raise InvalidReceipt("bound to something else")


def _same(claim: object, expected: str) -> bool:
    return isinstance(claim, str) and hmac.compare_digest(claim.encode(), expected.encode())


def _written(to: str) -> str:
    # The server keeps the local part of a mail address, and writes its domain in lower case.
    local, at, domain = to.strip(" ").rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _read(claims: Mapping[str, Any]) -> Receipt:
    return Receipt(
        to=claims["sub"],
        purpose=claims["purpose"],
        channel=claims["channel"],
        key=claims["jti"],
        tenant=claims["aud"],
        issued_at=datetime.fromtimestamp(claims["iat"], timezone.utc),
        expires_at=datetime.fromtimestamp(claims["exp"], timezone.utc),
        nonce=claims.get("nonce"),
        metadata=dict(claims.get("metadata") or {}),
    )
