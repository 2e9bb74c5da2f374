# SPDX-License-Identifier: MIT
"""Checks receipts offline, with public keys that are fetched now and then: `pip install otpmint[receipts]`.

A receipt proves that its recipient answered a challenge within the last minutes. It is not a session: exchange
it for one of your own at once. Whoever holds it can present it until it expires, so if it must be accepted
only once, remember its `key` until `expires_at`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Callable, Optional

import httpx

from . import _problems
from ._core import base
from ._keys import FETCH_TIMEOUT, JWKS, Keys
from ._receipt import Expectation, InvalidReceipt, Receipt, Rules, bind_hash, check, key_id

__all__ = ["AsyncVerifier", "InvalidReceipt", "Receipt", "Verifier", "bind_hash"]


class Verifier:
    """Checks receipts for one tenant. Threads may share it.

    `tenant` is your handle, `tnt_…` (`GET /v1/tenant` shows it), and `issuer` the server's `receipts.issuer`.
    With `keys`, the content of `/.well-known/jwks.json`, nothing is ever fetched.
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        *,
        tenant: str,
        issuer: str = "otpmint",
        keys: Optional[Mapping[str, Any]] = None,
        leeway: float = 10,
        clock: Callable[[], float] = time.time,
        transport: Optional[httpx.BaseTransport] = None,
    ) -> None:
        self._rules = Rules(issuer, tenant, leeway, clock)
        self._keys = Keys(keys)
        self._url = _where(base_url, keys)
        self._http = httpx.Client(transport=transport, timeout=FETCH_TIMEOUT)

    def verify(
        self,
        receipt: str,
        *,
        purpose: str,
        nonce: Optional[str] = None,
        key: Optional[str] = None,
        to: Optional[str] = None,
        bind: Optional[Mapping[str, str]] = None,
    ) -> Receipt:
        """The content of a receipt that is good for this step, or InvalidReceipt.

        Give the `nonce` or the `key` of the challenge that you minted for this session, or both: without them
        anybody's receipt would do. `to` is the recipient whose answer it must be: a mail address, or
        a number such as `+4915123456789`. A receipt that is bound to a transaction is good only with that `bind`.

        OtpMintError if the keys are needed and cannot be fetched.
        """
        expectation = Expectation(purpose, nonce, key, to, bind)
        kid = key_id(receipt)
        if self._keys.must_be_fetched(kid):
            try:
                answer = self._http.get(self._url)
            except httpx.RequestError as failure:
                raise _problems.connection_failed(failure) from failure
            self._keys.take(answer)
        return check(receipt, self._keys.find(kid), self._rules, expectation)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncVerifier:
    """The same for asyncio."""

    def __init__(
        self,
        base_url: Optional[str] = None,
        *,
        tenant: str,
        issuer: str = "otpmint",
        keys: Optional[Mapping[str, Any]] = None,
        leeway: float = 10,
        clock: Callable[[], float] = time.time,
        transport: Optional[httpx.AsyncBaseTransport] = None,
    ) -> None:
        self._rules = Rules(issuer, tenant, leeway, clock)
        self._keys = Keys(keys)
        self._url = _where(base_url, keys)
        self._http = httpx.AsyncClient(transport=transport, timeout=FETCH_TIMEOUT)

    async def verify(
        self,
        receipt: str,
        *,
        purpose: str,
        nonce: Optional[str] = None,
        key: Optional[str] = None,
        to: Optional[str] = None,
        bind: Optional[Mapping[str, str]] = None,
    ) -> Receipt:
        """As `Verifier.verify`."""
        expectation = Expectation(purpose, nonce, key, to, bind)
        kid = key_id(receipt)
        if self._keys.must_be_fetched(kid):
            try:
                answer = await self._http.get(self._url)
            except httpx.RequestError as failure:
                raise _problems.connection_failed(failure) from failure
            self._keys.take(answer)
        return check(receipt, self._keys.find(kid), self._rules, expectation)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncVerifier:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _where(base_url: Optional[str], keys: Optional[Mapping[str, Any]]) -> str:
    if (base_url is None) == (keys is None):
        raise ValueError("either the address of the server or its keys")
    return "" if base_url is None else base(base_url) + JWKS
