"""Checks a bill of materials against the schema of CycloneDX, and against Cargo.lock.

    python3 check_sbom.py FILE
"""

import json
import sys
import tomllib
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

# What the server stands on, and what only its tests use.
LINKED = {"actix-web", "rusqlite", "libsqlite3-sys", "tokio-postgres", "rustls", "aws-lc-rs", "aes-gcm", "SQLite", "AWS-LC"}
OF_TESTS = {"proptest", "jsonwebtoken", "reqwest", "libfuzzer-sys"}


def main(path):
    text = Path(path).read_text(encoding="utf-8")
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        sys.exit(f"{path} breaks the schema: {fault}")
    bill = json.loads(text)
    components = {entry["bom-ref"]: entry for entry in bill["components"]}
    assert len(components) == len(bill["components"]), "two components have one name"
    lock = tomllib.loads((Path(__file__).parents[2] / "Cargo.lock").read_text(encoding="utf-8"))
    locked = {f"pkg:cargo/{p['name']}@{p['version']}": p.get("checksum") for p in lock["package"]}
    for ref, entry in components.items():
        if "purl" in entry:
            assert ref in locked, f"{ref} is not in Cargo.lock"
            assert [h["content"] for h in entry.get("hashes", [])] == [locked[ref]] * (locked[ref] is not None), ref
            assert entry.get("licenses") or locked[ref] is None, f"{ref} has no licence"
    required = {entry["name"] for entry in components.values() if entry["scope"] == "required"}
    assert LINKED <= required, LINKED - required
    named = {entry["name"] for entry in components.values()}
    assert not OF_TESTS & named, OF_TESTS & named
    known = components.keys() | {bill["metadata"]["component"]["bom-ref"]}
    for dependency in bill["dependencies"]:
        assert {dependency["ref"], *dependency["dependsOn"]} <= known, dependency["ref"]
    assert known == {dependency["ref"] for dependency in bill["dependencies"]}
    print(f"{path}: {len(components)} components, {len(required)} of them in the program")


main(sys.argv[1])
