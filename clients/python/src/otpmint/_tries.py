# SPDX-License-Identifier: MIT
"""The tries of one call: whether there is another, after which pause, and what comes out. No I/O here."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any, Callable, Generic, Optional, TypeVar

import httpx

from . import _problems
from ._calls import Call

T = TypeVar("T")

# The request did not reach the server, so repeating it repeats nothing.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

# The pause before the first retry, in seconds; each further one is twice as long.
_FIRST_PAUSE = 0.2


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long a call is tried. Times are in seconds."""

    retries: int = 2
    """How many tries may follow the first."""
    timeout: float = 10.0
    """For each step of a try: to connect, to send, and to receive. The `wait` of a call is added."""
    total_timeout: float = 30.0
    """No try begins after this, and no step is waited for beyond it. The `wait` of a call is added."""
    longest_pause: float = 2.0
    """A `Retry-After` above this is reported instead of waited for."""


class Tries(Generic[T]):
    """The tries of one call. After each, `pause` says how long to wait for the next; None ends them."""

    pause: Optional[float]

    def __init__(self, call: Call[T], policy: RetryPolicy, clock: Callable[[], float] = time.monotonic) -> None:
        self._call = call
        self._policy = policy
        self._clock = clock
        self._deadline = clock() + policy.total_timeout + call.wait
        self._made = 0
        self._response: Optional[httpx.Response] = None

    def request(self) -> dict[str, Any]:
        """The next try, as the arguments of httpx."""
        # A pause never ends behind the deadline, but the clock goes on.
        left = max(self._deadline - self._clock(), 0.001)
        self._made += 1
        return {
            "method": self._call.method,
            "url": self._call.path,
            "content": self._call.body,
            "headers": self._call.headers,
            "timeout": min(self._policy.timeout + self._call.wait, left),
        }

    def answered(self, response: httpx.Response) -> None:
        """The try got an answer."""
        self._response = response
        again = self._is_passing(response)
        self.pause = self._next(_problems.retry_after(response.headers) or 0) if again else None

    def failed(self, failure: httpx.RequestError) -> None:
        """The try got none."""
        self._response = None
        self._error = _problems.connection_failed(failure)
        again = self._call.repeatable or isinstance(failure, _NOT_SENT)
        self.pause = self._next(0) if again else None

    def result(self) -> T:
        """What the call returns, after its last try; raises what went wrong.

        To be called outside of the `except` that caught a failure: that one holds the request with its secret
        key, and whatever reports the error would find it in its context.
        """
        if self._response is None:
            raise self._error
        response = self._response
        if not response.is_success:
            raise _problems.error(response.status_code, response.headers, response.content)
        try:
            return self._call.read(response.json() if response.content else None)
        except (AttributeError, KeyError, TypeError, ValueError):
            # `from None`: the failure quotes the answer.
            raise _problems.unexpected(response.status_code, response.headers) from None

    def _is_passing(self, response: httpx.Response) -> bool:
        if response.status_code == 429:
            return True  # Refused before anything was done.
        if response.status_code in (502, 503, 504):
            return self._call.repeatable
        # The first try still runs, and the next one gets its answer.
        in_use = "idempotency_key_in_use"
        return response.status_code == 409 and _problems.code_of(response.content) == in_use

    def _next(self, least: float) -> Optional[float]:
        if self._made > self._policy.retries or least > self._policy.longest_pause:
            return None
        # Random, so that clients that failed together do not come back together.
        backoff = _FIRST_PAUSE * 2 ** (self._made - 1) * random.uniform(0.5, 1.0)  # noqa: S311
        pause = max(least, backoff)
        return pause if self._clock() + pause < self._deadline else None
