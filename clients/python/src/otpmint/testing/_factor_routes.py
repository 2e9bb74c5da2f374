# SPDX-License-Identifier: MIT
"""The routes of factors."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Callable

import httpx

from . import _fields, _totp
from ._factor import FakeFactor, not_a_code
from ._problem import Refused, field
from ._route import Asked, Route
from ._signer import Signer

_MOST = 5
# One white pixel.
_PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="


class Factors:
    """The factors of one tenant."""

    def __init__(self, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._signer = signer
        self._clock = clock
        self._all: dict[str, FakeFactor] = {}
        one = r"/v1/factors/([^/]+)"
        self.routes = [
            Route("POST", r"/v1/factors", self._add, once=True),
            Route("GET", r"/v1/factors", self._list),
            Route("POST", r"/v1/factors/results", self._result),
            Route("GET", one, self._get),
            Route("DELETE", one, self._delete),
            Route("POST", rf"{one}/confirm", self._confirm, once=True),
            Route("POST", rf"{one}/check", self._check, once=True),
            Route("POST", rf"{one}/recovery-codes", self._replace, once=True),
        ]

    def find(self, handle: str) -> FakeFactor:
        """A factor; one that waits for its first code is deleted after a day."""
        factor = self._all.get(handle)
        if factor is None or (not factor.confirmed_at and self._clock() - factor.created_at >= timedelta(days=1)):
            raise Refused("factor_not_found")
        return factor

    def _add(self, asked: Asked) -> httpx.Response:
        body, now = asked.body, self._clock()
        identity = _fields.factor(body)
        totp, issuer, account = _totp.of_request(body)
        is_import = body.get("secret") is not None or body.get("uri") is not None
        if body.get("confirmed") and not is_import:
            raise field("/confirmed", "only a factor with `secret` or `uri` may be confirmed at once")
        if body.get("return_url") is not None:
            raise Refused("no_pages")
        if len(self._of(identity)) >= _MOST:
            raise Refused("too_many_factors")
        letters = "abcdefghijkmnpqrstuvwxyz23456789"
        handle = "fct_" + "".join(secrets.choice(letters) for _ in range(16))
        factor = FakeFactor(handle, identity, totp, now, confirmed_at=now if body.get("confirmed") else None)
        self._all[handle] = factor
        uri = totp.uri(body.get("issuer") or issuer or "Fake", body.get("account") or account or identity)
        shown = {"secret": totp.text, "uri": uri, "qr_svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}
        return httpx.Response(201, json={**factor.view(now), **shown, "qr_png": _PICTURE})

    def _list(self, asked: Asked) -> httpx.Response:
        identity = asked.query.get("identity")
        if identity is None:
            raise Refused("invalid_parameter", parameter="identity", detail="missing parameter `identity`")
        now = self._clock()
        data = [factor.view(now) for factor in self._of(identity)]
        return httpx.Response(200, json={"data": data, "next": None})

    def _of(self, identity: str) -> list[FakeFactor]:
        mine = [factor for factor in self._all.values() if factor.identity == identity]
        return [f for f in mine if f.confirmed_at or self._clock() - f.created_at < timedelta(days=1)]

    def _get(self, asked: Asked) -> httpx.Response:
        return self._told(self.find(asked.name))

    def _delete(self, asked: Asked) -> httpx.Response:
        self.find(asked.name)
        del self._all[asked.name]
        return httpx.Response(204)

    def _confirm(self, asked: Asked) -> httpx.Response:
        code = _code(asked.body, "code")
        factor = self.find(asked.name)
        return self._told(factor, recovery_codes=factor.confirm(code, self._clock()))

    def _check(self, asked: Asked) -> httpx.Response:
        body, now = asked.body, self._clock()
        code = _code(body, "code", "purpose", "nonce")
        factor = self.find(asked.name)
        channel, number = factor.check(code, now)
        claims = {
            "sub": factor.identity,
            "purpose": body.get("purpose") or "verification",
            "channel": channel,
            "jti": f"{factor.handle}.{number}",
            "nonce": body.get("nonce"),
        }
        return self._told(factor, verified=True, channel=channel, **self._signer.receipt(claims, now))

    def _replace(self, asked: Asked) -> httpx.Response:
        factor = self.find(asked.name)
        return self._told(factor, recovery_codes=factor.replace_recovery_codes())

    def _result(self, _: Asked) -> httpx.Response:
        raise Refused("result_not_found")

    def _told(self, factor: FakeFactor, **more: Any) -> httpx.Response:
        return httpx.Response(200, json={**factor.view(self._clock()), **more})


def _code(body: dict[str, Any], *names: str) -> str:
    _fields.check(body, *names)
    plain = _fields.plain(body["code"])
    if not re.fullmatch(r"[0-9]{4,8}|[2-9A-HJKMNP-Z]{16}", plain):
        raise not_a_code()
    return plain
