// Every call of Twilio's SDK for Node, with its base URL changed and nothing else.

import assert from "node:assert/strict";
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

const text = await mine.verifications.create({
  to: phone,
  channel: "sms",
  channelConfiguration: { substitutions: { app: "Hub" } },
});
assert.equal((await mine.verifications(phone).fetch()).sid, text.sid);
const right = await mine.verificationChecks.create({ verificationSid: text.sid, code: await codeFor(phone) });
assert.equal(right.status, "approved");
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
