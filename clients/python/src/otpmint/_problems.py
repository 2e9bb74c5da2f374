# SPDX-License-Identifier: MIT
"""From an answer that is no success to the error that is raised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

import httpx

from . import errors
from .errors import ConnectionFailed, FieldError, OtpMintError, Problem

_BY_CODE: dict[str, type[OtpMintError]] = {
    "code_mismatch": errors.WrongCode,
    "code_used": errors.CodeUsed,
    "not_a_code": errors.NotACode,
}

_BY_STATUS: dict[int, type[OtpMintError]] = {
    400: errors.InvalidRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.InvalidRequest,
    408: errors.InvalidRequest,
    409: errors.Conflict,
    410: errors.ChallengeEnded,
    412: errors.Conflict,
    413: errors.InvalidRequest,
    422: errors.InvalidRequest,
    429: errors.RateLimited,
}


def error(status: int, headers: Mapping[str, str], body: bytes) -> OtpMintError:
    """The error for an answer whose status is not 2xx."""
    told = _object(body)
    code = told.get("code")
    seconds = retry_after(headers)
    # A proxy in front of the server answers in its own words, which belong into no error message.
    known = isinstance(code, str)
    problem = Problem(
        code=str(code) if known else "unexpected_answer",
        title=str(told.get("title", "")) if known else "This is no answer of OtpMint.",
        status=status,
        detail=_text(told.get("detail")) if known else None,
        errors=_fields(told.get("errors")),
        attempts_remaining=_whole(told.get("attempts_remaining")),
        retry_after=seconds,
        retry_at=None if seconds is None else datetime.now(timezone.utc) + timedelta(seconds=seconds),
        request_id=headers.get("x-request-id"),
    )
    return _kind(problem, status)(problem)


def unexpected(status: int, headers: Mapping[str, str]) -> OtpMintError:
    """The error for a success whose content is not what it has to be."""
    title = "The answer is not what this call returns."
    return OtpMintError(Problem("unexpected_answer", title, status=status, request_id=headers.get("x-request-id")))


def connection_failed(failure: httpx.RequestError) -> ConnectionFailed:
    """The error for a request without an answer."""
    timed_out = isinstance(failure, httpx.TimeoutException)
    return ConnectionFailed(
        Problem(
            code="timed_out" if timed_out else "connection_failed",
            title="The server did not answer in time." if timed_out else "The server could not be reached.",
            detail=f"{type(failure).__name__}: {failure}",
        )
    )


def retry_after(headers: Mapping[str, str]) -> Optional[int]:
    """The seconds of `Retry-After`. OtpMint never sends a date there."""
    value = headers.get("retry-after", "")
    return int(value) if value.isascii() and value.isdigit() else None


def code_of(body: bytes) -> Optional[str]:
    """The code of a problem."""
    return _text(_object(body).get("code"))


def _kind(problem: Problem, status: int) -> type[OtpMintError]:
    if problem.code in _BY_CODE:
        return _BY_CODE[problem.code]
    if status >= 500:
        return errors.Unavailable
    if problem.code == "unexpected_answer":
        return OtpMintError
    return _BY_STATUS.get(status, OtpMintError)


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _fields(told: object) -> tuple[FieldError, ...]:
    entries = told if isinstance(told, list) else []
    return tuple(
        FieldError(str(entry.get("detail", "")), _text(entry.get("pointer")), _text(entry.get("parameter")))
        for entry in entries
        if isinstance(entry, dict)
    )


def _text(value: object) -> Optional[str]:
    return value if isinstance(value, str) else None


def _whole(value: object) -> Optional[int]:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
