# SPDX-License-Identifier: MIT
"""What can go wrong, as types: catch those that you handle, and `OtpMintError` for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional


@dataclass(frozen=True)
class FieldError:
    """A field of the body (`pointer`, RFC 6901) or a parameter of the query that was refused."""

    detail: str
    pointer: Optional[str] = None
    parameter: Optional[str] = None


@dataclass(frozen=True)
class Problem:
    """A problem as the server reported it (RFC 9457), or as this library found it."""

    code: str
    title: str
    status: Optional[int] = None
    detail: Optional[str] = None
    errors: tuple[FieldError, ...] = ()
    attempts_remaining: Optional[int] = None
    retry_after: Optional[int] = None
    retry_at: Optional[datetime] = None
    request_id: Optional[str] = None


class OtpMintError(Exception):
    """A call did not succeed. `code` is stable: docs/problems.md of the server lists all of them.

    This library adds three: `connection_failed`, `timed_out` and `unexpected_answer`.
    """

    def __init__(self, problem: Problem) -> None:
        # One plain argument, so that the error survives pickling on its way out of a worker.
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        problem = self.problem
        status = f" ({problem.status})" if problem.status else ""
        fields = "; ".join(f"{field.pointer or field.parameter}: {field.detail}" for field in problem.errors)
        detail = f" {fields or problem.detail}" if fields or problem.detail else ""
        request = f" [request {problem.request_id}]" if problem.request_id else ""
        return f"{problem.code}{status}: {problem.title}{detail}{request}"

    @property
    def code(self) -> str:
        """The stable word for the problem."""
        return self.problem.code

    @property
    def status(self) -> Optional[int]:
        """The status of the answer; None without an answer."""
        return self.problem.status

    @property
    def title(self) -> str:
        """A sentence, the same for every problem with this code."""
        return self.problem.title

    @property
    def detail(self) -> Optional[str]:
        """What is wrong in this case."""
        return self.problem.detail

    @property
    def attempts_remaining(self) -> Optional[int]:
        """How many answers are still evaluated, after a wrong code."""
        return self.problem.attempts_remaining

    @property
    def retry_after(self) -> Optional[int]:
        """Seconds to wait, counted from the answer."""
        return self.problem.retry_after

    @property
    def retry_at(self) -> Optional[datetime]:
        """When it may work again, by the clock of this machine."""
        return self.problem.retry_at

    @property
    def request_id(self) -> Optional[str]:
        """The id of the request in the server's log."""
        return self.problem.request_id


class WrongCode(OtpMintError):
    """The code is wrong, or `bind` differs. At `attempts_remaining` 0 the challenge has ended."""


class CodeUsed(OtpMintError):
    """The app still shows a code that was accepted before. It cost no attempt: ask for the next one."""


class ChallengeEnded(OtpMintError):
    """The challenge takes no answer any more."""

    @property
    def outcome(self) -> str:
        """How it ended: `verified`, `expired`, `exhausted` or `canceled`."""
        return self.code.removeprefix("challenge_")


class RateLimited(OtpMintError):
    """Too often or too soon; `retry_at` says when it may work."""


class Unauthorized(OtpMintError):
    """The secret key is not valid."""


class Forbidden(OtpMintError):
    """The secret key is valid, but not for this."""


class NotFound(OtpMintError):
    """There is no such thing, or not any more: a challenge is deleted an hour after its deadline."""


class Conflict(OtpMintError):
    """The state of things does not allow it now, such as a resend while the message is on its way."""


class InvalidRequest(OtpMintError):
    """The request was not understood; `errors` names the fields."""

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """The fields that were refused."""
        return self.problem.errors


class NotACode(InvalidRequest):
    """What was typed cannot be a code. It cost no attempt."""


class Unavailable(OtpMintError):
    """The server, or a proxy in front of it, cannot do this now."""


class ConnectionFailed(Unavailable):
    """No answer came. Unless the call had an idempotency key, it may have been carried out."""
