# SPDX-License-Identifier: MIT
"""OtpMint's v1 API, as far as this app needs it."""

import logging
import math
import os

import httpx

log = logging.getLogger(__name__)

# Checks certificates, follows no redirect (the key would go along), and waits 10 s for each step at most.
_api = httpx.Client(
    base_url=os.environ["OTPMINT_URL"],
    headers={"Authorization": f"Bearer {os.environ['OTPMINT_SECRET_KEY']}"},
    timeout=10,
)

# A challenge that has come to one of these takes no further answer.
ENDED = {
    "challenge_expired": "This code has expired.",
    "challenge_exhausted": "That was one wrong code too many.",
    "challenge_verified": "This code has been used before.",
    "challenge_canceled": "This code is not valid any more.",
    "challenge_not_found": "This code is not valid any more.",
}

REFUSED = {
    "invalid_field": "This does not look like a mail address.",
    "not_a_code": "This is not a code. It did not count.",
    "code_mismatch": "This code is wrong.",
    "send_under_way": "The mail is still on its way.",
    "sends_spent": "This code cannot be sent again.",
    "resend_cooldown": "The code was sent a moment ago.",
    "sends_per_recipient": "This address was sent too many codes.",
    "failures_per_recipient": "There were too many wrong codes for this address.",
    "recipient_lockout": "There were too many wrong codes for this address.",
}

UNAVAILABLE = "Codes cannot be sent or checked at the moment."


class Refused(Exception):
    """OtpMint has said no. `code` is stable; the text is for the person in front of the browser."""

    def __init__(self, code: str, attempts: int | None = None, wait: int | None = None):
        self.code = code
        self.ended = code in ENDED or attempts == 0
        if attempts == 0:
            code = "challenge_exhausted"
        sentences = [ENDED.get(code) or REFUSED.get(code) or UNAVAILABLE]
        if self.ended:
            sentences.append("Please ask for a new one.")
        elif attempts is not None:
            sentences.append(f"Attempts left: {attempts}.")
        if wait is not None:
            sentences.append(f"Please try again in {_duration(wait)}.")
        super().__init__(" ".join(sentences))


def mint(to: str, purpose: str, end_user_ip: str) -> str:
    """Sends a code. Returns the challenge's shareable key."""
    body = {"to": to, "purpose": purpose, "end_user_ip": end_user_ip}
    return _post("/v1/challenges", body)["key"]


def verify(key: str, code: str, end_user_ip: str) -> None:
    """Returns if the code is right, which it is once; else raises."""
    _post(f"/v1/challenges/{key}/verify", {"code": code, "end_user_ip": end_user_ip})


def resend(key: str) -> None:
    """Sends the same code again."""
    _post(f"/v1/challenges/{key}/resend")


def _post(path: str, body: dict | None = None) -> dict:
    try:
        answer = _api.post(path, json=body)
        told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        log.error("OtpMint does not answer as it should: %s", type(error).__name__)
        raise Refused("unavailable") from error
    if answer.is_success:
        return told
    code = told.get("code", "unavailable")
    if code not in ENDED | REFUSED:
        log.warning("OtpMint refused with %s %s", answer.status_code, code)
    raise Refused(code, told.get("attempts_remaining"), told.get("retry_after"))


def _duration(seconds: int) -> str:
    if seconds <= 5:
        return "a moment"
    return f"{seconds} seconds" if seconds <= 90 else f"{math.ceil(seconds / 60)} minutes"
