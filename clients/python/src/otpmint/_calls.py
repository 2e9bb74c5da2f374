# SPDX-License-Identifier: MIT
"""The calls of the API as values: what to send, and how to read the answer. Nothing here does I/O."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, Optional, TypeVar

from .errors import NotFound, Problem
from .models import Challenge, MintFields

T = TypeVar("T")

# Nothing but a key fits into the path: one that a browser sent must not lead to another route.
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call. It is sent again, byte for byte, when it is retried."""

    method: str
    path: str
    read: Callable[[Any], T]
    # It holds the code that was typed.
    body: Optional[bytes] = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: int = 0
    """Seconds that the server may take on purpose."""

    @property
    def repeatable(self) -> bool:
        """Whether the server carries it out once, however often it comes."""
        return self.method == "GET" or "Idempotency-Key" in self.headers


def plain(method: str, path: str, body: Optional[Mapping[str, Any]]) -> Call[Any]:
    """Any other route."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a path begins with one slash")
    return Call(method.upper(), path, lambda told: told, _json(body))


def mint(to: Optional[str], fields: MintFields, wait: int, idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/challenges`."""
    return _once("/v1/challenges", {"to": to, **fields}, wait, idempotency_key)


def get(key: str) -> Call[Challenge]:
    """`GET /v1/challenges/{key}`."""
    return Call("GET", _challenge(key), Challenge.read)


def verify(key: str, fields: Mapping[str, Any], idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/challenges/{key}/verify`."""
    return _once(f"{_challenge(key)}/verify", fields, 0, idempotency_key)


def verify_recipient(fields: Mapping[str, Any], idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/verify`."""
    return _once("/v1/verify", fields, 0, idempotency_key)


def resend(key: str, channel: Optional[str], wait: int, idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/challenges/{key}/resend`."""
    return _once(f"{_challenge(key)}/resend", {"channel": channel}, wait, idempotency_key)


def cancel(key: str) -> Call[Challenge]:
    """`DELETE /v1/challenges/{key}`."""
    return Call("DELETE", _challenge(key), Challenge.read)


def result(text: str) -> Call[Challenge]:
    """`POST /v1/results`, which takes no idempotency key."""
    return Call("POST", "/v1/results", Challenge.read, _json({"result": text}))


def _once(path: str, fields: Mapping[str, Any], wait: int, idempotency_key: Optional[str]) -> Call[Challenge]:
    if idempotency_key is None:
        idempotency_key = str(uuid.uuid4())
    elif not re.fullmatch(r"[!-~]{1,255}", idempotency_key):
        raise ValueError("an idempotency key has 1 to 255 visible ASCII characters")
    headers = {"Idempotency-Key": idempotency_key}
    if wait:
        headers["Prefer"] = f"wait={wait}"
    # Some optional fields must not be null, but all may be absent.
    given = {name: value for name, value in fields.items() if value is not None}
    return Call("POST", path, Challenge.read, _json(given), headers, wait)


def _challenge(key: str) -> str:
    if not _KEY.fullmatch(key):
        # What the server says to any text that is no key.
        raise NotFound(Problem("challenge_not_found", "There is no such challenge.", status=404))
    return f"/v1/challenges/{key}"


def _json(body: Optional[Mapping[str, Any]]) -> Optional[bytes]:
    return None if body is None else json.dumps(body).encode("ascii")
