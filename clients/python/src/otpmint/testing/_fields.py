# SPDX-License-Identifier: MIT
"""Checks the fields of a request as the server does, as far as a mistake in an app would show."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ..factors import FactorFields
from ..messages import RelayFields
from ..models import MintFields
from ._problem import Refused, field

_MINT = {"to", *MintFields.__annotations__}
_FACTOR = {"identity", *FactorFields.__annotations__}
_RELAY = {"to", "code", *RelayFields.__annotations__}
_CHANNELS = ("email", "sms", "whatsapp", "voice", "telegram", "none")
_SHAPES = {
    "purpose": r"[a-z][a-z0-9_]{0,31}",
    "nonce": r"[!-~]{1,200}",
    "app_hash": r"[A-Za-z0-9+/]{11}",
}


def mint(body: dict[str, Any]) -> None:
    """Refuses a mint that the server would refuse."""
    _only(body, _MINT)
    _stated(body)
    if body.get("return_url") is not None or body.get("embed"):
        raise Refused("no_pages")
    _message(body, _CHANNELS)
    _seconds(body, "ttl", 900)


def relay(body: dict[str, Any]) -> str:
    """The recipient of a message; refuses one that the server would refuse."""
    _only(body, _RELAY)
    code = body.get("code")
    if not (isinstance(code, str) and re.fullmatch(r"[!-~][ -~]{2,62}[!-~]", code)):
        raise field("/code", "4 to 64 printable ASCII characters, no space at either end")
    to = _message(body, _CHANNELS[:-1])
    _seconds(body, "expires_in", 3600)
    return to


def factor(body: dict[str, Any]) -> str:
    """The identity of a new factor; refuses one that the server would refuse."""
    _only(body, _FACTOR)
    for name in ("identity", "issuer", "account"):
        value = body.get(name)
        if value is None and name != "identity":
            continue
        if not (isinstance(value, str) and value.strip() and len(value) <= 128 and value.isprintable()):
            raise field(f"/{name}", "1 to 128 printable characters")
    for name, kind in (("secret", str), ("uri", str), ("digits", int), ("period", int), ("confirmed", bool)):
        if not isinstance(body.get(name), (kind, type(None))):
            raise field(f"/{name}", "of another type")
    return str(body["identity"])


def check(body: dict[str, Any], *names: str) -> None:
    """Refuses a check of a factor that the server would refuse."""
    _only(body, set(names))
    if not isinstance(body.get("code"), str):
        raise field("/code", "missing field `code`")
    _shapes(body)


def plain(typed: str) -> str:
    """What was typed, as the server understands it."""
    # Full-width characters become plain, and what stands between the digits goes.
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(char for char in text if unicodedata.category(char) not in ("Zs", "Cc", "Cf", "Pd"))


def _message(body: dict[str, Any], channels: tuple[str, ...]) -> str:
    to = recipient(body)
    _shapes(body)
    channel = body.get("channel")
    if channel is not None and channel not in channels:
        raise field("/channel", "no channel")
    if (channel == "email") != ("@" in to) and channel not in (None, "none"):
        raise field("/channel", "does not reach this recipient")
    for name in ("metadata", "vars", "bind", "limits"):
        entries(body, name)
    return to


def _shapes(body: dict[str, Any]) -> None:
    for name, shape in _SHAPES.items():
        value = body.get(name)
        if value is not None and not (isinstance(value, str) and re.fullmatch(shape, value)):
            raise field(f"/{name}", "not of the form that it has to be")


def _stated(body: dict[str, Any]) -> None:
    if not isinstance(body.get("trusted"), (bool, type(None))):
        raise field("/trusted", "of another type")


def _seconds(body: dict[str, Any], name: str, most: int) -> None:
    value = body.get(name)
    if value is not None and (type(value) is not int or not 60 <= value <= most):
        raise field(f"/{name}", f"{name} must be from 60 to {most} seconds")


def verification(body: dict[str, Any], *more: str) -> str:
    """The code of a verification, as the server understands it."""
    _only(body, {"code", "bind", "end_user_ip", "trusted", *more})
    _stated(body)
    entries(body, "bind")
    typed = body.get("code")
    if not isinstance(typed, str):
        raise field("/code", "missing field `code`")
    code = plain(typed)
    if not re.fullmatch(r"[0-9A-Z]{4,10}", code):
        raise Refused("not_a_code")
    return code


def resend(body: dict[str, Any]) -> None:
    """Refuses a resend that the server would refuse."""
    _only(body, {"channel"})


def recipient(body: dict[str, Any]) -> str:
    """The recipient of a request."""
    to = body.get("to")
    if not isinstance(to, str):
        raise field("/to", "missing field `to`, for which only a page can ask")
    if not re.fullmatch(r"[!-~]+@[^@\s]+\.[^@\s]+|\+[0-9 ()-]{7,}", to.strip(" ")):
        raise field("/to", "neither a mail address nor a phone number in the international form")
    if "@" in to:
        local, _, domain = to.strip(" ").rpartition("@")
        return f"{local}@{domain.lower()}"
    return "+" + re.sub(r"[^0-9]", "", to)


def entries(body: dict[str, Any], name: str) -> dict[str, str]:
    """An object of texts."""
    value = body.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise field(f"/{name}", "not an object of strings")
    return value


def _only(body: dict[str, Any], names: set[str]) -> None:
    for name in body.keys() - names:
        raise field(f"/{name}", "unknown field")
