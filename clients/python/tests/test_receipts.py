# SPDX-License-Identifier: MIT
"""What makes a receipt bad, and when the keys are fetched."""

from __future__ import annotations

import asyncio
import base64
from typing import Any, Callable, Optional

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from otpmint import ConnectionFailed, OtpMintError, Unavailable, _keys, receipts
from otpmint.receipts import AsyncVerifier, InvalidReceipt, Verifier

NOW = 1_768_478_400
KEY = ec.generate_private_key(ec.SECP256R1())
CLAIMS: dict[str, Any] = {
    "iss": "otpmint",
    "aud": "tnt_1",
    "sub": "Jane@example.com",
    "purpose": "login",
    "channel": "email",
    "jti": "k",
    "iat": NOW,
    "exp": NOW + 300,
    "nonce": "n-1",
    "added_later": 1,
}


def _keys_of(**keys: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    jwks = [{**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid} for kid, key in keys.items()]
    return {"keys": [*jwks, {"kty": "OKP", "crv": "Ed25519", "kid": "tomorrow", "x": "AA"}]}


def _signed(
    *,
    key: Any = KEY,
    algorithm: str = "ES256",
    headers: Optional[dict[str, Any]] = None,
    **changed: Any,
) -> str:
    given = _present({**CLAIMS, **changed})
    named = _present({"typ": "otpmint-receipt+jwt", "kid": "a", **(headers or {})})
    return jwt.encode(given, key, algorithm=algorithm, headers=named)


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _without(claim: str) -> dict[str, Any]:
    return {claim: None}


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _verifier(now: float = NOW) -> Verifier:
    return Verifier(tenant="tnt_1", keys=_keys_of(a=KEY), clock=lambda: now)


def _check(receipt: str, now: float = NOW, **expected: Any) -> receipts.Receipt:
    with _verifier(now) as verifier:
        return verifier.verify(receipt, **{"purpose": "login", "nonce": "n-1", **expected})


def test_a_good_receipt_is_read() -> None:
    receipt = _check(_signed(), to=" Jane@EXAMPLE.com", key="k")
    assert (receipt.to, receipt.key, receipt.tenant, receipt.metadata) == ("Jane@example.com", "k", "tnt_1", {})
    assert (receipt.issued_at.timestamp(), receipt.expires_at.timestamp()) == (NOW, NOW + 300)
    assert _check(_signed(sub="+4915123456789"), to="+4915123456789").to == "+4915123456789"


@pytest.mark.parametrize("now", [NOW - 10, NOW, NOW + 309])
def test_clocks_may_differ_by_some_seconds(now: float) -> None:
    _check(_signed(), now=now)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (_signed(iss="another"), "issuer"),
        (_signed(aud="tnt_2"), "udience"),
        (_signed(purpose="reset"), "purpose"),
        (_signed(nonce="n-2"), "nonce"),
        (_signed(nonce=None), "nonce"),
        (_signed(nonce=1), "nonce"),
        (_signed(bind="x"), "bound"),
        (_signed(iat=NOW + 11, exp=NOW + 300), "future"),
        (_signed(iat=NOW - 400, exp=NOW - 10), "expired"),
        (_signed(exp=NOW + 301), "longer"),
        (_signed(exp=str(NOW + 300)), "whole seconds|nteger"),
        (_signed(iat=True), "whole seconds|nteger"),
        *((_signed(**_without(claim)), claim) for claim in ("sub", "jti", "exp", "iat", "purpose", "channel")),
        (_signed(headers={"typ": "JWT"}), "another type"),
        (_signed(headers={"kid": "b"}), "unknown key"),
        (_signed(headers={"kid": "tomorrow"}), "unknown key"),
        (_signed(headers={"kid": None}), "names no key"),
        (_signed(key=ec.generate_private_key(ec.SECP256R1())), "[Ss]ignature"),
        (_signed(key=None, algorithm="none"), "alg"),
        (_signed(key="s" * 32, algorithm="HS256"), "alg"),
        ("", "token"),
        ("a.b.c", "token"),
        (_encoded(b"[" * 100_000) + ".e30.AA", "token"),
        (_encoded(b"[]") + ".e30.AA", "token"),
        (_signed()[:-4] + "AAAA", "[Ss]ignature"),
    ],
)
def test_a_bad_receipt_is_refused(bad: str, why: str) -> None:
    with pytest.raises(InvalidReceipt, match=why):
        _check(bad)


