# SPDX-License-Identifier: MIT
"""The messages of a client that blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from . import _calls
from .messages import Message, RelayFields

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._calls import Send


class Messages:
    """Messages with codes that your own system makes and checks. The secret key needs the scope `relay`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def relay(
        self,
        *,
        to: str,
        code: str,
        wait: int = 0,
        idempotency_key: Optional[str] = None,
        **fields: Unpack[RelayFields],
    ) -> Message:
        """Delivers a code of yours to a mail address or a phone number. `RelayFields` lists the other fields.

        It has an idempotency key, so a retry sends nothing twice. With `wait` it returns once the message was sent or
        has failed, or after that many seconds, at most 10.
        """
        return self._send(_calls.relay(to, code, fields, wait, idempotency_key))

    def get(self, message: str) -> Message:
        """The message, with each of its `deliveries`. NotFound if you have relayed none with this id."""
        return self._send(_calls.get_message(message))
