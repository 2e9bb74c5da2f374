// SPDX-License-Identifier: MIT

import { contract } from "./contract.js";
import { fakeWorld } from "./worlds.js";

contract("FakeOtpMint", fakeWorld);
