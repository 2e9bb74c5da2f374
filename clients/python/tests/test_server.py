# SPDX-License-Identifier: MIT
"""What only a real server can show."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otpmint import ChallengeEnded, Client, Conflict, Forbidden, NotFound, webhooks
from otpmint.receipts import InvalidReceipt, Verifier

from dev import DevServer, fresh_recipient

Request = tuple[dict[str, str], bytes]


@contextmanager
def receiver() -> Iterator[tuple[str, queue.Queue[Request]]]:
    """An app that takes webhooks: its URL, and what was posted there."""
    posted: queue.Queue[Request] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.put((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hooks", posted
        server.shutdown()


def test_an_event_is_verified_as_it_was_delivered(dev: DevServer) -> None:
    with receiver() as (url, posted), Client(dev.url, dev.secret_key) as client:
        wanted = {"url": url, "events": ["challenge.verified"]}
        hook = client.request("POST", "/v1/tenant/webhooks", wanted)
        to = fresh_recipient()
        minted = client.challenges.mint(to=to, metadata={"order": "17"})
        client.challenges.verify(minted.key, dev.code(to))
        headers, body = posted.get(timeout=30)
        event = webhooks.verify(hook["secret"], headers, body)
        assert (event.type, event.challenge and event.challenge.key) == ("challenge.verified", minted.key)
        assert event.challenge
        assert (event.challenge.status, event.challenge.metadata) == ("verified", {"order": "17"})
        with pytest.raises(webhooks.InvalidWebhook):
            webhooks.verify(hook["secret"], headers, body.replace(b"verified", b"canceled"))

        # While the secret is being replaced, either is good.
        rotated = client.request("POST", f"/v1/tenant/webhooks/{hook['webhook']}/rotate", {})
        client.request("POST", f"/v1/tenant/webhooks/{hook['webhook']}/test")
        headers, body = posted.get(timeout=30)
        for secret in (hook["secret"], rotated["secret"]):
            ping = webhooks.verify(secret, headers, body)
            assert (ping.type, ping.challenge) == ("ping", None)
        client.request("DELETE", f"/v1/tenant/webhooks/{hook['webhook']}")


def test_a_challenge_that_has_run_out_has_expired(dev: DevServer) -> None:
    with Client(dev.url, dev.test_key) as client:
        minted = client.challenges.mint(to="expired+python@otpmint.test")
        with pytest.raises(ChallengeEnded) as ended:
            client.challenges.verify(minted.key, "424242")
        assert ended.value.outcome == "expired"


def test_a_receipt_of_the_sandbox_is_not_one_of_its_tenant(dev: DevServer) -> None:
    with Client(dev.url, dev.secret_key) as live, Client(dev.url, dev.test_key) as sandbox:
        minted = sandbox.challenges.mint(to="delivered+python@otpmint.test", purpose="login")
        receipt = sandbox.challenges.verify(minted.key, "424242").receipt
        assert receipt
        for client, is_good in ((sandbox, True), (live, False)):
            tenant = client.request("GET", "/v1/tenant")["tenant"]
            with Verifier(dev.url, tenant=tenant) as verifier:
                if is_good:
                    assert verifier.verify(receipt, purpose="login", key=minted.key).tenant == tenant
                else:
                    with pytest.raises(InvalidReceipt, match="udience"):
                        verifier.verify(receipt, purpose="login", key=minted.key)


def test_a_code_that_the_app_delivers_needs_a_key_that_may_see_it(dev: DevServer) -> None:
    with Client(dev.url, dev.secret_key) as client:
        with pytest.raises(Forbidden) as refused:
            client.challenges.mint(to="ada@example.com", channel="none")
        assert refused.value.code == "insufficient_scope"
        scopes = {"scopes": ["mint", "verify", "reveal"]}
        secret = client.request("POST", "/v1/tenant/sandbox/keys", scopes)["secret"]
    with Client(dev.url, secret) as client:
        minted = client.challenges.mint(to=fresh_recipient(), channel="none")
        assert minted.code
        assert minted.code not in repr(minted)
        with pytest.raises(Conflict) as conflict:
            client.challenges.resend(minted.key)
        assert conflict.value.code == "nothing_to_resend"
        assert client.challenges.verify(minted.key, minted.code).status == "verified"


def test_the_result_of_a_page_is_exchanged_once(dev: DevServer) -> None:
    with Client(dev.url, dev.secret_key) as client, pytest.raises(NotFound) as unknown:
        client.challenges.fetch_result("otpr_made_up")
    assert unknown.value.code == "result_not_found"
