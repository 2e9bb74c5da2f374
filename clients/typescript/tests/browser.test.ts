// SPDX-License-Identifier: MIT
//
// The part for holders in Chromium: `CHROMIUM`, or /usr/bin/chromium.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { OtpMint } from "otpmint";
import { SECRET_KEY, startDevServer } from "./dev-server.js";
import { otherThan, someone } from "./worlds.js";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const isMissing = !existsSync(CHROMIUM);
const skip = isMissing && process.env["OTPMINT_REQUIRE_LAB"] !== "1" ? `${CHROMIUM} is not installed` : false;

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** A site that sends the page with the client in it, and resolves with what the page tells. */
async function site(asked: () => object): Promise<{ server: Server; origin: string; told: Promise<string[]> }> {
  let tell: (told: string[]) => void;
  const told = new Promise<string[]>((resolve) => {
    tell = resolve;
  });
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "").slice(1);
    const send = (type: string, body: string) => response.writeHead(200, { "Content-Type": type }).end(body);
    if (path === "") return send("text/html", read("tests/holder-page.html"));
    if (path === "asked.json") return send("application/json", JSON.stringify(asked()));
    if (/^dist\/[a-z/-]+\.js$/.test(path)) return send("text/javascript", read(path));
    if (path === "told") tell(JSON.parse((await buffer(request)).toString()) as string[]);
    return response.writeHead(404).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told };
}

/** Opens a page, and closes the browser at the end of the test. */
function open(url: string): { close(): Promise<void> } {
  // Not deleted, as what the browser has started may still write there: the next build deletes it.
  const profile = mkdtempSync(fileURLToPath(new URL("chromium-", import.meta.url)));
  const options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${profile}`];
  const browser = spawn(CHROMIUM, [...options, url], { stdio: "ignore" });
  const ended = once(browser, "exit");
  return {
    async close() {
      browser.kill();
      await ended;
    },
  };
}

test("a page in a browser is a holder", { skip }, async (t) => {
  const dev = await startDevServer();
  t.after(() => dev.stop());
  let asked = {};
  const { server, origin, told } = await site(() => asked);
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const client = new OtpMint({ baseUrl: dev.baseUrl, secretKey: SECRET_KEY });
  await client.request("PATCH", "/v1/tenant", { allowed_origins: [origin] });
  const { tenant: audience } = await client.request<{ tenant: string }>("GET", "/v1/tenant");
  const to = someone();
  const { key } = await client.challenges.mint({ to, purpose: "login" }, { wait: 5 });
  const code = await dev.codeOf(to);
  asked = { baseUrl: dev.baseUrl, key, code, wrong: otherThan(code), audience };
  const browser = open(`${origin}/`);
  t.after(() => browser.close());
  assert.deepEqual(await told, [
    "pending",
    "true code_mismatch",
    "true resend_cooldown true",
    "verified",
    to,
    "true challenge_not_found",
  ]);
});
