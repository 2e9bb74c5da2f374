// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { test } from "node:test";
import { CodeMismatchError, CodeUsedError, OtpMint, OtpMintHolder } from "otpmint";
import { ReceiptVerifier } from "otpmint/receipts";
import { FakeOtpMint, type FakeOtpMintOptions } from "otpmint/testing";

const to = "jane@example.com";

/** A fake whose time stands still until it is moved. */
function stopped(options: FakeOtpMintOptions = {}) {
  const clock = { now: Date.parse("2026-01-15T12:00:00Z") };
  const fake = new FakeOtpMint({ now: () => clock.now, ...options });
  return { clock, fake, client: new OtpMint(fake) };
}

test("codes are known", async () => {
  const { fake, client } = stopped();
  const { key } = await client.challenges.mint({ to, purpose: "login" });
  const at = new Date("2026-01-15T12:00:00Z");
  assert.deepEqual(fake.messages, [{ to, channel: "email", code: "424242", purpose: "login", key, at, relayed: false }]);
  await client.challenges.mint({ to, code: { length: 8 } });
  assert.equal(fake.messages[1]?.code, "42424242");
  let count = 1000;
  const counting = stopped({ code: () => String(++count) });
  const minted = await counting.client.challenges.mint({ to });
  assert.equal((await counting.client.challenges.verify(minted.key, "1001")).status, "verified");
});

test("time passes when the test says so", async () => {
  const { clock, client } = stopped();
  const { key, expires_at } = await client.challenges.mint({ to, ttl: 60 });
  assert.equal(expires_at, "2026-01-15T12:01:00Z");
  clock.now += 59_999;
  assert.equal((await client.challenges.get(key)).status, "pending");
  clock.now += 1;
  assert.equal((await client.challenges.get(key)).status, "expired");
  await assert.rejects(client.challenges.verify(key, "424242"), { code: "challenge_expired" });
});

test("a code is sent three times, with pauses", async () => {
  const { clock, fake, client } = stopped();
  const { key } = await client.challenges.mint({ to: "+4915112345678" });
  await assert.rejects(client.challenges.resend(key), { code: "resend_cooldown" });
  clock.now += 30_000;
  const second = await client.challenges.resend(key, { channel: "voice" });
  assert.deepEqual([second.channel, second.sends_remaining, second.resend_at], ["voice", 1, "2026-01-15T12:01:30Z"]);
  clock.now += 60_000;
  assert.equal((await client.challenges.resend(key)).resend_at, null);
  await assert.rejects(client.challenges.resend(key), { code: "sends_spent" });
  assert.deepEqual(fake.messages.map(({ channel }) => channel), ["sms", "voice", "voice"]);
});

test("a challenge takes as many answers as were set", async () => {
  const { client } = stopped({ attempts: 1 });
  const { key } = await client.challenges.mint({ to });
  await assert.rejects(client.challenges.verify(key, "000000"), { attemptsRemaining: 0 });
  await assert.rejects(client.challenges.verify(key, "424242"), { code: "challenge_exhausted" });
});

test("a code that the app delivers is returned once", async () => {
  const { fake, client } = stopped();
  const options = { idempotencyKey: "once" };
  const minted = await client.challenges.mint({ to, channel: "none" }, options);
  assert.deepEqual([minted.code, minted.delivery, minted.sends_remaining], ["424242", null, 0]);
  assert.equal((await client.challenges.mint({ to, channel: "none" }, options)).code, null);
  await assert.rejects(client.challenges.resend(minted.key), { code: "nothing_to_resend" });
  assert.equal(fake.messages.length, 0);
});

test("a refusal is given once", async () => {
  const { fake, client } = stopped();
  fake.refuseNext({ status: 429, code: "sends_per_recipient", retry_after: 600 });
  await assert.rejects(client.challenges.mint({ to }), { code: "sends_per_recipient" });
  assert.equal(fake.messages.length, 0);
  await client.challenges.mint({ to });
});

