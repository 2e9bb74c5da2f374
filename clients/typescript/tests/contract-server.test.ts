// SPDX-License-Identifier: MIT

import { contract } from "./contract.js";
import { realWorld } from "./worlds.js";

contract("otpmint dev", realWorld);
