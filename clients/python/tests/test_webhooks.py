# SPDX-License-Identifier: MIT
"""The signatures of events."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from otpmint import webhooks
from otpmint.webhooks import InvalidWebhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_614_265_330
BODY = b'{"type":"ping","timestamp":"2021-02-25T15:02:10Z","data":{}}'


def _sign(body: bytes, secret: str = SECRET, stamp: int = NOW) -> str:
    key = base64.b64decode(secret[len("whsec_") :])
    digest = hmac.new(key, f"evt_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _headers(signature: str, stamp: object = NOW) -> dict[str, str]:
    return {"Webhook-Id": "evt_1", "Webhook-Timestamp": str(stamp), "Webhook-Signature": signature}


def _verify(headers: dict[str, str], body: bytes = BODY, now: float = NOW) -> webhooks.Event:
    return webhooks.verify(SECRET, headers, body, now=now)


def test_the_vector_of_the_reference_library_is_good() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    # The signature is good; that this is no event of OtpMint is found out afterwards.
    with pytest.raises(InvalidWebhook, match="no event"):
        _verify(headers, b'{"test": 2432232314}')


def test_an_event_is_read() -> None:
    event = _verify(_headers(_sign(BODY)))
    assert (event.id, event.type, event.timestamp.timestamp()) == ("evt_1", "ping", NOW)
    assert (event.data, event.challenge) == ({}, None)


def test_one_good_signature_of_several_is_enough() -> None:
    other = _sign(BODY, "whsec_" + base64.b64encode(b"another secret of 32 bytes......").decode())
    _verify(_headers(f"v1a,xyz {other} {_sign(BODY)}"))
    for bad in (other, f"{other} v2,{_sign(BODY)[3:]}", "", "v1,", "v1", _sign(BODY)[3:], "v1,é\udcff"):
        with pytest.raises(InvalidWebhook, match="does not match"):
            _verify(_headers(bad))


def test_what_was_signed_cannot_be_changed() -> None:
    good = _headers(_sign(BODY))
    for headers, body in [
        (good, BODY + b" "),
        ({**good, "Webhook-Id": "evt_2"}, BODY),
        ({**good, "Webhook-Timestamp": str(NOW + 1)}, BODY),
    ]:
        with pytest.raises(InvalidWebhook, match="does not match"):
            _verify(headers, body)


@pytest.mark.parametrize("apart", [-301, 301])
def test_a_request_that_was_recorded_is_refused_later(apart: int) -> None:
    _verify(_headers(_sign(BODY)), now=NOW + apart - apart // 301)
    with pytest.raises(InvalidWebhook, match="clock"):
        _verify(_headers(_sign(BODY)), now=NOW + apart)
    with pytest.raises(InvalidWebhook, match="clock"):
        webhooks.verify(SECRET, _headers(_sign(BODY)), BODY)


@pytest.mark.parametrize("stamp", ["", "-5", "1e9", "nan", "٣", "9" * 5000])
def test_a_timestamp_has_to_be_one(stamp: str) -> None:
    with pytest.raises(InvalidWebhook, match="no time"):
        _verify(_headers(_sign(BODY), stamp))


@pytest.mark.parametrize("missing", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_every_header_is_needed(missing: str) -> None:
    headers = _headers(_sign(BODY))
    del headers[missing]
    with pytest.raises(InvalidWebhook, match=missing.lower()):
        _verify(headers)


def test_mistakes_of_the_app_are_no_invalid_webhooks() -> None:
    with pytest.raises(TypeError, match="bytes"):
        webhooks.verify(SECRET, _headers(_sign(BODY)), BODY.decode())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="whsec_") as caught:
        webhooks.verify("whsec_not base64 at all", _headers(_sign(BODY)), BODY)
    assert "not base64 at all" not in str(caught.value)
    assert caught.value.__suppress_context__
