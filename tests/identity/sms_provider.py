"""privacyIDEA's own HTTP provider sends a code to the hook, as a form and as JSON, and is told of a refusal.

The gateway has the options that docs/identity-servers.md gives. Everything is in the environment: OTPMINT_HOOK, the
address; OTPMINT_KEY, a key with the scope `relay`.
"""

import logging
import os
from types import SimpleNamespace

from privacyidea.lib.smsprovider.HttpSMSProvider import HttpSMSProvider
from privacyidea.lib.smsprovider.SMSProvider import SMSError

logging.disable()


def gateway(**changed):
    options = {
        "URL": os.environ["OTPMINT_HOOK"],
        "HTTP_METHOD": "POST",
        "USERNAME": "privacyidea",
        "PASSWORD": os.environ["OTPMINT_KEY"],
        "RETURN_SUCCESS": "queued",
        "SEND_DATA_AS_JSON": "no",
        "CHECK_SSL": "yes",
        "TIMEOUT": "30",
        "to": "{phone}",
        "code": "{otp}",
    }
    stored = SimpleNamespace(option_dict={**options, **changed}, header_dict={})
    return HttpSMSProvider(smsgateway=stored)


assert gateway().submit_message("+12025550110", "031415")
print("form")
# It writes a code that does not begin with a zero as a number.
assert gateway(SEND_DATA_AS_JSON="yes").submit_message("+12025550120", "271828")
assert gateway(SEND_DATA_AS_JSON="yes").submit_message("+12025550130", "027182")
print("json")
try:
    gateway(PASSWORD="otpm_somebody-elses").submit_message("+12025550140", "161803")
except SMSError as error:
    assert error.error_id == 401, error.error_id
    print("refused")
