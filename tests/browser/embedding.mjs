// @ts-check
// Pages of apps that show hosted pages in the widget, each on an origin of its own, and the example of
// examples/widget/. All under a policy as strict as a page with the widget can have.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";
import { api } from "./app.mjs";

export const OTPMINT = /** @type {string} */ (process.env.OTPMINT);

const POLICY = [
  "default-src 'none'",
  `script-src ${OTPMINT}`,
  `frame-src ${OTPMINT}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const PAGE = `<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,">
<script src="${OTPMINT}/widget.js" defer></script>
<h1>App</h1><button id="opener">Confirm</button> <a href="#elsewhere">Elsewhere</a></html>`;

/** @type {http.Server[]} */
const servers = [];

const listen = async () => {
  const server = http.createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.setHeader("Content-Security-Policy", POLICY);
    answer.end(PAGE);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
  servers.push(server);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
};

/** Two origins that the tenant lists, and one that it does not. */
export const [LISTED, ALSO_LISTED, STRANGE] = [await listen(), await listen(), await listen()];

const server = path.resolve(import.meta.dirname, "../../examples/widget/server.py");
const env = { ...process.env, OTPMINT_URL: OTPMINT, APP_PORT: "0" };
const example = spawn("python3", [server], { env, stdio: ["ignore", "pipe", "ignore"] });
const [line] = await once(createInterface(example.stdout), "line");

/** The example. */
export const EXAMPLE = /** @type {string} */ (line);

const changed = await api("PATCH", "/v1/tenant", { allowed_origins: [LISTED, ALSO_LISTED, EXAMPLE] });
assert.equal(changed.status, 200, JSON.stringify(changed.told));

export const stop = () => {
  example.kill();
  for (const server of servers) server.close();
};
