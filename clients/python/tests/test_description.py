# SPDX-License-Identifier: MIT
"""The version and the fields are those of the description of the API."""

from __future__ import annotations

import dataclasses
import inspect
import json
from pathlib import Path
from typing import Any

import otpmint
from otpmint import factors, messages, models
from otpmint._async_challenges import AsyncChallenges
from otpmint._async_factors import AsyncFactors
from otpmint._async_messages import AsyncMessages
from otpmint._challenges import Challenges
from otpmint._factors import Factors
from otpmint._messages import Messages

_API: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8"))


def _properties(name: str) -> set[str]:
    schema = _API["components"]["schemas"][name]
    found: set[str] = set()
    for part in schema.get("allOf", [schema]):
        if "$ref" in part:
            found |= _properties(part["$ref"].rpartition("/")[2])
        found |= set(part.get("properties", {}))
    return found


def _fields(of: Any) -> set[str]:
    return {field.name for field in dataclasses.fields(of)}


def _parameters(of: Any) -> set[str]:
    return set(inspect.signature(of).parameters) - {"self", "idempotency_key"}


def test_the_version_is_that_of_the_description() -> None:
    assert otpmint.__version__ == _API["info"]["version"]


def test_requests_have_every_field_and_no_other() -> None:
    assert {*models.MintFields.__annotations__, "to"} == _properties("MintRequest")
    assert set(models.CodeShape.__annotations__) == _properties("CodeShapeRequest")
    assert {*factors.FactorFields.__annotations__, "identity"} == _properties("FactorRequest")
    assert {*messages.RelayFields.__annotations__, "to", "code"} == _properties("RelayRequest")
    assert _parameters(Factors.check) - {"factor"} == _properties("CheckFactor")
    assert _parameters(Factors.confirm) - {"factor"} == _properties("ConfirmFactor")
    assert _parameters(Challenges.verify) - {"key"} == _properties("VerifyRequest")
    assert _parameters(Challenges.verify_by_recipient) == _properties("VerifyByRecipientRequest")
    assert _parameters(Challenges.resend) - {"key", "wait"} == _properties("ResendRequest")


def test_answers_have_every_field_and_no_other() -> None:
    answers = ("MintedChallenge", "ChallengeWithDeliveries", "VerifiedChallenge")
    assert _fields(models.Challenge) == set().union(*map(_properties, answers))
    answers = ("NewFactor", "FactorWithRecoveryCodes", "CheckedFactor")
    assert _fields(factors.Factor) == set().union(*map(_properties, answers))
    assert _fields(messages.Message) == _properties("MessageWithDeliveries")
    assert _fields(models.Delivery) == _properties("ChallengeDelivery")
    # Its type is the address of what `code` says, and its instance has the id of the request.
    assert {*_fields(otpmint.errors.Problem), "type", "instance"} - {"request_id"} == _properties("Problem")
    assert _fields(otpmint.FieldError) == _properties("FieldProblem")


def test_both_clients_have_the_same_calls() -> None:
    for blocking, waiting in ((Challenges, AsyncChallenges), (Factors, AsyncFactors), (Messages, AsyncMessages)):
        calls = {name: call for name, call in vars(blocking).items() if not name.startswith("_")}
        for name, call in calls.items():
            other = getattr(waiting, name)
            assert inspect.signature(call) == inspect.signature(other), name
            assert call.__doc__ == other.__doc__, name
        assert calls.keys() == {name for name in vars(waiting) if not name.startswith("_")}
