# SPDX-License-Identifier: MIT
"""The signatures of the fake: receipts and events."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from functools import cached_property
from typing import Any

from ._challenge import written
from ._outbox import SignedEvent

_KID = "fake"


class Signer:
    """Signs for one tenant."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._secret = secrets.token_bytes(32)

    @cached_property
    def _key(self) -> Any:
        from cryptography.hazmat.primitives.asymmetric import ec  # of the extra `receipts`

        return ec.generate_private_key(ec.SECP256R1())

    @property
    def webhook_secret(self) -> str:
        """The secret of the events."""
        return "whsec_" + base64.b64encode(self._secret).decode()

    def keys(self) -> dict[str, Any]:
        """The public keys, as the server publishes them."""
        from jwt.algorithms import ECAlgorithm

        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": _KID, "alg": "ES256", "use": "sig"}]}

    def receipt(self, told: dict[str, Any], now: datetime) -> dict[str, str]:
        """The field `receipt`. Without the extra there is none, as when the server has forgotten it."""
        try:
            import jwt

            from .._receipt import bind_hash
        except ImportError:
            return {}
        issued = int(now.timestamp())
        claims = {"iss": "otpmint", "aud": self._tenant, **told, "iat": issued, "exp": issued + 300, "amr": ["otp"]}
        given = {name: value for name, value in claims.items() if value is not None}
        if "bind" in given:
            given["bind"] = bind_hash(told["bind"])
        headers = {"typ": "otpmint-receipt+jwt", "kid": _KID}
        return {"receipt": jwt.encode(given, self._key, algorithm="ES256", headers=headers)}

    def event(self, kind: str, data: dict[str, Any], now: datetime) -> SignedEvent:
        """An event, signed."""
        body = json.dumps({"type": kind, "timestamp": written(now), "data": data}).encode()
        identity, stamp = f"evt_{secrets.token_hex(16)}", str(int(now.timestamp()))
        digest = hmac.new(self._secret, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "content-type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": stamp,
            "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        }
        return SignedEvent(headers, body)
