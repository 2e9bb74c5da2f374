// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ConnectionError, OtpMint, OtpMintHolder, RateLimitedError, TimedOutError, UnavailableError } from "otpmint";
import { FakeOtpMint } from "otpmint/testing";

const key = "a".repeat(23);
const to = "jane@example.com";

/** A client of a fake that counts what it is sent. */
function counted(options: { retries?: number; timeoutMs?: number } = {}) {
  const fake = new FakeOtpMint();
  const sent: { keys: (string | null)[]; bodies: unknown[] } = { keys: [], bodies: [] };
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent.keys.push(new Headers(init?.headers).get("Idempotency-Key"));
    sent.bodies.push(init?.body);
    return fake.fetch(input, init);
  };
  const settings = { baseUrl: fake.baseUrl, secretKey: fake.secretKey, fetch, ...options };
  return { fake, sent, settings, client: new OtpMint(settings) };
}

test("what may pass is tried again with the same key and the same body", async () => {
  for (const status of [502, 503, 504]) {
    const { fake, sent, client } = counted();
    fake.refuseNext({ status, code: "store_unavailable" });
    fake.refuseNext({ status, code: "store_unavailable" });
    await client.challenges.mint({ to });
    assert.equal(sent.keys.length, 3);
    assert.equal(new Set(sent.keys).size, 1);
    assert.match(sent.keys[0] ?? "", /^[0-9a-f-]{36}$/);
    assert.equal(new Set(sent.bodies).size, 1);
  }
});

test("each call has a key of its own", async () => {
  const { sent, client } = counted();
  await client.challenges.mint({ to });
  await client.challenges.mint({ to });
  assert.equal(new Set(sent.keys).size, 2);
});

test("it ends after two retries, or after as many as were asked for", async () => {
  for (const [options, tries] of [
    [{}, 3],
    [{ retries: 1 }, 2],
    [{ retries: 0 }, 1],
  ] as const) {
    const { fake, sent, client } = counted(options);
    for (let count = 0; count < 9; count += 1) fake.loseNextAnswer();
    await assert.rejects(client.challenges.mint({ to }), ConnectionError);
    assert.equal(sent.keys.length, tries);
    assert.equal(fake.messages.length, 1);
  }
});

test("a short wait is waited out, and a long one is told", async () => {
  const short = counted();
  short.fake.refuseNext({ status: 429, code: "mint_per_tenant", retry_after: 1 });
  const begun = performance.now();
  await short.client.challenges.mint({ to });
  assert.ok(performance.now() - begun >= 995);
  for (const refusal of [
    { status: 429, code: "sends_per_recipient", retry_after: 4 },
    { status: 429, code: "sends_per_recipient" },
    { status: 503, code: "queue_full", retry_after: 60 },
  ]) {
    const long = counted();
    long.fake.refuseNext(refusal);
    const type = refusal.status === 429 ? RateLimitedError : UnavailableError;
    await assert.rejects(long.client.challenges.mint({ to }), type);
    assert.equal(long.sent.keys.length, 1);
  }
});

test("while the first request is being carried out, the retry waits for it", async () => {
  const { fake, sent, client } = counted();
  fake.refuseNext({ status: 409, code: "idempotency_key_in_use", retry_after: 1 });
  await client.challenges.mint({ to });
  assert.equal(sent.keys.length, 2);
});

test("what is refused for good is sent once", async () => {
  const { sent, client } = counted();
  await assert.rejects(client.challenges.mint({ to: "nobody" }), { code: "invalid_field" });
  await assert.rejects(client.challenges.get(key), { code: "challenge_not_found" });
  assert.equal(sent.keys.length, 2);
});

test("what the server would do twice is sent once", async () => {
  const { fake, sent, settings, client } = counted();
  const minted = await client.challenges.mint({ to });
  const holder = new OtpMintHolder({ ...settings, key: minted.key });
  sent.keys.length = 0;
  for (const call of [
    () => client.challenges.cancel(minted.key),
    () => client.challenges.fetchResult("otpr_x"),
    () => client.request("POST", "/v1/tenant/templates/lint", {}),
    () => client.request("PATCH", "/v1/tenant", {}),
    () => holder.verify("000000"),
    () => holder.resend(),
  ]) {
    fake.refuseNext({ status: 503, code: "shutting_down", retry_after: 1 });
    await assert.rejects(call(), UnavailableError);
  }
  assert.deepEqual(sent.keys, [null, null, null, null, null, null]);
});

