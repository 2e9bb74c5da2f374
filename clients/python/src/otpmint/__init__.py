# SPDX-License-Identifier: MIT
"""Client of OtpMint, the self-hosted server for one-time codes."""

from ._async_client import AsyncClient
from ._client import Client
from ._tries import RetryPolicy
from ._version import __version__
from .errors import (
    ChallengeEnded,
    CodeUsed,
    Conflict,
    ConnectionFailed,
    FieldError,
    Forbidden,
    InvalidRequest,
    NotACode,
    NotFound,
    OtpMintError,
    Problem,
    RateLimited,
    Unauthorized,
    Unavailable,
    WrongCode,
)
from .factors import Factor, FactorFields
from .messages import Message, RelayFields
from .models import Challenge, CodeShape, Delivery, MintFields

__all__ = [
    "AsyncClient",
    "Challenge",
    "ChallengeEnded",
    "Client",
    "CodeShape",
    "CodeUsed",
    "Conflict",
    "ConnectionFailed",
    "Delivery",
    "Factor",
    "FactorFields",
    "FieldError",
    "Forbidden",
    "InvalidRequest",
    "Message",
    "MintFields",
    "NotACode",
    "NotFound",
    "OtpMintError",
    "Problem",
    "RateLimited",
    "RelayFields",
    "RetryPolicy",
    "Unauthorized",
    "Unavailable",
    "WrongCode",
    "__version__",
]
