# SPDX-License-Identifier: MIT
"""The client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Optional, TypeVar

import httpx

from . import _calls
from ._async_challenges import AsyncChallenges
from ._async_factors import AsyncFactors
from ._async_messages import AsyncMessages
from ._calls import Call
from ._core import Core
from ._tries import RetryPolicy, Tries

T = TypeVar("T")


class AsyncClient:
    """A client of one OtpMint, with a tenant's secret key, for one event loop of asyncio.

    Close it, or use it in `async with`, to close its connections.
    """

    challenges: AsyncChallenges
    """Codes: mint, get, verify, resend, cancel."""
    factors: AsyncFactors
    """Authenticator apps: add, confirm, check, list, get, delete."""
    messages: AsyncMessages
    """Codes of your own system: relay, get."""

    def __init__(
        self,
        base_url: str,
        secret_key: str,
        *,
        retry: Optional[RetryPolicy] = None,
        transport: Optional[httpx.AsyncBaseTransport] = None,
    ) -> None:
        self._core = Core(base_url, secret_key, retry)
        self._http = httpx.AsyncClient(**self._core.http(), transport=transport)
        self.challenges = AsyncChallenges(self._send)
        self.factors = AsyncFactors(self._send)
        self.messages = AsyncMessages(self._send)

    async def request(self, method: str, path: str, json: Optional[Mapping[str, Any]] = None) -> Any:
        """Any route: `await client.request("PATCH", "/v1/tenant", {"name": "Shop"})`. Returns the parsed answer.

        Only a GET is retried after an answer that does not say whether the request was carried out.
        """
        return await self._send(_calls.plain(method, path, json))

    async def _send(self, call: Call[T]) -> T:
        tries = Tries(call, self._core.retry)
        while True:
            try:
                response = await self._http.request(**tries.request())
            except httpx.RequestError as failure:
                tries.failed(failure)
            else:
                tries.answered(response)
            if tries.pause is None:
                return tries.result()
            await asyncio.sleep(tries.pause)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._core.base_url!r})"
