// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

test("the version is that of the description of the API", () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  const { version } = read("../package.json") as { version: string };
  const { info } = read("../../../docs/openapi.json") as { info: { version: string } };
  assert.equal(version, info.version);
});
