// Every call of Twilio's SDK for Node, with its base URL changed and nothing else.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import process from "node:process";
import twilio from "twilio";

process.on("warning", (warning) => {
  console.error(warning);
  process.exit(1);
});

const url = process.env.OTPMINT_URL;
const key = process.env.OTPMINT_KEY;
const mail = "sdk-node@example.com";
const phone = "+4915123450002";

async function get(path, headers = {}) {
  const answer = await fetch(url + path, { headers });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** The code of the latest message to a recipient. */
async function codeFor(to) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { mails, messages } = await get(`/dev/inbox.json?wait=5&to=${encodeURIComponent(to)}`);
    const [found] = [...mails, ...messages];
    if (found) return found.code;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no message to ${to}`);
}

const wrong = (code) => (code[0] === "7" ? "3" : "7") + code.slice(1);

/** The code that an authenticator app shows so many periods from now (RFC 6238). */
function appCode(base32, periods = 0) {
  const bits = [...base32].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter));
  const text = bits.map((five) => five.toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(text.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + periods));
  const mac = createHmac("sha1", key).update(step).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function fails(call, status, code) {
  await assert.rejects(call, (error) => {
    assert.deepEqual([error.status, error.code], [status, code], error.message);
    return true;
  });
}

const { account_sid: account } = await get("/v1/tenant", { authorization: `Bearer ${key}` });
const client = twilio(account, key);
client.verify.baseUrl = url;
const verify = client.verify.v2;

const [first] = await verify.services.list({ limit: 1 });
assert.equal(first.accountSid, account);
const service = await verify.services.create({ friendlyName: "Node", codeLength: 8 });
assert.ok(service.dateCreated instanceof Date && !Number.isNaN(service.dateCreated.getTime()));
assert.equal((await verify.services(service.sid).fetch()).friendlyName, "Node");
assert.equal((await verify.services(service.sid).update({ friendlyName: "Hub" })).friendlyName, "Hub");
for (const number of [1, 2, 3]) await verify.services.create({ friendlyName: `page ${number}` });
const listed = await verify.services.list({ pageSize: 2 });
assert.ok(listed.length >= 5 && listed.some((one) => one.sid === service.sid));
const mine = verify.services(service.sid);
console.log("services");

const begun = await mine.verifications.create({ to: mail, channel: "email", locale: "de", rateLimits: {} });
assert.deepEqual([begun.status, begun.valid, begun.to, begun.channel], ["pending", false, mail, "email"]);
assert.equal(begun.sendCodeAttempts[0].channel, "EMAIL");
const code = await codeFor(mail);
assert.equal(code.length, 8);
for (const name of [begun.sid, mail]) assert.equal((await mine.verifications(name).fetch()).sid, begun.sid);
const missed = await mine.verificationChecks.create({ to: mail, code: wrong(code) });
assert.deepEqual([missed.status, missed.valid], ["pending", false]);
const checked = await mine.verificationChecks.create({ to: mail, code });
assert.deepEqual([checked.status, checked.valid, checked.sid], ["approved", true, begun.sid]);
await fails(() => mine.verificationChecks.create({ to: mail, code }), 404, 20404);
console.log("mail");

const limit = await mine.rateLimits.create({ uniqueName: "device", description: "per device" });
assert.deepEqual([limit.uniqueName, limit.description], ["device", "per device"]);
const oneLimit = mine.rateLimits(limit.sid);
assert.equal((await oneLimit.update({ description: "each" })).description, "each");
const bucket = await oneLimit.buckets.create({ max: 5, interval: 3600 });
assert.deepEqual([bucket.max, bucket.interval, bucket.rateLimitSid], [5, 3600, limit.sid]);
assert.equal((await oneLimit.buckets(bucket.sid).update({ max: 6 })).max, 6);
assert.equal((await oneLimit.buckets(bucket.sid).fetch()).max, 6);
assert.equal((await oneLimit.buckets.list()).length, 1);
assert.equal((await mine.rateLimits.list())[0].sid, limit.sid);
assert.equal(await oneLimit.buckets(bucket.sid).remove(), true);
assert.equal(await oneLimit.remove(), true);
await fails(() => oneLimit.fetch(), 404, 20404);
await fails(() => mine.rateLimits.create({ uniqueName: "End User" }), 400, 60200);
console.log("rate limits");

assert.equal((await mine.entities.create({ identity: "user-4712" })).identity, "user-4712");
const entity = mine.entities("user-4712");
const factor = await entity.newFactors.create({ friendlyName: "Phone", factorType: "totp" });
assert.deepEqual([factor.status, factor.factorType], ["unverified", "totp"]);
const { secret } = factor.binding;
const oneFactor = entity.factors(factor.sid);
assert.equal((await oneFactor.update({ authPayload: wrong(appCode(secret)) })).status, "unverified");
assert.equal((await oneFactor.update({ authPayload: appCode(secret) })).status, "verified");
assert.equal((await oneFactor.fetch()).status, "verified");
assert.equal((await entity.factors.list())[0].sid, factor.sid);
const payload = { factorSid: factor.sid, authPayload: appCode(secret, 1) };
const answered = await entity.challenges.create(payload);
assert.deepEqual([answered.status, answered.factorSid], ["approved", factor.sid]);
assert.equal((await entity.challenges.create(payload)).status, "pending");
await fails(() => entity.challenges(answered.sid).fetch(), 404, 20404);
await fails(() => entity.challenges.list(), 400, 60201);
await fails(() => mine.entities.list(), 400, 60201);
await fails(() => entity.newFactors.create({ friendlyName: "Phone", factorType: "push" }), 403, 60223);
await fails(() => mine.entities.create({ identity: "user-4712" }), 409, 60301);
assert.equal((await entity.fetch()).identity, "user-4712");
assert.equal(await oneFactor.remove(), true);
await entity.newFactors.create({ friendlyName: "Phone", factorType: "totp" });
assert.equal(await entity.remove(), true);
await fails(() => entity.fetch(), 404, 20404);
console.log("factors");

const attempts = await verify.verificationAttempts.list({ verificationSid: begun.sid });
assert.deepEqual([attempts[0].verificationSid, attempts[0].conversionStatus], [begun.sid, "converted"]);
assert.equal((await verify.verificationAttempts(attempts[0].sid).fetch()).verificationSid, begun.sid);
assert.ok((await verify.verificationAttemptsSummary().fetch()).totalConverted >= 1);
const found = await verify.verificationAttempts.list({
  channelDataTo: mail,
  channel: "email",
  status: "converted",
});
assert.ok(found.some((one) => one.sid === attempts[0].sid && one.channelData.country === null));
assert.deepEqual(await verify.verificationAttempts.list({ country: "FR" }), []);
const webhook = await mine.webhooks.create({
  friendlyName: "Backend",
  eventTypes: ["factor.verified", "challenge.approved"],
  webhookUrl: "https://app.example.com/hooks",
});
assert.equal((await mine.webhooks(webhook.sid).fetch()).status, "enabled");
assert.equal((await mine.webhooks(webhook.sid).update({ status: "disabled" })).status, "disabled");
assert.equal((await mine.webhooks.list())[0].sid, webhook.sid);
assert.equal(await mine.webhooks(webhook.sid).remove(), true);
assert.deepEqual(await verify.templates.list(), []);
const messagingServiceSid = `MG${"0".repeat(32)}`;
await fails(() => mine.messagingConfigurations.create({ country: "DE", messagingServiceSid }), 400, 60201);
assert.deepEqual(await mine.messagingConfigurations.list(), []);
const safe = await verify.safelist.create({ phoneNumber: phone });
assert.equal((await verify.safelist(phone).fetch()).sid, safe.sid);
assert.equal(await verify.safelist(phone).remove(), true);
await fails(() => verify.safelist(phone).fetch(), 404, 20404);
await fails(() => verify.forms("form-push").fetch(), 404, 20404);
console.log("attempts, webhooks, templates");

const text = await mine.verifications.create({
  to: phone,
  channel: "sms",
  channelConfiguration: { substitutions: { app: "Hub" } },
});
assert.equal((await mine.verifications(phone).fetch()).sid, text.sid);
const right = await mine.verificationChecks.create({ verificationSid: text.sid, code: await codeFor(phone) });
assert.equal(right.status, "approved");
const filters = { verifyServiceSid: service.sid, country: "DE" };
const german = await verify.verificationAttempts.list({ channelDataTo: phone, ...filters });
assert.deepEqual(
  german.map((one) => one.channelData.country),
  ["DE"],
);
const summary = await verify.verificationAttemptsSummary().fetch({ channel: "sms", ...filters });
assert.deepEqual([summary.totalAttempts, summary.totalConverted, summary.totalUnconverted], [1, 1, 0]);
assert.equal(summary.conversionRatePercentage, "100.000000000");
const call = await mine.verifications.create({ to: phone, channel: "call" });
assert.equal((await mine.verifications(call.sid).update({ status: "canceled" })).status, "canceled");
await mine.verifications.create({ to: phone, channel: "auto" });
assert.equal((await mine.verifications(phone).update({ status: "approved" })).valid, true);
console.log("phone");

await fails(() => mine.verifications.create({ to: phone, channel: "sna" }), 403, 60223);
await fails(() => mine.verifications.create({ to: "nobody", channel: "sms" }), 400, 60200);
await fails(() => mine.verifications.create({ to: mail, channel: "email", customCode: "123456" }), 403, 60204);
await fails(() => mine.verificationChecks.create({ code: "123456" }), 400, 60221);
await fails(() => verify.services(`VA${"0".repeat(32)}`).fetch(), 404, 20404);
const stranger = twilio(account, "not the secret key of anybody");
stranger.verify.baseUrl = url;
await fails(() => stranger.verify.v2.services(first.sid).fetch(), 401, 20003);
await mine.update({ psd2Enabled: true });
await fails(() => mine.verifications.create({ to: mail, channel: "email" }), 400, 60206);
const paid = await mine.verifications.create({ to: mail, channel: "email", amount: "39.99", payee: "Acme" });
assert.deepEqual([paid.amount, paid.payee], ["39.99", "Acme"]);
console.log("errors");

for (const one of await verify.services.list()) {
  if (one.sid !== first.sid) assert.equal(await verify.services(one.sid).remove(), true);
}
await fails(() => mine.fetch(), 404, 20404);
console.log("deleted");
