"""Every call of Twilio's SDK for Python, with its base URL changed and nothing else."""

import json
import os
import sys
import time
import urllib.request
import warnings

warnings.simplefilter("error")

from twilio.base.exceptions import TwilioRestException  # noqa: E402
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

    begun = mine.verifications.create(
        to=PHONE, channel="sms", channel_configuration={"substitutions": {"app": "Snake"}}
    )
    assert mine.verifications(PHONE).fetch().sid == begun.sid
    checked = mine.verification_checks.create(verification_sid=begun.sid, code=code_for(PHONE))
    assert checked.status == "approved", checked.status
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
