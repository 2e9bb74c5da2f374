# SPDX-License-Identifier: MIT
"""For the tests of your app: an OtpMint in memory."""

from ._fake import FakeOtpMint
from ._outbox import Message, SignedEvent

__all__ = ["FakeOtpMint", "Message", "SignedEvent"]
