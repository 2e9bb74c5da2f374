# SPDX-License-Identifier: MIT
"""Where a story of the contract takes place: at a real server or the fake, with either client."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Awaitable
from typing import Any, Callable, Optional

import httpx
import pytest

from otpmint import AsyncClient, Client, OtpMintError, RetryPolicy
from otpmint.receipts import AsyncVerifier, Verifier
from otpmint.testing import FakeOtpMint

from dev import DevServer

Story = Callable[["World"], Awaitable[None]]

# The key that may relay, of each server.
_RELAYING: dict[str, str] = {}


async def raises(kind: type[OtpMintError], call: Any) -> Any:
    """The error of a call, which must be of this kind."""
    with pytest.raises(kind) as caught:
        await call
    assert caught.value.__context__ is None
    return caught.value


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

    async def relaying(self, *, loses: int = 0) -> Any:
        """A client that may relay messages, as a tenant's first key may not."""
        if self.fake:
            return self.client(loses=loses)
        body = {"name": "relay", "scopes": ["relay"]}
        if self.url not in _RELAYING:
            _RELAYING[self.url] = (await self.client().request("POST", "/v1/tenant/keys", body))["secret"]
        return self.client(_RELAYING[self.url], loses=loses)

    def app(self, secret: str) -> App:
        """An authenticator app with this secret."""
        return App(secret, lambda: self.fake.now().timestamp() if self.fake else time.time())

    def code(self, to: str) -> str:
        """What the recipient reads."""
        if self.fake:
            return next(message.code for message in reversed(self.fake.outbox) if message.to == to)
        return str(self._server.code(to))

    def sent(self, to: str) -> int:
        """How many messages the recipient has got."""
        if self.fake:
            return sum(message.to == to for message in self.fake.outbox)
        return int(self._server.sent(to))

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


class App:
    """An authenticator app (RFC 6238)."""

    def __init__(self, secret: str, clock: Callable[[], float]) -> None:
        self._secret = base64.b32decode(secret + "=" * (-len(secret) % 8))
        self._clock = clock
        self._last = 0

    def code(self) -> str:
        """One that was not used before: that of now, or of the next step, which is accepted too."""
        self._last = max(int(self._clock()) // 30, self._last + 1)
        return self._at(self._last)

    def wrong(self) -> str:
        """One that is wrong now and for some time."""
        now = int(self._clock()) // 30
        right = {self._at(step) for step in range(now - 3, now + 9)}
        return next(code for code in ("000000", *map("{:06}".format, range(111111, 111133))) if code not in right)

    def _at(self, step: int) -> str:
        tag = hmac.new(self._secret, struct.pack(">Q", step), hashlib.sha1).digest()
        (number,) = struct.unpack_from(">I", tag, tag[19] & 15)
        return f"{(number & 0x7FFFFFFF) % 1000000:06}"


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
