// SPDX-License-Identifier: MIT
//
// The same tests in Deno, which `check` has installed: the program of `DENO`, or that in target/clients-typescript.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const DENO = process.env["DENO"] ?? at("../../../target/clients-typescript/node_modules/.bin/deno");
const isMissing = spawnSync(DENO, ["--version"]).status !== 0;
const skip = isMissing && process.env["OTPMINT_REQUIRE_LAB"] !== "1" ? "Deno is not installed" : false;

const FILES = ["contract-server", "contract-fake", "receipts", "webhooks", "errors"];

test("Deno runs the client, the checks of receipts and webhooks, and the fake", { skip }, () => {
  const { exports } = JSON.parse(readFileSync(at("../package.json"), "utf8")) as {
    exports: Record<string, { default: string } | string>;
  };
  const entries = Object.entries(exports).flatMap(([name, to]) =>
    typeof to === "string" ? [] : [[`otpmint${name.slice(1)}`, at(`../${to.default}`)]],
  );
  mkdirSync(at("deno"), { recursive: true });
  writeFileSync(at("deno/imports.json"), JSON.stringify({ imports: Object.fromEntries(entries) }));
  const options = ["--no-config", "--no-check", "--no-lock", "--no-npm", "--cached-only", "--allow-all", "--parallel"];
  const files = FILES.map((name) => at(`${name}.test.js`));
  const env = { ...process.env, DENO_DIR: at("deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const run = spawnSync(DENO, ["test", ...options, `--import-map=${at("deno/imports.json")}`, ...files], { env });
  const said = `${run.stdout}${run.stderr}`;
  assert.equal(run.status, 0, said);
  const [, passed = "0", steps = "0"] = /ok \| (\d+) passed \((\d+) steps\) \| 0 failed/.exec(said) ?? [];
  assert.ok(Number(passed) + Number(steps) >= 80, said);
});
