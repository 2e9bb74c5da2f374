# SPDX-License-Identifier: MIT
"""An app that mints a code in German, verifies it, checks the receipt offline and receives the webhook.

It talks to the sandbox: nothing is sent, and the mail is read where a test would read it.
"""

import json
import os
import queue
import secrets
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from standardwebhooks import Webhook, WebhookVerificationError

# The test key of `otpmint dev`. Your own is a secret: keep it out of your code.
DEV_KEY = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF"

OTPMINT = os.environ.get("OTPMINT_URL", "http://127.0.0.1:5000")
TEST_KEY = os.environ.get("OTPMINT_TEST_KEY", DEV_KEY)
PORT = int(os.environ.get("WEBHOOK_PORT", "8808"))
WAIT = 30  # seconds


def call(method: str, path: str, body: dict | None = None) -> dict:
    """One request to the API. What is no success raises urllib.error.HTTPError."""
    request = urllib.request.Request(
        OTPMINT + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {TEST_KEY}",
            "Content-Type": "application/json",
            "Prefer": "wait=10",  # a mint answers when its message is sent
        },
    )
    with urllib.request.urlopen(request, timeout=WAIT) as answer:
        return json.load(answer) if answer.status != 204 else {}


class Receiver(BaseHTTPRequestHandler):
    """Takes events, but only such as are signed with the endpoint's secret."""

    secret: str
    events: queue.Queue = queue.Queue()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.events.put(Webhook(self.secret).verify(body, dict(self.headers)))
            self.send_response(204)
        except WebhookVerificationError:
            self.send_response(400)
        self.end_headers()

    def log_message(self, *_) -> None:
        """Keeps quiet."""


def check_receipt(receipt: str, tenant: str, purpose: str, nonce: str) -> dict:
    """The claims of a receipt that is good for this tenant, purpose and nonce; no call to the API."""
    if jwt.get_unverified_header(receipt).get("typ") != "otpmint-receipt+jwt":
        raise jwt.InvalidTokenError("not a receipt")
    keys = jwt.PyJWKClient(f"{OTPMINT}/.well-known/jwks.json")
    claims = jwt.decode(
        receipt,
        keys.get_signing_key_from_jwt(receipt).key,
        algorithms=["ES256"],
        issuer="otpmint",
        audience=tenant,
        leeway=10,
        options={"require": ["iss", "aud", "sub", "exp", "iat", "jti"]},
    )
    if claims.get("purpose") != purpose or claims.get("nonce") != nonce:
        raise jwt.InvalidTokenError("a receipt for something else")
    return claims


def main() -> None:
    tenant = call("GET", "/v1/tenant")["tenant"]

    # 1. Where events go. The secret is shown this once.
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Receiver)
    url = f"http://127.0.0.1:{server.server_port}/webhooks"
    endpoint = call("POST", "/v1/tenant/webhooks", {"url": url, "events": ["challenge.verified"]})
    Receiver.secret = endpoint["secret"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("webhook    ", url)

    # 2. A code, in German. The nonce ties the receipt to this very login.
    nonce = secrets.token_urlsafe(16)
    recipient = f"delivered+{secrets.token_hex(4)}@otpmint.test"
    mint = {"to": recipient, "purpose": "login", "locale": "de", "nonce": nonce}
    challenge = call("POST", "/v1/challenges", mint)
    print("minted     ", challenge["key"], "for", challenge["to"])

    # 3. A user would read it in the mailbox; a test reads it here.
    mail = call("GET", f"/v1/sandbox/outbox?challenge={challenge['key']}")["data"][0]
    print("mail       ", mail["subject"])

    # 4. What the user typed.
    verified = call("POST", f"/v1/challenges/{challenge['key']}/verify", {"code": mail["code"]})
    print("verified   ", verified["status"])

    # 5. The proof, checked with the public key alone.
    claims = check_receipt(verified["receipt"], tenant, "login", nonce)
    print("receipt    ", claims["sub"])

    # 6. The event, its signature checked.
    event = Receiver.events.get(timeout=WAIT)
    print("event      ", event["type"], event["data"]["key"])
    assert event["data"]["key"] == challenge["key"] and claims["sub"] == recipient

    call("DELETE", f"/v1/tenant/webhooks/{endpoint['webhook']}")
    server.shutdown()


if __name__ == "__main__":
    main()
