# SPDX-License-Identifier: MIT
"""The client that blocks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Optional, TypeVar

import httpx

from . import _calls
from ._calls import Call
from ._challenges import Challenges
from ._core import Core
from ._factors import Factors
from ._messages import Messages
from ._tries import RetryPolicy, Tries

T = TypeVar("T")


class Client:
    """A client of one OtpMint, with a tenant's secret key. Threads may share it.

    Close it, or use it in `with`, to close its connections.
    """

    challenges: Challenges
    """Codes: mint, get, verify, resend, cancel."""
    factors: Factors
    """Authenticator apps: add, confirm, check, list, get, delete."""
    messages: Messages
    """Codes of your own system: relay, get."""

    def __init__(
        self,
        base_url: str,
        secret_key: str,
        *,
        retry: Optional[RetryPolicy] = None,
        transport: Optional[httpx.BaseTransport] = None,
    ) -> None:
        self._core = Core(base_url, secret_key, retry)
        self._http = httpx.Client(**self._core.http(), transport=transport)
        self.challenges = Challenges(self._send)
        self.factors = Factors(self._send)
        self.messages = Messages(self._send)

    def request(self, method: str, path: str, json: Optional[Mapping[str, Any]] = None) -> Any:
        """Any route: `client.request("PATCH", "/v1/tenant", {"name": "Shop"})`. Returns the parsed answer.

        Only a GET is retried after an answer that does not say whether the request was carried out.
        """
        return self._send(_calls.plain(method, path, json))

    def _send(self, call: Call[T]) -> T:
        tries = Tries(call, self._core.retry)
        while True:
            try:
                response = self._http.request(**tries.request())
            except httpx.RequestError as failure:
                tries.failed(failure)
            else:
                tries.answered(response)
            if tries.pause is None:
                return tries.result()
            time.sleep(tries.pause)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._core.base_url!r})"
