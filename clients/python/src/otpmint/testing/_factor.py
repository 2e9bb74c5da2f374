# SPDX-License-Identifier: MIT
"""A factor of the fake and its life."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Optional

from ._challenge import written
from ._problem import Refused
from ._problem import field as refused_field
from ._totp import Totp

_GUESSES = 5
# In minutes, after each five wrong codes in a row.
_PAUSES = (1, 5, 15, 60, 360, 1440)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass
class FakeFactor:
    """A factor: what was asked for, and how it stands."""

    handle: str
    identity: str
    totp: Totp
    created_at: datetime
    confirmed_at: Optional[datetime] = None
    used_at: Optional[datetime] = None
    last_step: int = 0
    in_a_row: int = 0
    paused_until: Optional[datetime] = None
    # What is spent stays there as None, so that the place of each is its number.
    recovery: list[Optional[str]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """How it stands."""
        return "active" if self.confirmed_at else "unconfirmed"

    def confirm(self, code: str, now: datetime) -> list[str]:
        """Activates it by its first right code. Returns its recovery codes."""
        if self.confirmed_at:
            raise Refused("factor_confirmed")
        self._answer(code, now)
        self.confirmed_at = now
        return self.replace_recovery_codes()

    def check(self, code: str, now: datetime) -> tuple[str, int]:
        """Checks a code. Returns its channel and its number."""
        if not self.confirmed_at:
            raise Refused("factor_unconfirmed")
        return self._answer(code, now)

    def replace_recovery_codes(self) -> list[str]:
        """Ten new ones."""
        if not self.confirmed_at:
            raise Refused("factor_unconfirmed")
        drawn = ["-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(10)]
        self.recovery = [code.replace("-", "") for code in drawn]
        return drawn

    def _answer(self, code: str, now: datetime) -> tuple[str, int]:
        if self.paused_until and now < self.paused_until:
            seconds = math.ceil((self.paused_until - now).total_seconds())
            raise Refused("factor_paused", retry_after=seconds, retry_at=written(self.paused_until))
        if len(code) == 16 and self.confirmed_at:
            number = self.recovery.index(code) if code in self.recovery else None
            if number is None:
                raise self._wrong(now)
            self.recovery[number] = None
            channel = "recovery"
        elif len(code) == self.totp.digits and code.isdigit():
            steps = self.totp.steps(code, now.timestamp())
            fresh = [step for step in steps if step > self.last_step]
            if not fresh:
                # No guess, so it is not counted.
                raise Refused("code_used") if steps else self._wrong(now)
            self.last_step = number = fresh[0]
            channel = "totp"
        else:
            raise not_a_code()
        self.in_a_row, self.paused_until, self.used_at = 0, None, now
        return channel, number

    def _wrong(self, now: datetime) -> Refused:
        self.in_a_row += 1
        if self.in_a_row % _GUESSES == 0:
            pause = _PAUSES[min(self.in_a_row // _GUESSES, len(_PAUSES)) - 1]
            self.paused_until = now + timedelta(minutes=pause)
        return Refused("code_mismatch", attempts_remaining=-self.in_a_row % _GUESSES)

    def view(self, now: datetime) -> dict[str, Any]:
        """The factor as the API shows it."""
        pause = self.paused_until if self.paused_until and now < self.paused_until else None
        return {
            "factor": self.handle,
            "identity": self.identity,
            "status": self.status,
            "algorithm": self.totp.algorithm,
            "digits": self.totp.digits,
            "period": self.totp.period,
            "recovery_codes_remaining": sum(code is not None for code in self.recovery),
            "created_at": written(self.created_at),
            "confirmed_at": self.confirmed_at and written(self.confirmed_at),
            "used_at": self.used_at and written(self.used_at),
            "paused_until": pause and written(pause),
        }


def not_a_code() -> Refused:
    """The refusal of what can be neither a code nor a recovery code."""
    return refused_field("/code", "the digits that the app shows, or a recovery code; this did not count")
