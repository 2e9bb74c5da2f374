# SPDX-License-Identifier: MIT
"""The public keys of a server, kept for a while. Nothing here does I/O."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Callable, Optional

import httpx
import jwt

from . import _problems

JWKS = "/.well-known/jwks.json"

# Seconds.
FETCH_TIMEOUT = 10.0

# How long the server says that the set may be kept, in seconds.
_KEPT = 300

# The shortest time between two fetches for unknown keys, in seconds: a stranger can name as many as he likes.
# A new key is published at least as long before it signs.
_PAUSE = 10


class Keys:
    """The set of keys, by their `kid`."""

    def __init__(self, given: Optional[Mapping[str, Any]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fixed = given is not None
        self._clock = clock
        self._fetched: Optional[float] = None
        self._keys = _parse(given or {})

    def must_be_fetched(self, kid: str) -> bool:
        """Whether the set has to be fetched to know this key."""
        if self._fixed:
            return False
        if self._fetched is None:
            return True
        age = self._clock() - self._fetched
        return age >= _KEPT or (kid not in self._keys and age >= _PAUSE)

    def take(self, answer: httpx.Response) -> None:
        """Keeps the set of an answer."""
        if not answer.is_success:
            raise _problems.error(answer.status_code, answer.headers, answer.content)
        try:
            self._keys = _parse(answer.json())
        except (AttributeError, KeyError, TypeError, ValueError, jwt.PyJWTError):
            raise _problems.unexpected(answer.status_code, answer.headers) from None
        self._fetched = self._clock()

    def find(self, kid: str) -> Optional[jwt.PyJWK]:
        """The key, if it is in the set."""
        return self._keys.get(kid)


def _parse(told: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    # What cannot check a receipt of today is left out, so that a set may have keys of other kinds tomorrow.
    return {
        key["kid"]: jwt.PyJWK(key, algorithm="ES256")
        for key in told.get("keys", [])
        if key.get("kty") == "EC" and key.get("crv") == "P-256" and key.get("use", "sig") == "sig"
    }