test("receipts are checked with the keys and the clock of the fake", async () => {
  const { clock, fake, client } = stopped();
  const now = () => clock.now;
  const { baseUrl, audience, fetch } = fake;
  const verifier = new ReceiptVerifier({ baseUrl, audience, fetch, now });
  const { key } = await client.challenges.mint({ to, nonce: "n-1" });
  const { receipt } = await new OtpMintHolder({ baseUrl, fetch, key }).verify("424242");
  assert.equal((await verifier.verify(receipt, { purpose: "verification", nonce: "n-1" })).sub, to);
  clock.now += 400_000;
  await assert.rejects(verifier.verify(receipt, { purpose: "verification", nonce: "n-1" }), { fault: "expired" });
  const another = new ReceiptVerifier({ baseUrl, audience, fetch: new FakeOtpMint().fetch, now });
  await assert.rejects(another.verify(receipt, { purpose: "verification", key }), { fault: "wrong_signature" });
});

test("an app shows a code in each period", async () => {
  const { clock, fake, client } = stopped();
  const { factor } = await client.factors.add({ identity: "user-17" });
  const code = await fake.appCode(factor);
  await assert.rejects(client.factors.confirm(factor, code === "000000" ? "111111" : "000000"), CodeMismatchError);
  await client.factors.confirm(factor, code);
  await assert.rejects(client.factors.check(factor, code), CodeUsedError);
  clock.now += 30_000;
  assert.equal((await client.factors.check(factor, await fake.appCode(factor))).verified, true);
});

test("the codes are those of RFC 6238", async () => {
  const { clock, fake, client } = stopped();
  clock.now = 59_000;
  for (const [algorithm, size, shown] of [
    ["SHA1", 20, "94287082"],
    ["SHA256", 32, "46119246"],
    ["SHA512", 64, "90693936"],
  ] as const) {
    const secret = base32("1234567890".repeat(7).slice(0, size));
    const request = { identity: algorithm, algorithm, secret, digits: 8, confirmed: true };
    const { factor } = await client.factors.add(request);
    assert.equal(await fake.appCode(factor), shown);
  }
});

function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return (bits.match(/.{1,5}/g) ?? []).map((five) => letters[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}

test("pauses grow, and a right code ends the row", async () => {
  const { clock, fake } = stopped();
  const { baseUrl, secretKey, fetch } = fake;
  const client = new OtpMint({ baseUrl, secretKey, fetch, retries: 0 });
  const secret = base32("12345678901234567890");
  const { factor } = await client.factors.add({ identity: "user-17", secret, confirmed: true });
  const wrong = (attemptsRemaining: number) =>
    assert.rejects(client.factors.check(factor, "ABCDEFGHABCDEFGH"), { code: "code_mismatch", attemptsRemaining });
  for (const minutes of [1, 5, 15, 60, 360, 1440, 1440]) {
    for (const left of [4, 3, 2, 1, 0]) await wrong(left);
    clock.now += 60_000 * minutes - 1;
    await assert.rejects(client.factors.check(factor, await fake.appCode(factor)), { code: "factor_paused" });
    clock.now += 1;
    assert.equal((await client.factors.get(factor)).paused_until, null);
  }
  await client.factors.check(factor, await fake.appCode(factor));
  await wrong(4);
});

test("a factor that nobody confirms is deleted after a day", async () => {
  const { clock, client } = stopped();
  const { factor } = await client.factors.add({ identity: "user-17" });
  clock.now += 86_399_999;
  assert.equal((await client.factors.list("user-17")).length, 1);
  clock.now += 1;
  assert.equal((await client.factors.list("user-17")).length, 0);
  await assert.rejects(client.factors.get(factor), { code: "factor_not_found" });
});

test("what is relayed is recorded", async () => {
  const { fake, client } = stopped();
  const request = { to: "+4915112345678", code: "a token", purpose: "login" };
  const { id } = await client.messages.relay(request);
  const at = new Date("2026-01-15T12:00:00Z");
  assert.deepEqual(fake.messages, [{ ...request, channel: "sms", key: id, at, relayed: true }]);
});

test("it is one server, with the routes of challenges, factors and messages", async () => {
  const { fake, client } = stopped({ baseUrl: "https://otp.example/mint/" });
  await client.challenges.mint({ to });
  await assert.rejects(client.request("GET", "/v1/tenant"), { code: "not_found" });
  await assert.rejects(client.challenges.mint({ to, embed: true }), { code: "no_pages" });
  await assert.rejects(fake.fetch("https://otp.example/v1/challenges"), /another server/);
});
