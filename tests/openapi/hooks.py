"""Lets the compat routes get past their first check: a secret key in a body is the development one."""

import random

import schemathesis

KEY = "dev-only-7Q2xWm9K-not-a-secret"


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    positive = case.meta is None or case.meta.generation.mode.is_positive
    if positive and isinstance(body, dict) and "secretKey" in body and case.path != "/reg_secretkey":
        if random.random() < 0.8:
            case.body = {**body, "secretKey": KEY}