def test_the_recipient_is_compared_as_the_server_writes_it() -> None:
    with pytest.raises(InvalidReceipt, match="recipient"):
        _check(_signed(), to="jane@example.com")


def test_a_receipt_of_anybody_is_asked_for_by_nobody() -> None:
    with _verifier() as verifier, pytest.raises(ValueError, match="nonce or the key"):
        verifier.verify(_signed(), purpose="login")


def test_the_hash_of_bound_fields_is_the_documented_one() -> None:
    assert receipts.bind_hash({"payee": "Jane", "amount": "9.99"}) == "iNv5yEtNXZwWOyYQ4YFctevkq3Nh-RrKvJSVc3WxRi0"


class _Published:
    """The keys of a server, which counts who fetches them."""

    def __init__(self) -> None:
        self.keys = _keys_of(a=KEY)
        self.fetched: list[str] = []
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert "authorization" not in request.headers
        self.fetched.append(str(request.url))
        return httpx.Response(200, json=self.keys)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    original = _keys.Keys.__init__

    def stopped(self: _keys.Keys, given: Any) -> None:
        original(self, given, clock=lambda: now[0])

    monkeypatch.setattr(_keys.Keys, "__init__", stopped)
    return now


Check = Callable[[str], receipts.Receipt]


@pytest.fixture(params=["sync", "async"])
def published(request: pytest.FixtureRequest, clock: list[float]) -> tuple[_Published, Check]:
    server = _Published()
    settings: dict[str, Any] = {"tenant": "tnt_1", "clock": lambda: NOW, "transport": server.transport}
    expected: dict[str, Any] = {"purpose": "login", "nonce": "n-1"}
    if request.param == "sync":
        verifier = Verifier("https://otp.example.com/", **settings)
        return server, lambda receipt: verifier.verify(receipt, **expected)
    other = AsyncVerifier("https://otp.example.com/", **settings)
    return server, lambda receipt: asyncio.run(other.verify(receipt, **expected))


def test_keys_are_fetched_once_in_five_minutes(published: tuple[_Published, Check], clock: list[float]) -> None:
    server, check = published
    for clock[0] in (0, 100, 299):
        check(_signed())
    assert server.fetched == ["https://otp.example.com/.well-known/jwks.json"]
    clock[0] = 300
    check(_signed())
    assert len(server.fetched) == 2


def test_an_unknown_key_is_looked_for_but_not_by_every_stranger(
    published: tuple[_Published, Check], clock: list[float]
) -> None:
    server, check = published
    check(_signed())
    other = ec.generate_private_key(ec.SECP256R1())
    for clock[0] in (1.0, 9.0):
        with pytest.raises(InvalidReceipt, match="unknown key"):
            check(_signed(key=other, headers={"kid": "b"}))
    assert len(server.fetched) == 1
    server.keys, clock[0] = _keys_of(a=KEY, b=other), 10
    check(_signed(key=other, headers={"kid": "b"}))
    check(_signed())
    assert len(server.fetched) == 2


def test_a_key_that_is_withdrawn_is_not_used_again(published: tuple[_Published, Check], clock: list[float]) -> None:
    server, check = published
    check(_signed())
    server.keys, clock[0] = _keys_of(), 300
    with pytest.raises(InvalidReceipt, match="unknown key"):
        check(_signed())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, ConnectionFailed),
        (httpx.Response(503), Unavailable),
        (httpx.Response(200, text="<html>"), OtpMintError),
        (httpx.Response(200, json={"keys": [{"kty": "EC", "crv": "P-256", "kid": "a"}]}), OtpMintError),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), OtpMintError),
    ],
)
def test_keys_that_cannot_be_fetched_are_no_fault_of_the_receipt(
    answer: Optional[httpx.Response], kind: type[OtpMintError]
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if answer is None:
            raise httpx.ConnectError("no", request=request)
        return answer

    settings: dict[str, Any] = {"tenant": "tnt_1", "transport": httpx.MockTransport(respond)}
    with Verifier("https://otp.example.com", **settings) as verifier, pytest.raises(OtpMintError) as caught:
        verifier.verify(_signed(), purpose="login", nonce="n-1")
    assert type(caught.value) is kind


def test_a_verifier_has_one_source_of_keys() -> None:
    with pytest.raises(ValueError, match="either"):
        Verifier(tenant="tnt_1")
    with pytest.raises(ValueError, match="either"):
        Verifier("https://otp.example.com", tenant="tnt_1", keys={"keys": []})
