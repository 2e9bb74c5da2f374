# SPDX-License-Identifier: MIT
"""The challenges of a client that blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Optional

from . import _calls
from .models import Challenge, MintFields

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._calls import Send


class Challenges:
    """The routes of challenges. A call gets an idempotency key of its own, which its retries repeat.

    Give one of yours, such as the id of a job, where your program itself may repeat the call.
    """

    def __init__(self, send: Send) -> None:
        self._send = send

    def mint(
        self,
        *,
        to: Optional[str] = None,
        wait: int = 0,
        idempotency_key: Optional[str] = None,
        **fields: Unpack[MintFields],
    ) -> Challenge:
        """Mints a code and sends it to a mail address or a phone number. `MintFields` lists the other fields.

        Returns once the message is queued; with `wait`, once it was sent or has failed, or after that many
        seconds, at most 10. Without `to` a hosted page asks for it.
        """
        return self._send(_calls.mint(to, fields, wait, idempotency_key))

    def get(self, key: str) -> Challenge:
        """The challenge, with each of its messages in `deliveries`."""
        return self._send(_calls.get(key))

    def verify(
        self,
        key: str,
        code: str,
        *,
        bind: Optional[Mapping[str, str]] = None,
        end_user_ip: Optional[str] = None,
        trusted: Optional[bool] = None,
        idempotency_key: Optional[str] = None,
    ) -> Challenge:
        """Checks what the user typed. Returns the challenge with its `receipt` if it is right, which it is once.

        Raises WrongCode, NotACode, ChallengeEnded, NotFound or RateLimited otherwise.
        """
        fields = {"code": code, "bind": bind, "end_user_ip": end_user_ip, "trusted": trusted}
        return self._send(_calls.verify(key, fields, idempotency_key))

    def verify_by_recipient(
        self,
        to: str,
        code: str,
        *,
        purpose: Optional[str] = None,
        bind: Optional[Mapping[str, str]] = None,
        end_user_ip: Optional[str] = None,
        trusted: Optional[bool] = None,
        idempotency_key: Optional[str] = None,
    ) -> Challenge:
        """The same for the latest pending challenge of a recipient and a purpose; NotFound if there is none."""
        told = {"bind": bind, "end_user_ip": end_user_ip, "trusted": trusted}
        fields = {"to": to, "code": code, "purpose": purpose, **told}
        return self._send(_calls.verify_by_recipient(fields, idempotency_key))

    def resend(
        self,
        key: str,
        *,
        channel: Optional[str] = None,
        wait: int = 0,
        idempotency_key: Optional[str] = None,
    ) -> Challenge:
        """Sends the same code again, over `channel` if one is given. RateLimited before `resend_at`."""
        return self._send(_calls.resend(key, channel, wait, idempotency_key))

    def cancel(self, key: str) -> None:
        """Makes the code invalid; ChallengeEnded if it is already."""
        self._send(_calls.cancel(key))

    def fetch_result(self, result: str) -> Challenge:
        """Exchanges the `otpmint_result` with which a hosted page returned the user.

        Compare the `key` with the one in the user's session: a stranger could have sent the link.
        """
        return self._send(_calls.fetch_result(result))
