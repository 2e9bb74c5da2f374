# SPDX-License-Identifier: MIT
"""The fake as a test sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Callable, Optional

import httpx

from .._async_client import AsyncClient
from .._client import Client
from .._tries import RetryPolicy
from ._challenge_routes import Settings
from ._outbox import Message, SignedEvent
from ._problem import Refused
from ._server import Server, problem
from ._signer import Signer

if TYPE_CHECKING:
    from ..receipts import Verifier


def _now() -> datetime:
    return datetime.now(timezone.utc)


class FakeOtpMint:
    """An OtpMint in memory, with one tenant and the routes of challenges, factors and messages.

    Its codes are known, its messages are in `outbox`, `app_code` is what an authenticator app shows, and `advance`
    lets its time pass. It has no hosted pages, and of the limits only attempts, sends and pauses: `refuse_next`
    reports any other.
    """

    URL = "http://otpmint.test"
    SECRET_KEY = "otpm_test_OfTheFakeAndNotASecret"  # noqa: S105
    TENANT = "tnt_fake2345fake2345"

    def __init__(
        self,
        *,
        code: str = "424242",
        attempts: int = 5,
        sends: int = 3,
        ttl: int = 600,
        resend_after: Sequence[int] = (30, 60),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._clock = clock
        self._ahead = timedelta(0)
        self._troubles: list[Callable[[httpx.Request], httpx.Response]] = []
        self._signer = Signer(self.TENANT)
        settings = Settings(code, attempts, sends, ttl, resend_after)
        self._server = Server(settings, self.SECRET_KEY, self._signer, self.now)
        self.transport = httpx.MockTransport(self._answer)
        """For a client that your app makes itself, with `URL` and `SECRET_KEY`."""

    def client(self, secret_key: str = SECRET_KEY, retry: Optional[RetryPolicy] = None) -> Client:
        """A client of the fake."""
        return Client(self.URL, secret_key, retry=retry, transport=self.transport)

    def async_client(self, secret_key: str = SECRET_KEY, retry: Optional[RetryPolicy] = None) -> AsyncClient:
        """A client of the fake for asyncio."""
        return AsyncClient(self.URL, secret_key, retry=retry, transport=self.transport)

    @property
    def outbox(self) -> list[Message]:
        """What would have been sent, oldest first."""
        return self._server.outbox

    def now(self) -> datetime:
        """The time of the fake."""
        return self._clock() + self._ahead

    def app_code(self, factor: str) -> str:
        """What the user's authenticator app shows now. It is accepted once: `advance` by 30 s for the next."""
        totp = self._server.factors.find(factor).totp
        return totp.code(totp.step(self.now().timestamp()))

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self._ahead += timedelta(seconds=seconds)

    def refuse_next(self, code: str, *, retry_after: Optional[int] = None, times: int = 1) -> None:
        """Answers the next requests with a problem, such as `sends_per_recipient` or `store_unavailable`."""
        refused = Refused(code, retry_after=retry_after)
        self._troubles += [lambda _: problem(refused)] * times

    def lose_next(self, *, times: int = 1) -> None:
        """Carries the next requests out, but loses their answers."""
        self._troubles += [self._lose] * times

    def disconnect_next(self, *, times: int = 1) -> None:
        """Accepts no connection for the next requests."""
        self._troubles += [_disconnect] * times

    def verifier(self) -> Verifier:
        """Checks the receipts of the fake, by its clock. Needs the extra `receipts`."""
        from ..receipts import Verifier

        return Verifier(tenant=self.TENANT, keys=self._signer.keys(), clock=lambda: self.now().timestamp())

    @property
    def webhook_secret(self) -> str:
        """The secret with which `event` signs."""
        return self._signer.webhook_secret

    def event(self, kind: str, challenge: str) -> SignedEvent:
        """An event about a challenge, by its key, to post to your app: `challenge.expired`."""
        now = self.now()
        return self._signer.event(kind, self._server.challenges.all[challenge].view(now), now)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self._troubles:
            return self._troubles.pop(0)(request)
        return self._server.answer(request)

    def _lose(self, request: httpx.Request) -> Any:
        self._server.answer(request)
        raise httpx.ReadError("the fake loses this answer", request=request)


def _disconnect(request: httpx.Request) -> Any:
    raise httpx.ConnectError("the fake accepts no connection", request=request)
