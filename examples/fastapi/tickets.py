# SPDX-License-Identifier: MIT
"""Sessions, kept by the server."""

import secrets
import time
from typing import Generic, TypeVar

Held = TypeVar("Held")


class Tickets(Generic[Held]):
    """What is known of a browser that has a certain random ticket.

    In memory, so for one process: where there are more, put Redis or a database in its place.
    """

    def __init__(self, lifetime: int):
        self.lifetime = lifetime  # seconds
        self._held: dict[str, tuple[float, Held]] = {}

    def issue(self, held: Held) -> str:
        """A new ticket."""
        self._drop_expired()
        ticket = secrets.token_urlsafe(32)
        self._held[ticket] = (time.monotonic() + self.lifetime, held)
        return ticket

    def held(self, ticket: str | None) -> Held | None:
        """What a ticket is good for."""
        end, held = self._held.get(ticket, (0, None))
        return held if time.monotonic() < end else None

    def void(self, ticket: str | None) -> None:
        """Ends a ticket, whoever else has it."""
        self._held.pop(ticket, None)

    def _drop_expired(self) -> None:
        # All live equally long, so the oldest come first.
        while self._held and self._held[first := next(iter(self._held))][0] <= time.monotonic():
            del self._held[first]
