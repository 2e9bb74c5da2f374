# SPDX-License-Identifier: MIT
"""Where a story of the contract takes place: at a real server or the fake, with either client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Callable, Optional

import httpx

from otpmint import AsyncClient, Client, RetryPolicy
from otpmint.receipts import AsyncVerifier, Verifier
from otpmint.testing import FakeOtpMint

from dev import DevServer

Story = Callable[["World"], Awaitable[None]]


class World:
    """One server and one kind of client. A story awaits every call, also those that block."""

    def __init__(self, server: Any, kind: str) -> None:
        self.fake: Optional[FakeOtpMint] = server if isinstance(server, FakeOtpMint) else None
        self._server = server
        self._kind = kind
        self._open: list[Any] = []

    def tell(self, story: Story) -> None:
        """Runs a story, and closes what it used."""
        asyncio.run(self._tell(story))

    async def _tell(self, story: Story) -> None:
        try:
            await story(self)
        finally:
            for each in self._open:
                await (each.close() if isinstance(each, Awaited) else each.aclose())

    def client(self, secret_key: Optional[str] = None, *, loses: int = 0, retry: Optional[RetryPolicy] = None) -> Any:
        """A client. The answers to its first `loses` requests are lost."""
        key = secret_key or (self.fake.SECRET_KEY if self.fake else self._server.secret_key)
        transport: Any
        if self.fake:
            self.fake.lose_next(times=loses)
            transport = self.fake.transport
        else:
            transport = Losing(loses) if self._kind == "sync" else AsyncLosing(loses)
        if self._kind == "sync":
            return self._keep(Awaited(Client(self.url, key, transport=transport, retry=retry)))
        return self._keep(AsyncClient(self.url, key, transport=transport, retry=retry))

    @property
    def url(self) -> str:
        """The address of the server."""
        return self.fake.URL if self.fake else str(self._server.url)

    def code(self, to: str) -> str:
        """What the recipient reads."""
        if self.fake:
            return next(message.code for message in reversed(self.fake.outbox) if message.to == to)
        return str(self._server.code(to))

    async def verifier(self) -> Any:
        """What checks receipts of the tenant."""
        if self.fake:
            return self._keep(Awaited(self.fake.verifier()))
        tenant = (await self.client().request("GET", "/v1/tenant"))["tenant"]
        if self._kind == "sync":
            return self._keep(Awaited(Verifier(self.url, tenant=tenant)))
        return self._keep(AsyncVerifier(self.url, tenant=tenant))

    def _keep(self, what: Any) -> Any:
        self._open.append(what)
        return what


class Awaited:
    """A client that blocks, with methods that can be awaited."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value):
            return Awaited(value)

        async def call(*args: Any, **kwargs: Any) -> Any:
            return value(*args, **kwargs)

        return call


class Losing(httpx.HTTPTransport):
    """Loses the first answers, after the requests were carried out."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if self._times:
            self._times -= 1
            response.read()
            raise httpx.ReadError("lost by the test", request=request)
        return response


class AsyncLosing(httpx.AsyncHTTPTransport):
    """The same for asyncio."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if self._times:
            self._times -= 1
            await response.aread()
            raise httpx.ReadError("lost by the test", request=request)
        return response


def make(server: str, kind: str, dev: Callable[[], DevServer]) -> World:
    """The world of these names."""
    return World(FakeOtpMint() if server == "fake" else dev(), kind)
