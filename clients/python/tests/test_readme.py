# SPDX-License-Identifier: MIT
"""Every sample of the README, run as it is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dev import DevServer

_README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
_SAMPLES = re.findall(r"^```python\n(.*?)^```", _README, re.MULTILINE | re.DOTALL)

# What each of them prints, in their order.
_PRINTED = [
    "The code that was sent to you: Welcome!\n",
    "Shop\n",
    "sent\n",
    "",
    "delivered+readme@otpmint.test\n",
    "",
    "",
]


def test_every_sample_is_known() -> None:
    assert len(_SAMPLES) == len(_PRINTED)


@pytest.mark.parametrize("number", range(len(_PRINTED)))
def test_a_sample_does_what_it_says(number: int, dev: DevServer) -> None:
    sample = _SAMPLES[number].replace("http://127.0.0.1:5000", dev.url)
    process = subprocess.Popen(
        [sys.executable, "-c", sample], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    # The user reads the mail only if the sample asks for its code.
    typed = dev.code("ada@example.com") if "input(" in sample else ""
    printed, _ = process.communicate(typed, timeout=60)
    assert (process.returncode, printed) == (0, _PRINTED[number])


def test_the_first_code_takes_ten_lines() -> None:
    assert len(_SAMPLES[0].splitlines()) <= 10
