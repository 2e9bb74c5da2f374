// SPDX-License-Identifier: MIT
//
// The samples of README.md, which `prepare.mjs` has taken out of it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { OtpMint } from "otpmint";
import type { WebhookEvent } from "otpmint/webhooks";
import { type DevServer, freePort, SECRET_KEY, startDevServer } from "./dev-server.js";
import { receiver } from "./generated/hook.js";
import "./generated/login.test.js";
import { check } from "./generated/login.js";
import { answer } from "./generated/page.js";
import { recipientOf, verifierOf } from "./generated/receipt.js";
import { otherThan, someone } from "./worlds.js";

let server: DevServer;
let client: OtpMint;

before(async () => {
  server = await startDevServer();
  client = new OtpMint({ baseUrl: server.baseUrl, secretKey: SECRET_KEY });
});
after(() => server?.stop());

test("the first code is verified in ten lines", async () => {
  const sample = readFileSync(new URL("generated/first-code.js", import.meta.url), "utf8");
  assert.ok(sample.split("\n").filter((line) => /\S/.test(line) && !line.startsWith("//")).length <= 10);
  const here = sample.replaceAll("http://127.0.0.1:5000", server.baseUrl);
  const child = spawn(process.execPath, ["--input-type=module", "-e", here], { cwd: new URL(".", import.meta.url) });
  child.stderr.pipe(process.stderr);
  let said = "";
  for await (const piece of child.stdout) {
    said += String(piece);
    // Typed once it is asked for, as people do.
    if (said.endsWith("/dev/inbox: ")) child.stdin.end(`${await server.codeOf("jane@example.com")}\n`);
  }
  assert.match(said, /verified\n$/);
});

test("a login says what is wrong", async () => {
  const to = someone();
  const { key } = await client.challenges.mint({ to });
  const code = await server.codeOf(to);
  assert.equal(await check(client, key, "?"), "This is not a code. It did not count.");
  assert.equal(await check(client, key, otherThan(code)), "This code is wrong. Attempts left: 4.");
  assert.equal(await check(client, key, code), undefined);
  assert.equal(await check(client, key, code), "Please ask for a new code.");
});

test("a page answers, and a backend checks the receipt", async () => {
  const to = someone();
  const { key } = await client.challenges.mint({ to, purpose: "login", nonce: "n-1" });
  const receipt = await answer(server.baseUrl, key, await server.codeOf(to));
  const { tenant } = await client.request<{ tenant: string }>("GET", "/v1/tenant");
  assert.equal(await recipientOf(verifierOf(server.baseUrl, tenant), receipt, "n-1"), to);
});

test("an event is taken, and a stranger's is not", async (t) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const wanted = { url, events: ["delivery.sent"] };
  const { secret } = await client.request<{ secret: string }>("POST", "/v1/tenant/webhooks", wanted);
  const events = new EventEmitter();
  const hook = receiver(secret, (event) => events.emit("taken", event));
  await once(hook.listen(port, "127.0.0.1"), "listening");
  t.after(() => {
    hook.close();
    hook.closeAllConnections();
  });
  assert.equal((await fetch(url, { method: "POST", body: '{"type":"ping"}' })).status, 400);
  const taken = once(events, "taken", { signal: AbortSignal.timeout(10_000) });
  const { key } = await client.challenges.mint({ to: someone() });
  const [event] = (await taken) as [WebhookEvent];
  assert.ok(event.type === "delivery.sent" && event.data.key === key);
});
