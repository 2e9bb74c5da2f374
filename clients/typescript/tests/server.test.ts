// SPDX-License-Identifier: MIT
//
// What only the real server has: pages in browsers, hosted pages, events.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { NotFoundError, OtpMint, OtpMintHolder, PermissionError } from "otpmint";
import { verifyWebhook, type WebhookEvent } from "otpmint/webhooks";
import { type DevServer, SECRET_KEY, startDevServer } from "./dev-server.js";
import { someone } from "./worlds.js";

let server: DevServer;
let client: OtpMint;

before(async () => {
  server = await startDevServer();
  client = new OtpMint({ baseUrl: server.baseUrl, secretKey: SECRET_KEY });
});
after(() => server?.stop());

test("any route is a request away", async () => {
  const body = { name: "Client", scopes: ["verify"] };
  const added = await client.request<{ key: string; secret: string }>("POST", "/v1/tenant/keys", body);
  const verifying = new OtpMint({ baseUrl: server.baseUrl, secretKey: added.secret });
  await assert.rejects(verifying.challenges.mint({ to: someone() }), (error) => {
    return error instanceof PermissionError && error.code === "insufficient_scope" && /mint/.test(error.detail ?? "");
  });
  await client.request("DELETE", `/v1/tenant/keys/${added.key}`);
});

/** `fetch` as a page of this origin has it. A browser would also keep back what it may not read. */
function pageOf(origin: string): { fetch: typeof fetch; allowed: (string | null)[] } {
  const allowed: (string | null)[] = [];
  return {
    allowed,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      // What the preflight request allows, without which a browser would send nothing.
      const simple = new Set(["accept", "content-type"]);
      assert.deepEqual([...headers.keys()].filter((name) => !simple.has(name)), []);
      headers.set("Origin", origin);
      const answer = await fetch(input, { ...init, headers });
      allowed.push(answer.headers.get("Access-Control-Allow-Origin"));
      return answer;
    },
  };
}

test("a page of an allowed origin verifies, and one of another origin finds nothing", async () => {
  await client.request("PATCH", "/v1/tenant", { allowed_origins: ["https://app.example"] });
  const to = someone();
  const { key } = await client.challenges.mint({ to });
  const other = pageOf("https://other.example");
  const stranger = new OtpMintHolder({ baseUrl: server.baseUrl, key, fetch: other.fetch });
  await assert.rejects(stranger.status(), NotFoundError);
  assert.deepEqual(other.allowed, [null]);
  const own = pageOf("https://app.example");
  const holder = new OtpMintHolder({ baseUrl: server.baseUrl, key, fetch: own.fetch });
  assert.equal((await holder.status()).status, "pending");
  assert.equal((await holder.verify(await server.codeOf(to))).status, "verified");
  assert.deepEqual(own.allowed, ["https://app.example", "https://app.example"]);
});

test("the result of a hosted page is fetched once", async () => {
  const to = someone();
  const return_url = `${server.baseUrl}/dev/returned`;
  const { key, page_url } = await client.challenges.mint({ to, return_url });
  const body = new URLSearchParams({ code: await server.codeOf(to) });
  const headers = { Origin: server.baseUrl, Accept: "application/json" };
  const answer = await fetch(`${page_url}/verify`, { method: "POST", headers, body });
  const { location } = (await answer.json()) as { location: string };
  const result = new URL(location).searchParams.get("otpmint_result") ?? "";
  const verified = await client.challenges.fetchResult(result);
  assert.deepEqual([verified.key, verified.status], [key, "verified"]);
  await assert.rejects(client.challenges.fetchResult(result), { code: "result_not_found", status: 404 });
});

test("a delivered event is verified, with the old secret and with the new one", async (t) => {
  let secrets: string[] = [];
  const events = new EventEmitter<{ seen: [WebhookEvent[]] }>();
  const receiver = createServer(async (request, response) => {
    const body = await buffer(request);
    const seen = await Promise.all(secrets.map((secret) => verifyWebhook(secret, request.headers, body)));
    response.writeHead(204).end();
    events.emit("seen", seen);
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    receiver.close();
    receiver.closeAllConnections();
  });
  const next = async () => (await once(events, "seen", { signal: AbortSignal.timeout(10_000) }))[0] as WebhookEvent[];

  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const hook = { url, events: ["challenge.verified"] };
  const made = await client.request<{ webhook: string; secret: string }>("POST", "/v1/tenant/webhooks", hook);
  secrets = [made.secret];
  const to = someone();
  const { key } = await client.challenges.mint({ to });
  const happened = next();
  await client.challenges.verify(key, await server.codeOf(to));
  const [event] = await happened;
  assert.equal(event?.type, "challenge.verified");
  assert.deepEqual([event.data.key, event.data.status], [key, "verified"]);
  assert.match(event.id, /^evt_/);

  const path = `/v1/tenant/webhooks/${made.webhook}`;
  const rotated = await client.request<{ secret: string }>("POST", `${path}/rotate`, {});
  secrets = [made.secret, rotated.secret];
  const pinged = next();
  await client.request("POST", `${path}/test`);
  assert.deepEqual((await pinged).map(({ type }) => type), ["ping", "ping"]);
});
