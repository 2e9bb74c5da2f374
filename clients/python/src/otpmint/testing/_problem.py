# SPDX-License-Identifier: MIT
"""The problems that the fake reports, with the status that the server gives them."""

from __future__ import annotations

from typing import Any, Optional

_STATUS = {
    "challenge_canceled": 410,
    "challenge_exhausted": 410,
    "challenge_expired": 410,
    "challenge_not_found": 404,
    "challenge_verified": 410,
    "code_mismatch": 403,
    "code_used": 403,
    "factor_confirmed": 409,
    "factor_not_found": 404,
    "factor_unconfirmed": 409,
    "idempotency_key_reused": 422,
    "invalid_field": 422,
    "invalid_json": 400,
    "invalid_parameter": 422,
    "invalid_secret_key": 401,
    "message_not_found": 404,
    "no_pages": 409,
    "not_a_code": 422,
    "not_found": 404,
    "nothing_to_resend": 409,
    "queue_full": 503,
    "resend_cooldown": 429,
    "result_not_found": 404,
    "sends_spent": 409,
    "server_overloaded": 503,
    "shutting_down": 503,
    "store_unavailable": 503,
    "too_many_factors": 409,
}


class Refused(Exception):
    """A request that the server would refuse."""

    def __init__(
        self,
        code: str,
        *,
        pointer: Optional[str] = None,
        parameter: Optional[str] = None,
        detail: Optional[str] = None,
        attempts_remaining: Optional[int] = None,
        retry_after: Optional[int] = None,
        retry_at: Optional[str] = None,
    ) -> None:
        super().__init__(code)
        # What is not in the table is one of the many limits.
        self.status = _STATUS.get(code, 429)
        self.retry_after = retry_after
        if retry_after is None and self.status in (429, 503):
            self.retry_after = 1
        where = {name: value for name, value in (("pointer", pointer), ("parameter", parameter)) if value}
        told: dict[str, Any] = {
            "type": f"/problems/{code}",
            "title": f"The fake reports {code}.",
            "status": self.status,
            "code": code,
            "detail": detail,
            "errors": [where | {"detail": detail}] if where else None,
            "attempts_remaining": attempts_remaining,
            "retry_after": self.retry_after,
            "retry_at": retry_at,
        }
        self.body = {name: value for name, value in told.items() if value is not None}


def field(pointer: str, detail: str) -> Refused:
    """The refusal of a field."""
    return Refused("invalid_field", pointer=pointer, detail=detail)
