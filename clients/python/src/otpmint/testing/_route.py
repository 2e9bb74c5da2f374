# SPDX-License-Identifier: MIT
"""A route of the fake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

import httpx


@dataclass(frozen=True)
class Asked:
    """What a request asks of a route."""

    name: str
    """The key or the handle in its path."""
    body: dict[str, Any]
    query: Mapping[str, str]


@dataclass(frozen=True)
class Route:
    """A method, the pattern of a path, and what is done."""

    method: str
    path: str
    run: Callable[[Asked], httpx.Response]
    once: bool = False
    """Whether it takes an idempotency key."""
