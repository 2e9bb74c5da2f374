# SPDX-License-Identifier: MIT
"""The factors of a client for asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from . import _calls
from .factors import Factor, FactorFields

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._calls import AsyncSend


class AsyncFactors:
    """The authenticator apps of your users. What makes or checks something gets an idempotency key."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def add(
        self, identity: str, *, idempotency_key: Optional[str] = None, **fields: Unpack[FactorFields]
    ) -> Factor:
        """Adds one for a user, by your name for them. Show `qr_svg` or `secret`, and confirm the first code.

        What is shown once is repeated for an hour, to the same secret key.
        """
        return await self._send(_calls.add_factor(identity, fields, idempotency_key))

    async def confirm(self, factor: str, code: str, *, idempotency_key: Optional[str] = None) -> Factor:
        """Activates it by its first right code. Returns it with its `recovery_codes`, which are shown once.

        Raises WrongCode, InvalidRequest for what can be no code, Conflict if it is active, or RateLimited.
        """
        return await self._send(_calls.confirm_factor(factor, code, idempotency_key))

    async def check(
        self,
        factor: str,
        code: str,
        *,
        purpose: Optional[str] = None,
        nonce: Optional[str] = None,
        idempotency_key: Optional[str] = None,
    ) -> Factor:
        """Checks a code of the app, or a recovery code. Returns it with a `receipt` if the code is right.

        Raises WrongCode, CodeUsed, RateLimited while it is paused, InvalidRequest for what can be no code, Conflict
        if it is unconfirmed, or NotFound.
        """
        fields = {"code": code, "purpose": purpose, "nonce": nonce}
        return await self._send(_calls.check_factor(factor, fields, idempotency_key))

    async def replace_recovery_codes(self, factor: str, *, idempotency_key: Optional[str] = None) -> Factor:
        """Makes ten new ones, and returns them with it. The former ones are no longer accepted."""
        return await self._send(_calls.replace_recovery_codes(factor, idempotency_key))

    async def list(self, identity: str) -> tuple[Factor, ...]:
        """Those of a user, in order of creation."""
        return await self._send(_calls.list_factors(identity))

    async def get(self, factor: str) -> Factor:
        """One of them."""
        return await self._send(_calls.get_factor(factor))

    async def delete(self, factor: str) -> None:
        """Deletes it, with its recovery codes."""
        await self._send(_calls.delete_factor(factor))

    async def fetch_result(self, result: str) -> Factor:
        """Exchanges the `otpmint_result` with which the page of a factor returned the user.

        Compare `factor` with the one in the user's session: a stranger could have sent the link.
        """
        return await self._send(_calls.fetch_factor_result(result))
