// SPDX-License-Identifier: MIT

import { after } from "node:test";
import { contract } from "./contract.js";
import { factorContract } from "./contract-factors.js";
import { messageContract } from "./contract-messages.js";
import { realWorld, type World } from "./worlds.js";

// One server for all of them.
let world: Promise<World> | undefined;
const shared = async (): Promise<World> => {
  world ??= realWorld();
  return { ...(await world), stop: async () => undefined };
};
after(async () => (await world)?.stop());

contract("otpmint dev", shared);
factorContract("otpmint dev", shared);
messageContract("otpmint dev", shared);
