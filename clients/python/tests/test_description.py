# SPDX-License-Identifier: MIT
"""The version and the fields are those of the description of the API."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import otpmint
from otpmint import models

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


def test_the_version_is_that_of_the_description() -> None:
    assert otpmint.__version__ == _API["info"]["version"]


def test_requests_have_every_field_and_no_other() -> None:
    assert {*models.MintFields.__annotations__, "to"} == _properties("MintRequest")
    assert set(models.CodeShape.__annotations__) == _properties("CodeShape")


def test_answers_have_every_field_and_no_other() -> None:
    answers = ("MintedChallenge", "ChallengeWithDeliveries", "VerifiedChallenge")
    assert _fields(models.Challenge) == set().union(*map(_properties, answers))
    assert _fields(models.Delivery) == _properties("ChallengeDelivery")
    # Its type is the address of what `code` says.
    assert {*_fields(otpmint.errors.Problem), "type"} - {"request_id"} == _properties("Problem")
    assert _fields(otpmint.FieldError) == _properties("FieldProblem")
