// SPDX-License-Identifier: MIT
// An app that mints a code in German, verifies it, checks the receipt offline and receives the webhook.
//
// It talks to the sandbox: nothing is sent, and the mail is read where a test would read it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { Webhook } from "standardwebhooks";

// The test key of `otpmint dev`. Your own is a secret: keep it out of your code.
const DEV_KEY = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF";

const OTPMINT = process.env.OTPMINT_URL ?? "http://127.0.0.1:5000";
const TEST_KEY = process.env.OTPMINT_TEST_KEY ?? DEV_KEY;
const PORT = Number(process.env.WEBHOOK_PORT ?? 8808);
const WAIT = 30_000;

/** One request to the API. What is no success throws the problem that the API tells. */
async function call(method, path, body) {
  const answer = await fetch(OTPMINT + path, {
    method,
    headers: {
      Authorization: `Bearer ${TEST_KEY}`,
      "Content-Type": "application/json",
      Prefer: "wait=10", // a mint answers when its message is sent
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(WAIT),
  });
  const told = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(told)}`);
  return told;
}

const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", OTPMINT));

/** The claims of a receipt that is good for this tenant, purpose and nonce; no call to the API. */
async function checkReceipt(receipt, tenant, purpose, nonce) {
  const { payload } = await jwtVerify(receipt, keys, {
    algorithms: ["ES256"],
    typ: "otpmint-receipt+jwt",
    issuer: "otpmint",
    audience: tenant,
    requiredClaims: ["sub", "exp", "iat", "jti"],
    clockTolerance: 10,
  });
  if (payload.purpose !== purpose || payload.nonce !== nonce) throw new Error("a receipt for something else");
  return payload;
}

/** Takes events, but only such as are signed with the endpoint's secret. */
let secret;
const receiver = createServer(async (request, response) => {
  const body = await text(request);
  try {
    receiver.emit("event", new Webhook(secret).verify(body, request.headers));
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end();
  }
});

const { tenant } = await call("GET", "/v1/tenant");

// 1. Where events go. The secret is shown this once.
await once(receiver.listen(PORT, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${receiver.address().port}/webhooks`;
const endpoint = await call("POST", "/v1/tenant/webhooks", { url, events: ["challenge.verified"] });
secret = endpoint.secret;
console.log("webhook    ", url);

// 2. A code, in German. The nonce ties the receipt to this very login.
const nonce = randomBytes(16).toString("base64url");
const recipient = `delivered+${randomBytes(4).toString("hex")}@otpmint.test`;
const mint = { to: recipient, purpose: "login", locale: "de", nonce };
const challenge = await call("POST", "/v1/challenges", mint);
console.log("minted     ", challenge.key, "for", challenge.to);

// 3. A user would read it in the mailbox; a test reads it here.
const { data: mails } = await call("GET", `/v1/sandbox/outbox?challenge=${challenge.key}`);
console.log("mail       ", mails[0].subject);

// 4. What the user typed.
const happened = once(receiver, "event", { signal: AbortSignal.timeout(WAIT) });
const verified = await call("POST", `/v1/challenges/${challenge.key}/verify`, { code: mails[0].code });
console.log("verified   ", verified.status);

// 5. The proof, checked with the public key alone.
const claims = await checkReceipt(verified.receipt, tenant, "login", nonce);
console.log("receipt    ", claims.sub);

// 6. The event, its signature checked.
const [event] = await happened;
console.log("event      ", event.type, event.data.key);
assert.equal(event.data.key, challenge.key);
assert.equal(claims.sub, recipient);

await call("DELETE", `/v1/tenant/webhooks/${endpoint.webhook}`);
receiver.close();
receiver.closeAllConnections();
