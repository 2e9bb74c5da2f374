// SPDX-License-Identifier: MIT

import { contract } from "./contract.js";
import { factorContract } from "./contract-factors.js";
import { messageContract } from "./contract-messages.js";
import { fakeWorld } from "./worlds.js";

contract("FakeOtpMint", fakeWorld);
factorContract("FakeOtpMint", fakeWorld);
messageContract("FakeOtpMint", fakeWorld);
