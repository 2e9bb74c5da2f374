# SPDX-License-Identifier: MIT
"""Checks the fields of a request as the server does, as far as a mistake in an app would show."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ..models import MintFields
from ._problem import Refused

_MINT = {"to", *MintFields.__annotations__}
_CHANNELS = ("email", "sms", "whatsapp", "voice", "telegram", "none")
_SHAPES = {
    "purpose": r"[a-z][a-z0-9_]{0,31}",
    "nonce": r"[!-~]{1,200}",
    "app_hash": r"[A-Za-z0-9+/]{11}",
}


def mint(body: dict[str, Any]) -> None:
    """Refuses a mint that the server would refuse."""
    _only(body, _MINT)
    if body.get("return_url") is not None or body.get("embed"):
        raise Refused("no_pages")
    recipient(body)
    for name, shape in _SHAPES.items():
        value = body.get(name)
        if value is not None and not (isinstance(value, str) and re.fullmatch(shape, value)):
            raise _refused(f"/{name}", "not of the form that it has to be")
    channel = body.get("channel")
    if channel is not None and channel not in _CHANNELS:
        raise _refused("/channel", "no channel")
    if (channel == "email") != ("@" in body["to"]) and channel not in (None, "none"):
        raise _refused("/channel", "does not reach this recipient")
    ttl = body.get("ttl")
    if ttl is not None and (type(ttl) is not int or not 60 <= ttl <= 900):
        raise _refused("/ttl", "ttl must be from 60 to 900 seconds")
    for name in ("metadata", "vars", "bind", "limits"):
        entries(body, name)


def verification(body: dict[str, Any], *more: str) -> str:
    """The code of a verification, as the server understands it."""
    _only(body, {"code", "bind", "end_user_ip", *more})
    entries(body, "bind")
    typed = body.get("code")
    if not isinstance(typed, str):
        raise _refused("/code", "missing field `code`")
    # Full-width characters become plain, and what stands between the digits goes.
    plain = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(char for char in plain if unicodedata.category(char) not in ("Zs", "Cc", "Cf", "Pd"))
    if not re.fullmatch(r"[0-9A-Z]{4,10}", plain):
        raise Refused("not_a_code")
    return plain


def resend(body: dict[str, Any]) -> None:
    """Refuses a resend that the server would refuse."""
    _only(body, {"channel"})


def recipient(body: dict[str, Any]) -> str:
    """The recipient of a request."""
    to = body.get("to")
    if not isinstance(to, str):
        raise _refused("/to", "missing field `to`, for which only a page can ask")
    if not re.fullmatch(r"[!-~]+@[^@\s]+\.[^@\s]+|\+[0-9 ()-]{7,}", to.strip(" ")):
        raise _refused("/to", "neither a mail address nor a phone number in the international form")
    if "@" in to:
        local, _, domain = to.strip(" ").rpartition("@")
        return f"{local}@{domain.lower()}"
    return "+" + re.sub(r"[^0-9]", "", to)


def entries(body: dict[str, Any], name: str) -> dict[str, str]:
    """An object of texts."""
    value = body.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _refused(f"/{name}", "not an object of strings")
    return value


def _only(body: dict[str, Any], names: set[str]) -> None:
    for name in body.keys() - names:
        raise _refused(f"/{name}", "unknown field")


def _refused(pointer: str, detail: str) -> Refused:
    return Refused("invalid_field", pointer=pointer, detail=detail)
