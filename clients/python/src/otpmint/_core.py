# SPDX-License-Identifier: MIT
"""What both clients share: how to reach the server. Nothing here does I/O."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, Optional

import httpx

from ._tries import RetryPolicy
from ._version import __version__


class _Bearer(httpx.Auth):
    """Adds the secret key to each request, and shows it nowhere."""

    def __init__(self, secret_key: str) -> None:
        # The library below would quote a header that it cannot send in its error.
        if not re.fullmatch(r"[!-~]([ -~]*[!-~])?", secret_key):
            raise ValueError("the secret key has a character that no header can carry: a line break at its end?")
        self._header = f"Bearer {secret_key}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._header
        yield request


class Core:
    """The settings of a client."""

    def __init__(self, base_url: str, secret_key: str, retry: Optional[RetryPolicy]) -> None:
        self.base_url = base(base_url)
        self.retry = retry or RetryPolicy()
        self._auth = _Bearer(secret_key)

    def http(self) -> dict[str, Any]:
        """The arguments of an httpx client."""
        return {
            "base_url": self.base_url,
            "auth": self._auth,
            "headers": {
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": f"otpmint-python/{__version__}",
            },
            # The secret key would go along.
            "follow_redirects": False,
        }


def base(url: str) -> str:
    """The address of a server, without a slash at its end."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("the address of the server begins with https:// or http://")
    return url.rstrip("/")
