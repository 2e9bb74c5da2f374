# SPDX-License-Identifier: MIT
"""The server that the contract is tested against: `otpmint dev`, the binary of OTPMINT_BIN."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import DevServer
from worlds import World, make

_WORLDS = list(itertools.product(["server", "fake"], ["sync", "async"]))


@pytest.fixture(params=_WORLDS, ids="-".join)
def world(request: pytest.FixtureRequest) -> World:
    """Each server with each client."""
    server, kind = request.param
    return make(server, kind, lambda: request.getfixturevalue("dev"))


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    """A server of its own, on a free port."""
    binary = os.environ.get("OTPMINT_BIN")
    if not binary:
        pytest.skip("OTPMINT_BIN names no server")
    log = tmp_path_factory.mktemp("dev") / "log"
    port = _free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binary, "dev", "--listen", f"127.0.0.1:{port}"], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(process, log)
        yield DevServer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    # It says so once its tenant exists, which is some moments after `/readyz` answers.
    deadline = time.monotonic() + 60
    while "OtpMint is running" not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the server does not start: {log.read_text()}")
        time.sleep(0.05)
