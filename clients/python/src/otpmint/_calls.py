# SPDX-License-Identifier: MIT
"""The calls of the API as values: what to send, and how to read the answer. Nothing here does I/O."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, Optional, Protocol, TypeVar
from urllib.parse import quote

from .errors import NotFound, Problem
from .factors import Factor, FactorFields, factors
from .messages import Message, RelayFields
from .models import Challenge, MintFields

T = TypeVar("T")

# Nothing but a key or a handle fits into the path: one that a browser sent must not lead to another route.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


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


class Send(Protocol):
    """Sends a call, and waits for what it returns."""

    def __call__(self, call: Call[T], /) -> T: ...


class AsyncSend(Protocol):
    """The same for asyncio."""

    def __call__(self, call: Call[T], /) -> Awaitable[T]: ...


def plain(method: str, path: str, body: Optional[Mapping[str, Any]]) -> Call[Any]:
    """Any other route."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a path begins with one slash")
    return Call(method.upper(), path, lambda told: told, _json(body))


def mint(to: Optional[str], fields: MintFields, wait: int, idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/challenges`."""
    return _once("/v1/challenges", {"to": to, **fields}, Challenge.read, idempotency_key, wait)


def get(key: str) -> Call[Challenge]:
    """`GET /v1/challenges/{key}`."""
    return Call("GET", _challenge(key), Challenge.read)


def verify(key: str, fields: Mapping[str, Any], idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/challenges/{key}/verify`."""
    return _once(f"{_challenge(key)}/verify", fields, Challenge.read, idempotency_key)


def verify_by_recipient(fields: Mapping[str, Any], idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/verify`."""
    return _once("/v1/verify", fields, Challenge.read, idempotency_key)


def resend(key: str, channel: Optional[str], wait: int, idempotency_key: Optional[str]) -> Call[Challenge]:
    """`POST /v1/challenges/{key}/resend`."""
    return _once(f"{_challenge(key)}/resend", {"channel": channel}, Challenge.read, idempotency_key, wait)


def cancel(key: str) -> Call[None]:
    """`DELETE /v1/challenges/{key}`."""
    return Call("DELETE", _challenge(key), _nothing)


def fetch_result(result: str) -> Call[Challenge]:
    """`POST /v1/results`, which takes no idempotency key."""
    return Call("POST", "/v1/results", Challenge.read, _json({"result": result}))


def add_factor(identity: str, fields: FactorFields, idempotency_key: Optional[str]) -> Call[Factor]:
    """`POST /v1/factors`."""
    return _once("/v1/factors", {"identity": identity, **fields}, Factor.read, idempotency_key)


def confirm_factor(factor: str, code: str, idempotency_key: Optional[str]) -> Call[Factor]:
    """`POST /v1/factors/{id}/confirm`."""
    return _once(f"{_factor(factor)}/confirm", {"code": code}, Factor.read, idempotency_key)


def check_factor(factor: str, fields: Mapping[str, Any], idempotency_key: Optional[str]) -> Call[Factor]:
    """`POST /v1/factors/{id}/check`."""
    return _once(f"{_factor(factor)}/check", fields, Factor.read, idempotency_key)


def replace_recovery_codes(factor: str, idempotency_key: Optional[str]) -> Call[Factor]:
    """`POST /v1/factors/{id}/recovery-codes`, which has no body."""
    return Call("POST", f"{_factor(factor)}/recovery-codes", Factor.read, headers=_keyed(idempotency_key))


def list_factors(identity: str) -> Call[tuple[Factor, ...]]:
    """`GET /v1/factors`."""
    return Call("GET", f"/v1/factors?identity={quote(identity, safe='')}", factors)


def get_factor(factor: str) -> Call[Factor]:
    """`GET /v1/factors/{id}`."""
    return Call("GET", _factor(factor), Factor.read)


def delete_factor(factor: str) -> Call[None]:
    """`DELETE /v1/factors/{id}`."""
    return Call("DELETE", _factor(factor), _nothing)


def fetch_factor_result(result: str) -> Call[Factor]:
    """`POST /v1/factors/results`, which takes no idempotency key."""
    return Call("POST", "/v1/factors/results", Factor.read, _json({"result": result}))


def relay(to: str, code: str, fields: RelayFields, wait: int, idempotency_key: Optional[str]) -> Call[Message]:
    """`POST /v1/messages`."""
    return _once("/v1/messages", {"to": to, "code": code, **fields}, Message.read, idempotency_key, wait)


def get_message(message: str) -> Call[Message]:
    """`GET /v1/messages/{id}`."""
    return Call("GET", _path("messages", message, "message_not_found"), Message.read)


def _once(
    path: str,
    fields: Mapping[str, Any],
    read: Callable[[Any], T],
    idempotency_key: Optional[str],
    wait: int = 0,
) -> Call[T]:
    headers = _keyed(idempotency_key)
    if wait:
        headers["Prefer"] = f"wait={wait}"
    # Some optional fields must not be null, but all may be absent.
    given = {name: value for name, value in fields.items() if value is not None}
    return Call("POST", path, read, _json(given), headers, wait)


def _keyed(idempotency_key: Optional[str]) -> dict[str, str]:
    if idempotency_key is None:
        idempotency_key = str(uuid.uuid4())
    elif not re.fullmatch(r"[!-~]{1,255}", idempotency_key):
        raise ValueError("an idempotency key has 1 to 255 visible ASCII characters")
    return {"Idempotency-Key": idempotency_key}


def _challenge(key: str) -> str:
    return _path("challenges", key, "challenge_not_found")


def _factor(handle: str) -> str:
    return _path("factors", handle, "factor_not_found")


def _path(resource: str, name: str, unknown: str) -> str:
    if not _NAME.fullmatch(name):
        # What the server says to any text that is no name.
        raise NotFound(Problem(unknown, f"There is no such thing among the {resource}.", status=404))
    return f"/v1/{resource}/{name}"


def _nothing(_: Any) -> None:
    """Reads the answer to what was deleted, which has no content."""


def _json(body: Optional[Mapping[str, Any]]) -> Optional[bytes]:
    return None if body is None else json.dumps(body).encode("ascii")
