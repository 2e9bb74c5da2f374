#!/usr/bin/env python3
"""Writes the software bill of materials of the server: CycloneDX 1.6, as JSON.

    packaging/sbom.py [FILE]        (standard output)

It names what `cargo build --locked` links into the program on Linux, what takes part in building it, and the C
libraries that come inside packages. The same Cargo.lock gives the same bytes: there is no time and no random number
in it.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = "x86_64-unknown-linux-gnu"
REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"

# C libraries inside packages: the package, the header with the version, the macro, and how the world calls it.
BUNDLED = [
    ("libsqlite3-sys", "sqlite3/sqlite3.h", "SQLITE_VERSION", "SQLite", "sqlite:sqlite"),
    ("aws-lc-sys", "aws-lc/include/openssl/base.h", "AWSLC_VERSION_NUMBER_STRING", "AWS-LC", "amazon:aws-lc"),
]


def metadata():
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def reachable(start, edges):
    found, rest = set(), [start]
    while rest:
        package = rest.pop()
        if package not in found:
            found.add(package)
            rest.extend(edges(package))
    return found


def edges_of(nodes, macros):
    """The packages that one links, and those that take part in building it. A test's are neither."""

    def kinds(package, wanted):
        for dependency in nodes[package]["deps"]:
            if any(kind["kind"] in wanted for kind in dependency["dep_kinds"]):
                yield dependency["pkg"]

    linked = lambda package: [p for p in kinds(package, [None]) if p not in macros]
    used = lambda package: list(kinds(package, [None, "build"]))
    return linked, used


def reference(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, digests, is_linked):
    entry = {
        "type": "library",
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
        # What is needed only while it is built is not in the program.
        "scope": "required" if is_linked else "excluded",
        "purl": reference(package),
    }
    if package.get("description"):
        entry["description"] = " ".join(package["description"].split())
    if package.get("license"):
        # "MIT/Apache-2.0" is how packages once wrote "MIT OR Apache-2.0".
        entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    digest = digests.get((package["name"], package["version"]))
    if digest:
        entry["hashes"] = [{"alg": "SHA-256", "content": digest}]
    elif package["source"]:
        sys.exit(f"{reference(package)} has no checksum in Cargo.lock")
    if package.get("repository"):
        entry["externalReferences"] = [{"type": "vcs", "url": package["repository"].strip()}]
    return entry


def bundled(packages):
    """The C libraries, each with the package that it comes in."""
    for name, header, macro, title, cpe in BUNDLED:
        package = next(p for p in packages if p["name"] == name)
        text = (Path(package["manifest_path"]).parent / header).read_text(encoding="utf-8")
        version = re.search(rf'#define {macro}\s+"([0-9.]+)"', text).group(1)
        yield reference(package), {
            "type": "library",
            "bom-ref": f"{title}@{version}",
            "name": title,
            "version": version,
            "scope": "required",
            "cpe": f"cpe:2.3:a:{cpe}:{version}:*:*:*:*:*:*:*",
        }


def bill():
    described = metadata()
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    digests = {(p["name"], p["version"]): p["checksum"] for p in lock["package"] if "checksum" in p}
    packages = {package["id"]: package for package in described["packages"]}
    nodes = {node["id"]: node for node in described["resolve"]["nodes"]}
    server = next(p for p in described["packages"] if p["name"] == "otpmint" and p["source"] is None)
    macros = {i for i, p in packages.items() if any("proc-macro" in t["kind"] for t in p["targets"])}
    linked_edges, used_edges = edges_of(nodes, macros)
    linked, used = reachable(server["id"], linked_edges), reachable(server["id"], used_edges)
    foreign = {packages[i]["source"] for i in used} - {None, REGISTRY}
    if foreign:
        sys.exit(f"packages come from elsewhere: {sorted(foreign)}")
    order = sorted(used - {server["id"]}, key=lambda i: (packages[i]["name"], packages[i]["version"]))
    libraries = [component(packages[i], digests, i in linked) for i in order]
    depends = {reference(packages[i]): {reference(packages[d]) for d in used_edges(i)} for i in used}
    for owner, entry in bundled([packages[i] for i in used]):
        libraries.append(entry)
        depends[owner].add(entry["bom-ref"])
        depends[entry["bom-ref"]] = set()
    product = {
        "type": "application",
        "bom-ref": reference(server),
        "name": server["name"],
        "version": server["version"],
        "description": server["description"],
        "licenses": [{"expression": server["license"]}],
        "purl": reference(server),
    }
    graph = [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(depends.items())]
    content = {"metadata": {"component": product}, "components": libraries, "dependencies": graph}
    # The number of a bill has to differ from bill to bill, so it is made of the content.
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    serial = uuid.uuid5(uuid.NAMESPACE_OID, digest)
    head = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
    }
    return head | content


def main():
    text = json.dumps(bill(), indent=2, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        path = Path(sys.argv[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


main()
