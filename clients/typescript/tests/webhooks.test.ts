// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { verifyWebhook, WebhookVerificationError } from "otpmint/webhooks";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const SENT_AT = 1_768_478_400;
const BODY = '{"type":"ping","timestamp":"2026-01-15T12:00:00Z","data":{}}';
const now = () => SENT_AT * 1000;

function sign(secret: string, body = BODY, id = "evt_1"): string {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${SENT_AT}.${body}`).digest("base64")}`;
}

function headers(signature: string): Record<string, string> {
  return { "webhook-id": "evt_1", "webhook-timestamp": String(SENT_AT), "webhook-signature": signature };
}

test("the example of Standard Webhooks is verified", async () => {
  const event = await verifyWebhook(
    SECRET,
    {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    '{"test": 2432232314}',
    { now: () => 1_614_265_330_000 },
  );
  assert.equal(event.id, "msg_p5jXN8AQM9LWM0D4loKWxJek");
});

test("headers are those of fetch or of Node, and the body is text or bytes", async () => {
  for (const given of [headers(sign(SECRET)), new Headers(headers(sign(SECRET)))]) {
    for (const body of [BODY, Buffer.from(BODY)]) {
      const event = await verifyWebhook(SECRET, given, body, { now });
      assert.deepEqual([event.id, event.type], ["evt_1", "ping"]);
    }
  }
  const capitals = Object.fromEntries(Object.entries(headers(sign(SECRET))).map(([k, v]) => [k.toUpperCase(), v]));
  await verifyWebhook(SECRET, capitals, BODY, { now });
});

test("one of several signatures is enough", async () => {
  for (const signatures of [[OTHER, SECRET], [SECRET, OTHER]]) {
    const all = `v1a,x ${signatures.map((secret) => sign(secret)).join(" ")}`;
    await verifyWebhook(SECRET, headers(all), BODY, { now });
  }
});

test("what was not signed with the secret is refused", async () => {
  const good = sign(SECRET);
  for (const [signature, body] of [
    [sign(OTHER), BODY],
    [good, `${BODY} `],
    [sign(SECRET, BODY, "evt_2"), BODY],
    [good.replace("v1,", "v2,"), BODY],
    [good.slice(0, -8), BODY],
    ["v1,", BODY],
    ["v1,?", BODY],
    ["nonsense", BODY],
  ] as const) {
    await assert.rejects(verifyWebhook(SECRET, headers(signature), body, { now }), WebhookVerificationError, signature);
  }
});

test("a missing or doubled header is refused", async () => {
  for (const name of Object.keys(headers(""))) {
    const without = { ...headers(sign(SECRET)), [name]: undefined };
    await assert.rejects(verifyWebhook(SECRET, without, BODY, { now }), WebhookVerificationError);
  }
  const twice = { ...headers(sign(SECRET)), "Webhook-Id": "evt_1" };
  await assert.rejects(verifyWebhook(SECRET, twice, BODY, { now }), WebhookVerificationError);
});

test("a request that is too old or too far ahead is refused", async () => {
  const at = (seconds: number) => ({ now: () => (SENT_AT + seconds) * 1000 });
  for (const seconds of [-300, 300]) await verifyWebhook(SECRET, headers(sign(SECRET)), BODY, at(seconds));
  for (const seconds of [-301, 301]) {
    const late = verifyWebhook(SECRET, headers(sign(SECRET)), BODY, at(seconds));
    await assert.rejects(late, WebhookVerificationError);
  }
  const strict = { ...at(11), toleranceSeconds: 10 };
  await assert.rejects(verifyWebhook(SECRET, headers(sign(SECRET)), BODY, strict), WebhookVerificationError);
  const never = { ...headers(sign(SECRET)), "webhook-timestamp": "NaN" };
  await assert.rejects(verifyWebhook(SECRET, never, BODY, { now }), WebhookVerificationError);
});

test("a secret that is none, and a body that was parsed, are mistakes of the caller", async () => {
  for (const secret of ["", "whsec_", "whsec_?", SECRET.slice(6)]) {
    await assert.rejects(verifyWebhook(secret, headers(sign(SECRET)), BODY, { now }), TypeError);
  }
  const parsed = JSON.parse(BODY) as Uint8Array;
  await assert.rejects(verifyWebhook(SECRET, headers(sign(SECRET)), parsed, { now }), /not what was parsed/);
});
