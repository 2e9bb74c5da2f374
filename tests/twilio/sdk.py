"""Every call of Twilio's SDK for Python, with its base URL changed and nothing else."""

import base64
import hashlib
import hmac
import json
import os
import struct
import sys
import time
import urllib.request
import warnings

warnings.simplefilter("error")

from twilio.base.exceptions import TwilioException, TwilioRestException  # noqa: E402
from twilio.rest import Client  # noqa: E402

URL, KEY = os.environ["OTPMINT_URL"], os.environ["OTPMINT_KEY"]
MAIL, PHONE = "sdk-python@example.com", "+4915123450001"


def get(path, headers=None):
    request = urllib.request.Request(URL + path, headers=headers or {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def code_for(to):
    """The code of the latest message to a recipient."""
    for _ in range(100):
        inbox = get("/dev/inbox.json?wait=5&to=" + to.replace("+", "%2B").replace("@", "%40"))
        if found := inbox["mails"] + inbox["messages"]:
            return found[0]["code"]
        time.sleep(0.1)
    raise SystemExit(f"no message to {to}")


def wrong(code):
    return ("3" if code[0] == "7" else "7") + code[1:]


def fails(call, status, code):
    try:
        call()
    except TwilioRestException as error:
        assert (error.status, error.code) == (status, code), (error.status, error.code, error.msg)
        return error
    raise SystemExit(f"{status} {code} was expected")


def cannot_list(resource):
    """The SDK for Python tells of a list that is refused by the answer alone."""
    try:
        resource.list()
    except TwilioException as error:
        assert "60201" in str(error), error
        return
    raise SystemExit("60201 was expected")


def app_code(secret, periods=0):
    """The code that an authenticator app shows so many periods from now (RFC 6238)."""
    step = struct.pack(">Q", int(time.time()) // 30 + periods)
    mac = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), step, hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def rate_limits(mine):
    limit = mine.rate_limits.create(unique_name="device", description="per device")
    assert (limit.unique_name, limit.description) == ("device", "per device")
    assert limit.links["buckets"].startswith(URL)
    one = mine.rate_limits(limit.sid)
    assert one.fetch().sid == limit.sid and one.update(description="each").description == "each"
    bucket = one.buckets.create(max=5, interval=3600)
    assert (bucket.max, bucket.interval, bucket.rate_limit_sid) == (5, 3600, limit.sid)
    assert one.buckets(bucket.sid).update(max=6).max == 6
    assert [found.sid for found in one.buckets.list()] == [bucket.sid]
    assert one.buckets(bucket.sid).fetch().max == 6
    assert [found.sid for found in mine.rate_limits.list()] == [limit.sid]
    assert one.buckets(bucket.sid).delete() is True and one.delete() is True
    fails(lambda: one.fetch(), 404, 20404)
    fails(lambda: mine.rate_limits.create(unique_name="End User"), 400, 60200)
    print("rate limits")


def factors(mine):
    assert mine.entities.create(identity="user-4711").identity == "user-4711"
    entity = mine.entities("user-4711")
    factor = entity.new_factors.create(friendly_name="Phone", factor_type="totp")
    assert (factor.status, factor.factor_type) == ("unverified", "totp")
    secret = factor.binding["secret"]
    assert factor.binding["uri"].startswith("otpauth://totp/")
    one = entity.factors(factor.sid)
    assert one.update(auth_payload=wrong(app_code(secret))).status == "unverified"
    assert one.update(auth_payload=app_code(secret)).status == "verified"
    assert one.fetch().status == "verified" and [found.sid for found in entity.factors.list()] == [factor.sid]
    right = entity.challenges.create(factor_sid=factor.sid, auth_payload=app_code(secret, 1))
    assert (right.status, right.factor_sid) == ("approved", factor.sid)
    again = entity.challenges.create(factor_sid=factor.sid, auth_payload=app_code(secret, 1))
    assert again.status == "pending", again.status
    fails(lambda: entity.challenges(right.sid).fetch(), 404, 20404)
    cannot_list(entity.challenges)
    cannot_list(mine.entities)
    fails(lambda: entity.new_factors.create(friendly_name="Phone", factor_type="push"), 403, 60223)
    fails(lambda: mine.entities.create(identity="user-4711"), 409, 60301)
    assert entity.fetch().identity == "user-4711" and one.delete() is True
    entity.new_factors.create(friendly_name="Phone", factor_type="totp")
    assert entity.delete() is True
    fails(lambda: entity.fetch(), 404, 20404)
    print("factors")


def the_rest(verify, mine, begun):
    attempts = verify.verification_attempts.list(verification_sid=begun.sid)
    assert [one.sid for one in attempts] == [one["attempt_sid"] for one in begun.send_code_attempts]
    assert attempts[0].conversion_status == "converted", attempts[0].conversion_status
    assert verify.verification_attempts(attempts[0].sid).fetch().verification_sid == begun.sid
    summary = verify.verification_attempts_summary().fetch()
    assert summary.total_attempts >= 1 and summary.total_converted >= 1
    found = verify.verification_attempts.list(channel_data_to=MAIL, channel="email", status="converted")
    assert attempts[0].sid in [one.sid for one in found] and found[0].channel_data["country"] is None
    assert verify.verification_attempts.list(country="FR") == []
    assert verify.verification_attempts_summary().fetch(country="FR").total_attempts == 0
    webhook = mine.webhooks.create(
        friendly_name="Backend",
        event_types=["factor.verified", "challenge.approved"],
        webhook_url="https://app.example.com/hooks",
    )
    one = mine.webhooks(webhook.sid)
    assert one.fetch().status == "enabled" and one.update(status="disabled").status == "disabled"
    assert [found.sid for found in mine.webhooks.list()] == [webhook.sid] and one.delete() is True
    assert verify.templates.list() == []
    configurations = mine.messaging_configurations
    fails(lambda: configurations.create(country="DE", messaging_service_sid="MG" + "0" * 32), 400, 60201)
    assert configurations.list() == []
    safe = verify.safelist.create(phone_number=PHONE)
    assert safe.phone_number == PHONE and verify.safelist(PHONE).fetch().sid == safe.sid
    assert verify.safelist(PHONE).delete()
    fails(lambda: verify.safelist(PHONE).fetch(), 404, 20404)
    fails(lambda: verify.forms("form-push").fetch(), 404, 20404)
    print("attempts, webhooks, templates")


def main():
    account = get("/v1/tenant", {"Authorization": f"Bearer {KEY}"})["account_sid"]
    client = Client(account, KEY)
    client.verify.base_url = URL
    verify = client.verify.v2

    first = verify.services.list(limit=1)[0]
    assert first.account_sid == account and first.code_length == 6, first.code_length
    service = verify.services.create(friendly_name="Python", code_length=8, custom_code_enabled=False)
    assert service.date_created is not None and service.links["verifications"].startswith(URL)
    assert verify.services(service.sid).fetch().friendly_name == "Python"
    assert verify.services(service.sid).update(friendly_name="Snake").friendly_name == "Snake"
    for number in range(3):
        verify.services.create(friendly_name=f"page {number}")
    listed = verify.services.list(page_size=2)
    assert len(listed) >= 5 and {service.sid, first.sid} <= {one.sid for one in listed}
    mine = verify.services(service.sid)
    print("services")

    begun = mine.verifications.create(to=MAIL, channel="email", locale="de", rate_limits={}, tags='{"a": "b"}')
    assert (begun.status, begun.valid, begun.to, begun.channel) == ("pending", False, MAIL, "email")
    assert begun.send_code_attempts[0]["channel"] == "EMAIL" and begun.date_created is not None
    code = code_for(MAIL)
    assert len(code) == 8, code
    for name in (begun.sid, MAIL):
        assert mine.verifications(name).fetch().sid == begun.sid
    missed = mine.verification_checks.create(to=MAIL, code=wrong(code))
    assert (missed.status, missed.valid) == ("pending", False)
    checked = mine.verification_checks.create(to=MAIL, code=code)
    assert (checked.status, checked.valid, checked.sid) == ("approved", True, begun.sid)
    gone = fails(lambda: mine.verification_checks.create(to=MAIL, code=code), 404, 20404)
    assert "VerificationCheck was not found" in gone.msg, gone.msg
    print("mail")
    rate_limits(mine)
    factors(mine)
    the_rest(verify, mine, begun)

    begun = mine.verifications.create(
        to=PHONE, channel="sms", channel_configuration={"substitutions": {"app": "Snake"}}
    )
    assert mine.verifications(PHONE).fetch().sid == begun.sid
    checked = mine.verification_checks.create(verification_sid=begun.sid, code=code_for(PHONE))
    assert checked.status == "approved", checked.status
    filters = {"verify_service_sid": service.sid, "country": "DE"}
    german = verify.verification_attempts.list(channel_data_to=PHONE, **filters)
    assert [one.channel_data["country"] for one in german] == ["DE"], german
    summary = verify.verification_attempts_summary().fetch(channel="sms", **filters)
    assert (summary.total_attempts, summary.total_converted, summary.total_unconverted) == (1, 1, 0)
    assert summary.conversion_rate_percentage == "100.000000000"
    call = mine.verifications.create(to=PHONE, channel="call")
    assert mine.verifications(call.sid).update(status="canceled").status == "canceled"
    auto = mine.verifications.create(to=PHONE, channel="auto")
    assert mine.verifications(PHONE).update(status="approved").valid is True and auto.sid != call.sid
    print("phone")

    fails(lambda: mine.verifications.create(to=PHONE, channel="sna"), 403, 60223)
    fails(lambda: mine.verifications.create(to="nobody", channel="sms"), 400, 60200)
    fails(lambda: mine.verifications.create(to=MAIL, channel="email", custom_code="123456"), 403, 60204)
    fails(lambda: mine.verification_checks.create(code="123456"), 400, 60221)
    fails(lambda: verify.services("VA" + "0" * 32).fetch(), 404, 20404)
    stranger = Client(account, "not the secret key of anybody")
    stranger.verify.base_url = URL
    fails(lambda: stranger.verify.v2.services(first.sid).fetch(), 401, 20003)
    mine.update(psd2_enabled=True)
    fails(lambda: mine.verifications.create(to=MAIL, channel="email"), 400, 60206)
    paid = mine.verifications.create(to=MAIL, channel="email", amount="39.99", payee="Acme")
    assert (paid.amount, paid.payee) == ("39.99", "Acme")
    print("errors")

    for one in verify.services.list():
        if one.sid != first.sid:
            assert one.delete() is True
    fails(lambda: mine.fetch(), 404, 20404)
    print("deleted")


if __name__ == "__main__":
    sys.exit(main())
