# SPDX-License-Identifier: MIT
"""What a test knows of `otpmint dev`."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass

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
        inbox = httpx.get(f"{self.url}/dev/inbox.json", params={"to": to, "wait": "10"}, timeout=20).json()
        return str(inbox["mails"][0]["code"])


def fresh_recipient() -> str:
    """Nobody that another test sends codes to, so that they share no limit."""
    return f"ada-{os.getpid()}-{next(_COUNTER)}@example.com"
