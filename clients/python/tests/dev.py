# SPDX-License-Identifier: MIT
"""What a test knows of `otpmint dev`."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from typing import Any

import httpx

_COUNTER = itertools.count(1)


@dataclass(frozen=True)
class DevServer:
    """A running server."""

    url: str
    secret_key: str = "dev-only-7Q2xWm9K-not-a-secret"
    test_key: str = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF"

    def code(self, to: str) -> str:
        """The code in the latest mail to this recipient, which may still be on its way."""
        return str(self._mails(to)[0]["code"])

    def sent(self, to: str) -> int:
        """How many mails this recipient has got, at least one."""
        return len(self._mails(to))

    def _mails(self, to: str) -> list[Any]:
        inbox = httpx.get(f"{self.url}/dev/inbox.json", params={"to": to, "wait": "10"}, timeout=20).json()
        return list(inbox["mails"])


def fresh_recipient() -> str:
    """Nobody that another test sends codes to, so that they share no limit."""
    return f"ada-{os.getpid()}-{next(_COUNTER)}@example.com"
