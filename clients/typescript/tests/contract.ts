// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import {
  AuthenticationError,
  CannotResendError,
  ChallengeEndedError,
  NotFoundError,
  CodeMismatchError,
  InvalidFieldError,
  NotACodeError,
  OtpMint,
  OtpMintError,
  OtpMintHolder,
} from "otpmint";
import { ReceiptVerifier } from "otpmint/receipts";
import { losing, otherThan, refused, someone, type World } from "./worlds.js";

/** What the client relies on, told to one server. */
export function contract(name: string, make: () => Promise<World>): void {
  describe(name, () => {
    let world: World;
    let client: OtpMint;

    before(async () => {
      world = await make();
      client = clientWith(world.fetch);
    });
    after(() => world?.stop());

    const clientWith = (fetch: typeof globalThis.fetch) =>
      new OtpMint({ baseUrl: world.baseUrl, secretKey: world.secretKey, fetch });
    const holderOf = (key: string) => new OtpMintHolder({ baseUrl: world.baseUrl, key, fetch: world.fetch });
    const verifier = () =>
      new ReceiptVerifier({ baseUrl: world.baseUrl, audience: world.audience, fetch: world.fetch });

    test("a code is minted, read and verified", async () => {
      const to = someone();
      const minted = await client.challenges.mint({ to, purpose: "login", metadata: { order: "17" } }, { wait: 5 });
      assert.equal(minted.status, "pending");
      assert.equal(minted.to, `${to[0]}***@e***.com`);
      assert.deepEqual([minted.attempts_remaining, minted.sends_remaining], [5, 2]);
      assert.equal(minted.delivery?.status, "sent");
      const verified = await client.challenges.verify(minted.key, await world.codeOf(to));
      assert.equal(verified.status, "verified");
      assert.equal(verified.receipt?.split(".").length, 3);
      const fetched = await client.challenges.get(minted.key);
      assert.deepEqual([fetched.status, fetched.metadata], ["verified", { order: "17" }]);
      assert.deepEqual(fetched.deliveries.map(({ channel, status }) => [channel, status]), [["email", "sent"]]);
    });

    test("a phone number gets a text message", async () => {
      const { channel, to, key } = await client.challenges.mint({ to: "+49 151 12345678" });
      assert.deepEqual([channel, to], ["sms", "+49 *** ***78"]);
      await client.challenges.verify(key, await world.codeOf("+4915112345678"));
    });

    test("the latest code is verified by its recipient and purpose", async () => {
      const to = someone();
      await client.challenges.mint({ to, purpose: "login" }, { wait: 5 });
      const latest = await client.challenges.mint({ to, purpose: "login" }, { wait: 5 });
      const code = await world.codeOf(to);
      const elsewhere = client.challenges.verifyByRecipient({ to, purpose: "payment", code });
      await refused(elsewhere, NotFoundError);
      const { key, status } = await client.challenges.verifyByRecipient({ to, purpose: "login", code });
      assert.deepEqual([key, status], [latest.key, "verified"]);
    });

    test("a wrong code costs an attempt, and what is no code costs none", async () => {
      const to = someone();
      const { key } = await client.challenges.mint({ to });
      const code = await world.codeOf(to);
      const mismatch = await refused(client.challenges.verify(key, otherThan(code)), CodeMismatchError);
      assert.deepEqual([mismatch.code, mismatch.status, mismatch.attemptsRemaining], ["code_mismatch", 403, 4]);
      assert.ok((mismatch.requestId?.length ?? 0) >= 8);
      await refused(client.challenges.verify(key, "12345?"), NotACodeError);
      const typed = code.split("").join(" ");
      assert.equal((await client.challenges.verify(key, typed)).attempts_remaining, 3);
    });

    test("a challenge that has ended says how", async () => {
      const to = someone();
      const { key } = await client.challenges.mint({ to });
      const code = await world.codeOf(to);
      for (const remaining of [4, 3, 2, 1, 0]) {
        const mismatch = await refused(client.challenges.verify(key, otherThan(code)), CodeMismatchError);
        assert.equal(mismatch.attemptsRemaining, remaining);
      }
      const late = await refused(client.challenges.verify(key, code), ChallengeEndedError);
      assert.deepEqual([late.code, late.status], ["challenge_exhausted", 410]);
      const other = someone();
      const minted = await client.challenges.mint({ to: other });
      await client.challenges.verify(minted.key, await world.codeOf(other));
      const again = client.challenges.verify(minted.key, await world.codeOf(other));
      assert.equal((await refused(again, ChallengeEndedError)).code, "challenge_verified");
      assert.equal((await refused(client.challenges.resend(key), ChallengeEndedError)).code, "challenge_exhausted");
    });

    test("a canceled challenge takes no code", async () => {
      const to = someone();
      const { key } = await client.challenges.mint({ to });
      const code = await world.codeOf(to);
      await client.challenges.cancel(key);
      assert.equal((await client.challenges.get(key)).status, "canceled");
      const late = await refused(client.challenges.verify(key, code), ChallengeEndedError);
      assert.equal(late.code, "challenge_canceled");
      await refused(client.challenges.cancel(key), ChallengeEndedError);
    });

    test("a code is not sent again at once", async () => {
      const { key, resend_at } = await client.challenges.mint({ to: someone() }, { wait: 5 });
      const error = await refused(client.challenges.resend(key), CannotResendError);
      assert.deepEqual([error.code, error.status], ["resend_cooldown", 429]);
      const differs = (error.retryAt?.getTime() ?? 0) - Date.parse(resend_at ?? "");
      assert.ok(Math.abs(differs) <= 2000, `${differs} ms from resend_at`);
    });

    test("a field that is wrong is named", async () => {
      const error = await refused(client.challenges.mint({ to: "nobody" }), InvalidFieldError);
      assert.deepEqual([error.status, error.errors[0]?.pointer], [422, "/to"]);
      const unknown = client.request("POST", "/v1/challenges", { to: someone(), colour: "red" });
      assert.equal((await refused(unknown, InvalidFieldError)).errors[0]?.pointer, "/colour");
      const missing = client.request("POST", "/v1/verify", { to: someone() });
      assert.equal((await refused(missing, InvalidFieldError)).status, 422);
      await client.request("POST", "/v1/challenges", { to: someone(), ttl: null });
      const empty = client.request("POST", "/v1/challenges", { to: someone(), bind: null });
      assert.equal((await refused(empty, InvalidFieldError)).errors[0]?.pointer, "/bind");
    });

    test("an unknown challenge is not found", async () => {
      for (const key of ["a".repeat(23), "made-up", "..", ""]) {
        const error = await refused(client.challenges.get(key), NotFoundError);
        assert.equal(error.code, "challenge_not_found");
      }
    });

    test("a wrong secret key is refused, and not told", async () => {
      const secretKey = "otpm_wrongwrongwrongwrong";
      const stranger = new OtpMint({ baseUrl: world.baseUrl, secretKey, fetch: world.fetch });
      const error = await refused(stranger.challenges.mint({ to: someone() }), AuthenticationError);
      assert.deepEqual([error.code, error.status], ["invalid_secret_key", 401]);
      for (const thing of [error, stranger]) {
        const told = `${inspect(thing, { depth: 9, showHidden: true })} ${JSON.stringify(thing)} ${String(thing)}`;
        assert.ok(!told.includes(secretKey), told);
      }
    });

    test("a mint whose answer is lost sends one message", async () => {
      const to = someone();
      const lossy = losing(2, world.fetch);
      const { key } = await clientWith(lossy.fetch).challenges.mint({ to });
      await client.challenges.verify(key, await world.codeOf(to));
      assert.equal(await world.messagesTo(to), 1);
      assert.equal(lossy.keys.length, 3);
      assert.equal(new Set(lossy.keys).size, 1);
    });

    test("a verification whose answer is lost succeeds, and a wrong one costs one attempt", async () => {
      const to = someone();
      const { key } = await client.challenges.mint({ to });
      const code = await world.codeOf(to);
      const wrong = clientWith(losing(1, world.fetch).fetch).challenges.verify(key, otherThan(code));
      assert.equal((await refused(wrong, CodeMismatchError)).attemptsRemaining, 4);
      const right = await clientWith(losing(1, world.fetch).fetch).challenges.verify(key, code);
      assert.equal(right.attempts_remaining, 3);
      await verifier().verify(right.receipt, { purpose: "verification", key });
    });

    test("a key of the caller's repeats an answer, and belongs to one request", async () => {
      const to = someone();
      const options = { idempotencyKey: `order-${to}` };
      const first = await client.challenges.mint({ to }, options);
      assert.deepEqual(await client.challenges.mint({ to }, options), first);
      const other = await refused(client.challenges.mint({ to: someone() }, options), OtpMintError);
      assert.deepEqual([other.code, other.status], ["idempotency_key_reused", 422]);
    });

    test("a receipt proves who answered what", async () => {
      const to = someone();
      const { key } = await client.challenges.mint({ to, purpose: "login", nonce: "n-1", metadata: { a: "b" } });
      const { receipt } = await client.challenges.verify(key, await world.codeOf(to));
      const claims = await verifier().verify(receipt, { purpose: "login", nonce: "n-1", key });
      assert.deepEqual([claims.sub, claims.jti, claims.channel, claims.metadata], [to, key, "email", { a: "b" }]);
      for (const [expected, fault] of [
        [{ purpose: "payment", nonce: "n-1" }, "wrong_purpose"],
        [{ purpose: "login", nonce: "n-2" }, "wrong_nonce"],
        [{ purpose: "login", key: "other" }, "wrong_challenge"],
        [{ purpose: "login", key, bind: { amount: "1" } }, "wrong_bind"],
      ] as const) {
        await assert.rejects(verifier().verify(receipt, expected), { name: "ReceiptError", fault });
      }
    });

    test("bound fields are part of the code and of the receipt", async () => {
      // Names whose order differs in bytes, in UTF-16 and as numbers, and text that JSON has to escape.
      const bind = { "10": "a", "2": "b", "\uff21": "c", "\u{10000}": "d", amount: "9.99 €", text: '"\\/\u0001\u007f\n' };
      const to = someone();
      const { key } = await client.challenges.mint({ to, bind });
      const code = await world.codeOf(to);
      const other = { ...bind, amount: "99.9 €" };
      await refused(client.challenges.verify(key, code, { bind: other }), CodeMismatchError);
      const { receipt } = await client.challenges.verify(key, code, { bind });
      const purpose = "verification";
      await verifier().verify(receipt, { purpose, key, bind });
      await assert.rejects(verifier().verify(receipt, { purpose, key, bind: other }), { fault: "wrong_bind" });
      await assert.rejects(verifier().verify(receipt, { purpose, key }), { fault: "wrong_bind" });
    });

    test("a holder sees the challenge and verifies without a secret key", async () => {
      const to = someone();
      const { key } = await client.challenges.mint({ to, purpose: "login", nonce: "n-1" }, { wait: 5 });
      const holder = holderOf(key);
      const seen = await holder.status();
      assert.deepEqual([seen.status, seen.purpose, seen.delivery], ["pending", "login", { status: "sent" }]);
      assert.ok(!("nonce" in seen));
      const code = await world.codeOf(to);
      const mismatch = await refused(holder.verify(otherThan(code)), CodeMismatchError);
      assert.equal(mismatch.attemptsRemaining, 4);
      assert.equal((await refused(holder.resend(), CannotResendError)).code, "resend_cooldown");
      const { status, receipt } = await holder.verify(code);
      assert.equal(status, "verified");
      await verifier().verify(receipt, { purpose: "login", nonce: "n-1" });
      await refused(holder.status(), NotFoundError);
      await refused(holder.verify(code), NotFoundError);
    });

    test("a holder has no keys for retries, which is why nothing of a holder's is repeated", async () => {
      const { key } = await client.challenges.mint({ to: someone() });
      const headers = { "Content-Type": "application/json", "Idempotency-Key": "k" };
      const init = { method: "POST", headers, body: '{"code":"000000"}' };
      const answer = await world.fetch(`${world.baseUrl}/v1/challenges/${key}/verify`, init);
      const { code } = (await answer.json()) as { code: string };
      assert.deepEqual([answer.status, code], [400, "idempotency_not_offered"]);
    });
  });
}
