"""What a pass of fuzz.sh asks with, and what Schemathesis does not look at by itself: undocumented headers.

The random values of a specification lead to nothing that there is. So most requests of the right shape get what the
server has named before, and a code, a recipient and a mail server that work.
"""

import base64
import json
import os
import random
import urllib.request

import schemathesis

ADDRESS = os.environ["OTPMINT_FUZZ_ADDRESS"]
COMPAT_KEY = "dev-only-7Q2xWm9K-not-a-secret"
TEST_KEY = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF"
SANDBOX_CODE = "424242"
SANDBOX_RECIPIENT = "delivered@otpmint.test"
# Where codes are answered, and what they are called there.
CODE_FIELDS = {"/v1/challenges/{key}/verify": "code", "/v1/verify": "code", "/verify-otp": "otp"}
# That of `otpmint dev`, which it tells when it starts.
MAIL_SERVER = {
    "host": "localhost",
    "port": int(os.environ["OTPMINT_FUZZ_SMTP_PORT"]),
    "username": "app@dev.example",
    "password": "dev-only-password",
    "from": "app@dev.example",
    "tls": "starttls",
}
# What the compat registration calls the same.
COMPAT_SMTP = {"host": "host", "port": "port", "mail": "username", "password": "password"}
KEY = os.environ.get("OTPMINT_FUZZ_KEY")

# What every HTTP answer may have.
USUAL_HEADERS = {
    "access-control-allow-credentials",
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "referrer-policy",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
    "x-frame-options",
}

if KEY:

    @schemathesis.auth(refresh_interval=None)
    class Bearer:
        """The credential of the pass, on the routes that take one."""

        def get(self, case, context):
            return TEST_KEY if case.path == "/v1/sandbox/outbox" else KEY

        def set(self, case, data, context):
            if case.path.startswith("/v1/"):
                case.headers["Authorization"] = f"Bearer {data}"


def ask(key, path, body=None):
    """What the server answers beside the run."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://{ADDRESS}{path}", data, {"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def own_keys():
    """The keys of the tenant that asks, which a pass would not survive the end of."""
    if not KEY or KEY.startswith("otpo_"):
        return set()
    return {key["key"] for key in ask(KEY, "/v1/tenant/keys")["data"]}


def challenge():
    """A challenge of the sandbox that waits for its code, and the code; nothing where a pass has made that impossible."""
    try:
        key = ask(TEST_KEY, "/v1/challenges", {"to": SANDBOX_RECIPIENT})["key"]
        return key, ask(TEST_KEY, f"/v1/sandbox/outbox?challenge={key}")["data"][0]["code"]
    except (OSError, IndexError):
        return None


OWN_KEYS = own_keys()
# A picture that a logo may be.
LOGO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mPgr4oHAAGEAOlAtGFjAAAAAElFTkSuQmCC"
)
# What the server has named in its answers, by the beginning of the path that it belongs into.
named = {}


def harvest(base, answer):
    """Keeps what an answer of /v1/... names, so that paths can be asked for that are there."""
    for name, kept in (("key", base), ("webhook", base), ("tenant", base), ("event", "event")):
        value = answer.get(name)
        if isinstance(value, str) and value not in OWN_KEYS:
            named.setdefault((kept, name), []).append(value)


def known(path, parameter):
    """Something that the server has named for this parameter of this path."""
    base = path.split("/{")[0]
    pool = named.get(("event", "event") if parameter == "event" else (base, {"id": "webhook"}.get(parameter, parameter)))
    return random.choice(pool[-20:]) if pool else None


def event():
    """A webhook and what it was told, as parameters of a path; nothing where there is none."""
    try:
        hooks = [hook["webhook"] for hook in ask(KEY, "/v1/tenant/webhooks")["data"] if hook["enabled"]]
        return {"id": hooks[0], "event": ask(KEY, f"/v1/tenant/webhooks/{hooks[0]}/test", {})["event"]}
    except (OSError, IndexError):
        return {}


@schemathesis.hook
def after_call(context, case, response):
    try:
        answer = response.json()
    except ValueError:
        return
    base = case.path.split("/{")[0]
    if response.status_code < 300 and isinstance(answer, dict):
        for each in [answer, *(row for row in answer.get("data") or [] if isinstance(row, dict))]:
            harvest(base, each)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Leads requests of the right shape past the first check: to what is there, with words that mean something."""
    if case.path.startswith("/v1/tenant/keys/") and case.path_parameters.get("key") in OWN_KEYS:
        case.path_parameters["key"] = "key_2222222222222222"
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    for parameter in list(case.path_parameters or {}):
        there = known(case.path, parameter)
        if there and random.random() < 0.7:
            case.path_parameters[parameter] = there
    if case.path.endswith("/replay") and random.random() < 0.7:
        case.path_parameters.update(event())
    if isinstance(case.body, dict):
        case.body = likely(case.path, case.body)
        answer_right(case)


def answer_right(case):
    """Now and then the right code, for what a code is answered to."""
    if case.path not in CODE_FIELDS or KEY == COMPAT_KEY and case.path.startswith("/v1/") or random.random() < 0.5:
        return
    there = challenge()
    if there is None:
        return
    key, code = there
    case.body = {CODE_FIELDS[case.path]: code}
    if case.path == "/v1/verify":
        case.body["to"] = SANDBOX_RECIPIENT
    elif case.path == "/verify-otp":
        case.body["shareableKey"] = key
    else:
        case.path_parameters["key"] = key


def likely(path, body):
    """The body, mostly with a key, a recipient, a code and a mail server that there are."""
    body = dict(body)
    words = {
        "secretKey": None if path == "/reg_secretkey" else COMPAT_KEY,
        "to": random.choice([SANDBOX_RECIPIENT, "expired@otpmint.test", "failed@otpmint.test"]),
        "code": SANDBOX_CODE,
    }
    for name, word in words.items():
        if isinstance(body.get(name), str) and word and random.random() < 0.7:
            body[name] = word
    if path == "/reg_secretkey" and random.random() < 0.7:
        body.update({f"smtp_{name}": MAIL_SERVER[of] for name, of in COMPAT_SMTP.items()})
    for account in [body.get("smtp"), body.get("account"), *(body.get("accounts") or [])]:
        if isinstance(account, dict) and random.random() < 0.7:
            account.update(MAIL_SERVER)
            account.pop("id", None)
    return body


@schemathesis.serializer("image/png", "image/webp")
def picture(context, value):
    """Mostly a picture, unless it is to be none."""
    meta = context.case.meta
    wanted = meta is None or meta.generation.mode.is_positive
    return LOGO if wanted and random.random() < 0.7 else str(value).encode()


@schemathesis.check
def no_undocumented_headers(context, response, case):
    """Each header of an answer is one that every answer may have, or documented."""
    responses = case.operation.definition.raw["responses"]
    documented = responses.get(str(response.status_code))
    if documented is None:
        return
    if "$ref" in documented:
        documented = case.operation.schema.raw_schema["components"]["responses"][documented["$ref"].rsplit("/", 1)[1]]
    known = USUAL_HEADERS | {name.lower() for name in documented.get("headers", {})}
    unknown = sorted(name for name in response.headers if name.lower() not in known)
    assert not unknown, f"undocumented headers of {response.status_code}: {', '.join(unknown)}"
