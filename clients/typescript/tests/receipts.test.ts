// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, sign as signWith } from "node:crypto";
import { test } from "node:test";
import { bindHash, type JwkSet, KeysUnavailableError, ReceiptVerifier } from "otpmint/receipts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });

const NOW = 1_768_478_400;
const KEYS = setOf("k-1");
const HEADER = { alg: "ES256", typ: "otpmint-receipt+jwt", kid: "k-1" };
const CLAIMS = {
  iss: "otpmint",
  aud: "tnt_1",
  sub: "jane@example.com",
  purpose: "login",
  channel: "email",
  jti: "KeyOfTheChallenge",
  nonce: "n-1",
  iat: NOW,
  exp: NOW + 300,
  amr: ["otp"],
};
const EXPECTED = { purpose: "login", nonce: "n-1" };

function setOf(...kids: string[]): JwkSet {
  const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
  return { keys: kids.map((kid) => ({ kty, crv, x, y, alg: "ES256", use: "sig", kid })) } as JwkSet;
}

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");

function made(header: object = HEADER, claims: object = CLAIMS, key = privateKey): string {
  return signedOver(`${encoded(header)}.${encoded(claims)}`, key);
}

function signedOver(signed: string, key = privateKey): string {
  const signature = signWith("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

function verifierAt(seconds: number, more: object = {}): ReceiptVerifier {
  return new ReceiptVerifier({ keys: KEYS, audience: "tnt_1", now: () => seconds * 1000, ...more });
}

async function fault(receipt: string, expected: string, verifier = verifierAt(NOW)): Promise<void> {
  await assert.rejects(verifier.verify(receipt, EXPECTED), { name: "ReceiptError", fault: expected });
}

test("a good receipt gives its claims, with keys from a file", async () => {
  assert.equal((await verifierAt(NOW).verify(made(), EXPECTED)).sub, "jane@example.com");
});

test("the header chooses neither algorithm nor kind", async () => {
  await fault(made({ ...HEADER, typ: "JWT" }), "wrong_type");
  await fault(made({ ...HEADER, typ: undefined }), "wrong_type");
  for (const alg of ["none", "HS256", "ES384", "es256", undefined]) await fault(made({ ...HEADER, alg }), "wrong_algorithm");
  await fault(made({ ...HEADER, crit: ["b64"], b64: false }), "wrong_algorithm");
  // The public key as the secret of an HMAC, and no signature at all.
  const signed = made({ ...HEADER, alg: "HS256" }).split(".").slice(0, 2).join(".");
  const secret = publicKey.export({ format: "pem", type: "spki" });
  await fault(`${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`, "wrong_algorithm");
  await fault(made().replace(/[^.]*$/, ""), "wrong_signature");
});

test("only the server's signature over these very claims is good", async () => {
  await fault(made(HEADER, CLAIMS, stranger.privateKey), "wrong_signature");
  const [head, , signature] = made().split(".");
  await fault(`${head}.${encoded({ ...CLAIMS, sub: "eve@example.com" })}.${signature}`, "wrong_signature");
  await fault(made({ ...HEADER, kid: "k-2" }), "unknown_key");
});

test("a receipt is for one issuer, one tenant and one time", async () => {
  await fault(made(HEADER, { ...CLAIMS, iss: "other" }), "wrong_issuer");
  await fault(made(HEADER, { ...CLAIMS, aud: "tnt_2" }), "wrong_audience");
  await verifierAt(NOW, { issuer: "other" }).verify(made(HEADER, { ...CLAIMS, iss: "other" }), EXPECTED);
  await verifierAt(NOW + 309).verify(made(), EXPECTED);
  await fault(made(), "expired", verifierAt(NOW + 310));
  await verifierAt(NOW - 10).verify(made(), EXPECTED);
  await fault(made(), "from_the_future", verifierAt(NOW - 11));
  await fault(made(), "expired", verifierAt(NOW + 301, { toleranceSeconds: 0 }));
});

test("what is no receipt is malformed, and not quoted", async () => {
  const [head, , signature] = made().split(".");
  const broken = [
    "",
    "a.b",
    `${made()}.more`,
    `${head}.${Buffer.from("[1]").toString("base64url")}.${signature}`,
    `${head}.%.${signature}`,
    // Not UTF-8.
    signedOver(`${head}.${Buffer.from(JSON.stringify({ ...CLAIMS, sub: "ä" }), "latin1").toString("base64url")}`),
    made(HEADER, { ...CLAIMS, metadata: { a: "a".repeat(50_000) } }),
    made({ ...HEADER, kid: 1 }),
    ...["iss", "aud", "sub", "purpose", "channel", "jti", "iat", "exp"].map((name) => made(HEADER, { ...CLAIMS, [name]: null })),
    made(HEADER, { ...CLAIMS, nonce: 1 }),
    made(HEADER, { ...CLAIMS, aud: ["tnt_1"] }),
  ];
  for (const receipt of broken) {
    const refused = verifierAt(NOW).verify(receipt, EXPECTED);
    await assert.rejects(refused, (error: Error) => !error.message.includes("jane") && /malformed/.test(error.message));
  }
  await assert.rejects(verifierAt(NOW).verify(undefined, EXPECTED), { fault: "malformed" });
});

test("nothing is compared with nothing", async () => {
  const { nonce: _, ...without } = CLAIMS;
  const verifier = verifierAt(NOW);
  for (const expected of [{ purpose: "login", nonce: "" }, { purpose: "login" }, { purpose: "", nonce: "n-1" }]) {
    await assert.rejects(verifier.verify(made(HEADER, without), expected as typeof EXPECTED), TypeError);
  }
  await assert.rejects(verifier.verify(made(HEADER, without), EXPECTED), { fault: "wrong_nonce" });
  assert.throws(() => verifierAt(NOW, { audience: "" }), TypeError);
});

test("the hash of bound fields is that of the documents", async () => {
  const hash = "iNv5yEtNXZwWOyYQ4YFctevkq3Nh-RrKvJSVc3WxRi0";
  assert.equal(await bindHash({ payee: "Jane", amount: "9.99" }), hash);
  // In the order of bytes, in which the longer name comes later and UTF-16 is of no importance.
  const text = '{"10":"","2":"","a":"","ab":"","\uff21":"","\u{10000}":""}';
  const expected = createHash("sha256").update(text).digest("base64url");
  assert.equal(await bindHash({ "\u{10000}": "", "\uff21": "", ab: "", a: "", "2": "", "10": "" }), expected);
});

/** A server of keys with a clock, which counts. */
function served() {
  const state = { now: NOW * 1000, keys: KEYS, fetches: 0, isDown: false };
  const fetch: typeof globalThis.fetch = async () => {
    state.fetches += 1;
    if (state.isDown) throw new TypeError("fetch failed");
    return Response.json(state.keys);
  };
  const now = () => state.now;
  const options = { baseUrl: "https://otp.example", audience: "tnt_1", fetch, now, retries: 0 };
  return { state, verifier: new ReceiptVerifier(options) };
}

test("the keys are fetched once for all who wait, and again after five minutes", async () => {
  const { state, verifier } = served();
  await Promise.all([1, 2, 3].map(() => verifier.verify(made(), EXPECTED)));
  assert.equal(state.fetches, 1);
  state.now += 299_000;
  await verifier.verify(made(), EXPECTED);
  assert.equal(state.fetches, 1);
  state.now += 1_000;
  await verifier.verify(made(), EXPECTED);
  assert.equal(state.fetches, 2);
});

test("a key that is withdrawn is refused after five minutes at the latest", async () => {
  const { state, verifier } = served();
  const later = made(HEADER, { ...CLAIMS, exp: NOW + 900 });
  await verifier.verify(later, EXPECTED);
  state.keys = setOf("k-2");
  state.now += 300_000;
  await fault(later, "unknown_key", verifier);
});

test("an unknown key fetches the set again, at most every ten seconds", async () => {
  const { state, verifier } = served();
  await verifier.verify(made(), EXPECTED);
  const next = made({ ...HEADER, kid: "k-2" });
  for (let count = 0; count < 5; count += 1) await fault(next, "unknown_key", verifier);
  assert.equal(state.fetches, 1);
  state.keys = setOf("k-1", "k-2");
  state.now += 10_000;
  await verifier.verify(next, EXPECTED);
  assert.equal(state.fetches, 2);
});

test("without keys nothing is accepted, and the server is not asked for each receipt", async () => {
  const { state, verifier } = served();
  state.isDown = true;
  for (let count = 0; count < 3; count += 1) await assert.rejects(verifier.verify(made(), EXPECTED), KeysUnavailableError);
  assert.equal(state.fetches, 1);
  state.isDown = false;
  state.now += 1_000;
  await verifier.verify(made(), EXPECTED);
  // Nor are old keys used for ever.
  state.isDown = true;
  state.now += 300_000;
  await assert.rejects(verifier.verify(made(), EXPECTED), KeysUnavailableError);
});

test("a clock that is set back does not keep a set for ever", async () => {
  const { state, verifier } = served();
  await verifier.verify(made(), EXPECTED);
  state.now -= 5_000;
  await verifier.verify(made(), EXPECTED);
  assert.equal(state.fetches, 2);
});

test("keys of another kind in the set do no harm", async () => {
  const more = { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", kid: "k-9", x: "AA", y: "" };
  const verifier = verifierAt(NOW, { keys: { keys: [more, ...KEYS.keys] } });
  await verifier.verify(made(), EXPECTED);
  await fault(made({ ...HEADER, kid: "k-9" }), "unknown_key", verifier);
});