test("reading is tried again, with and without a secret key", async () => {
  const { fake, sent, settings, client } = counted();
  const minted = await client.challenges.mint({ to });
  for (const read of [
    () => client.challenges.get(minted.key),
    () => new OtpMintHolder({ ...settings, key: minted.key }).status(),
  ]) {
    sent.keys.length = 0;
    fake.loseNextAnswer();
    await read();
    assert.deepEqual(sent.keys, [null, null]);
  }
});

test("a key is given only to a route that takes it", async () => {
  const { client } = counted();
  const options = { idempotencyKey: "mine" };
  await assert.rejects(client.request("POST", "/v1/results", {}, options), TypeError);
  await assert.rejects(client.request("GET", "/v1/challenges", undefined, options), TypeError);
});

test("every route that takes a key gets one, and no other", async () => {
  const text = readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
  const { paths } = JSON.parse(text) as { paths: Record<string, { post?: { parameters?: { $ref?: string }[] } }> };
  const { sent, client } = counted();
  const expected: boolean[] = [];
  for (const [path, { post }] of Object.entries(paths)) {
    if (post === undefined || !path.startsWith("/v1/")) continue;
    expected.push(post.parameters?.some(({ $ref }) => $ref?.endsWith("/Idempotency-Key")) ?? false);
    await client.request("POST", path.replaceAll(/\{[^}]*\}/g, "x"), {}).catch(() => undefined);
  }
  assert.ok(expected.includes(true) && expected.includes(false));
  assert.deepEqual(sent.keys.map((key) => key !== null), expected);
});

/** Never answers, until it is aborted. */
const silent: typeof fetch = (_input, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
  });

test("the time is for the call with all its retries", async () => {
  const { settings } = counted();
  const slow = new OtpMint({ ...settings, fetch: silent, timeoutMs: 50 });
  const isLate = (error: unknown) => error instanceof TimedOutError && error.code === "timed_out";
  await assert.rejects(slow.challenges.mint({ to }), isLate);
  await assert.rejects(slow.challenges.cancel(key), isLate);
  // A pause that would be longer than the time is left out: the reason is worth more than "timed out".
  const { fake, sent, client } = counted({ timeoutMs: 500 });
  fake.refuseNext({ status: 429, code: "mint_per_tenant", retry_after: 1 });
  await assert.rejects(client.challenges.mint({ to }), RateLimitedError);
  assert.equal(sent.keys.length, 1);
});

test("the caller can give up, before, during a request, and in a pause", async () => {
  const { fake, settings, client } = counted();
  const reason = new Error("the user has left");
  await assert.rejects(client.challenges.mint({ to }, { signal: AbortSignal.abort(reason) }), reason);
  await assert.rejects(client.challenges.cancel(key, { signal: AbortSignal.abort(reason) }), reason);
  for (const [fetch, prepare] of [
    [silent, () => undefined],
    [fake.fetch, () => fake.refuseNext({ status: 503, code: "shutting_down", retry_after: 3 })],
  ] as const) {
    prepare();
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    const call = new OtpMint({ ...settings, fetch }).challenges.mint({ to }, { signal: controller.signal });
    await assert.rejects(call, reason);
  }
});

test("who has given up while an answer came is not sent for again", async () => {
  const { settings } = counted();
  const controller = new AbortController();
  const reason = new Error("the user has left");
  let sent = 0;
  const fetch = async () => {
    sent += 1;
    controller.abort(reason);
    return new Response("", { status: 503 });
  };
  const call = new OtpMint({ ...settings, fetch }).challenges.get(key, { signal: controller.signal });
  await assert.rejects(call, reason);
  assert.equal(sent, 1);
});

test("what cannot be a shareable key is not sent", async () => {
  const { sent, settings, client } = counted();
  for (const odd of ["", "..", "a/../b", "a?b", "a b", "ä", "a".repeat(65)]) {
    await assert.rejects(client.challenges.get(odd), { code: "challenge_not_found", status: 404 });
    assert.throws(() => new OtpMintHolder({ ...settings, key: odd }), { code: "challenge_not_found" });
  }
  assert.equal(sent.keys.length, 0);
});

test("a request goes to the server alone, with nothing else of the browser's", async () => {
  const seen: [string, RequestInit | undefined][] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    seen.push([String(input), init]);
    return new Response(null, { status: 204 });
  };
  const client = new OtpMint({ baseUrl: "https://otp.example/mint/", secretKey: "otpm_secret", fetch });
  assert.equal(await client.request("DELETE", "/v1/tenant/logo"), undefined);
  assert.equal(seen[0]?.[0], "https://otp.example/mint/v1/tenant/logo");
  assert.deepEqual([seen[0]?.[1]?.redirect, seen[0]?.[1]?.credentials], ["manual", "omit"]);
  await assert.rejects(client.request("GET", ".evil.example/"), TypeError);
  assert.equal(seen.length, 1);
});
