// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
  CodeMismatchError,
  CodeUsedError,
  ConnectionError,
  type FactorRequest,
  InvalidFieldError,
  NotFoundError,
  OtpMint,
  OtpMintError,
  RateLimitedError,
} from "otpmint";
import { ReceiptVerifier } from "otpmint/receipts";
import { App, losing, refused, type World } from "./worlds.js";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

const somebody = () => `user-${randomUUID()}`;

/** What an app relies on with authenticator apps, told to one server. */
export function factorContract(name: string, make: () => Promise<World>): void {
  describe(`factors of ${name}`, () => {
    let world: World;
    let client: OtpMint;

    before(async () => {
      world = await make();
      client = clientWith(world.fetch);
    });
    after(() => world?.stop());

    const clientWith = (fetch: typeof globalThis.fetch) =>
      new OtpMint({ baseUrl: world.baseUrl, secretKey: world.secretKey, fetch });
    const lossy = (count: number) => clientWith(losing(count, world.fetch).fetch).factors;
    const enrolled = async () => {
      const added = await client.factors.add({ identity: somebody() });
      const app = new App(added.secret ?? "", world.now);
      return { app, factor: await client.factors.confirm(added.factor, app.code()) };
    };

    test("an app is added, confirmed and checked", async () => {
      const identity = somebody();
      const added = await client.factors.add({ identity, issuer: "Shop" });
      assert.deepEqual([added.status, added.identity, added.confirmed_at], ["unconfirmed", identity, null]);
      assert.deepEqual([added.algorithm, added.digits, added.period], ["SHA1", 6, 30]);
      assert.ok(added.uri?.startsWith(`otpauth://totp/Shop:${identity}?secret=${added.secret}&`), added.uri ?? "null");
      assert.equal(added.qr_svg?.slice(0, 4), "<svg");
      assert.equal(Buffer.from(added.qr_png ?? "", "base64").toString("latin1").slice(1, 4), "PNG");
      for (const call of [
        () => client.factors.check(added.factor, "123456"),
        () => client.factors.replaceRecoveryCodes(added.factor),
      ]) {
        const error = await refused(call(), OtpMintError);
        assert.deepEqual([error.code, error.status], ["factor_unconfirmed", 409]);
      }
      const app = new App(added.secret ?? "", world.now);
      const confirmed = await client.factors.confirm(added.factor, app.code());
      assert.deepEqual([confirmed.status, new Set(confirmed.recovery_codes).size], ["active", 10]);
      const again = await refused(client.factors.confirm(added.factor, app.wrong()), OtpMintError);
      assert.equal(again.code, "factor_confirmed");

      const code = app.code();
      const typed = ` ${code.slice(0, 3)}-${code.slice(3)} `;
      const checked = await client.factors.check(added.factor, typed, { purpose: "login", nonce: "n-1" });
      assert.deepEqual([checked.verified, checked.channel, checked.recovery_codes_remaining], [true, "totp", 10]);
      assert.notEqual(checked.used_at, null);
      const { baseUrl, audience, fetch } = world;
      const verifier = new ReceiptVerifier({ baseUrl, audience, fetch });
      const claims = await verifier.verify(checked.receipt ?? "", { purpose: "login", nonce: "n-1" });
      assert.deepEqual([claims.sub, claims.channel, claims.jti.slice(0, 21)], [identity, "totp", `${added.factor}.`]);
      const used = await refused(client.factors.check(added.factor, code), CodeUsedError);
      assert.deepEqual([used.code, used.status], ["code_used", 403]);
      const all = await client.factors.list(identity);
      assert.deepEqual(all.map(({ factor, status }) => [factor, status]), [[added.factor, "active"]]);
      assert.deepEqual(await client.factors.list(`${identity}?&=`), []);

      await client.factors.delete(added.factor);
      assert.equal((await refused(client.factors.get(added.factor), NotFoundError)).code, "factor_not_found");
    });

    test("a recovery code works once", async () => {
      const { factor } = await enrolled();
      const [first = "", second = ""] = factor.recovery_codes;
      const checked = await client.factors.check(factor.factor, first.toLowerCase().replaceAll("-", " "));
      assert.deepEqual([checked.channel, checked.recovery_codes_remaining], ["recovery", 9]);
      const wrong = await refused(client.factors.check(factor.factor, first), CodeMismatchError);
      assert.equal(wrong.attemptsRemaining, 4);
      const replaced = await client.factors.replaceRecoveryCodes(factor.factor);
      assert.deepEqual([replaced.recovery_codes_remaining, replaced.recovery_codes.length], [10, 10]);
      await refused(client.factors.check(factor.factor, second), CodeMismatchError);
      await client.factors.check(factor.factor, replaced.recovery_codes[9] ?? "");
    });

    test("five wrong codes pause it", async () => {
      const { app, factor } = await enrolled();
      for (const left of [4, 3, 2, 1, 0]) {
        const wrong = await refused(client.factors.check(factor.factor, app.wrong()), CodeMismatchError);
        assert.equal(wrong.attemptsRemaining, left);
      }
      const paused = await refused(client.factors.check(factor.factor, app.code()), RateLimitedError);
      assert.deepEqual([paused.code, paused.status], ["factor_paused", 429]);
      const { paused_until } = await client.factors.get(factor.factor);
      const differs = (paused.retryAt?.getTime() ?? 0) - Date.parse(paused_until ?? "");
      assert.ok(Math.abs(differs) <= 5000, `${differs} ms from paused_until`);
    });

    test("what can be no code costs nothing", async () => {
      const { app, factor } = await enrolled();
      for (const typed of ["", "12", "1234", "12345678", "12345O", "ABCD-EFGH-2345-678"]) {
        const error = await refused(client.factors.check(factor.factor, typed), InvalidFieldError);
        assert.deepEqual(error.errors.map(({ pointer }) => pointer), ["/code"], typed);
      }
      const wrong = await refused(client.factors.check(factor.factor, app.wrong()), CodeMismatchError);
      assert.equal(wrong.attemptsRemaining, 4);
    });

    test("what an app holds already is imported", async () => {
      const identity = somebody();
      const imported = await client.factors.add({ identity, secret: SECRET.toLowerCase(), confirmed: true });
      assert.deepEqual([imported.status, imported.secret, imported.recovery_codes_remaining], ["active", SECRET, 0]);
      await client.factors.check(imported.factor, new App(SECRET, world.now).code());
      const uri = `otpauth://totp/Old%20Shop:jane?secret=${SECRET}&digits=8&period=60&algorithm=SHA256`;
      const other = await client.factors.add({ identity, uri });
      assert.deepEqual([other.status, other.digits, other.period, other.algorithm], ["unconfirmed", 8, 60, "SHA256"]);
      assert.ok(other.uri?.includes("Old%20Shop:jane"));
      const bad: [Partial<FactorRequest> & object, string][] = [
        [{ secret: "too short" }, "/secret"],
        [{ uri: "https://example.com" }, "/uri"],
        [{ uri, digits: 6 }, "/digits"],
        [{ confirmed: true }, "/confirmed"],
        [{ digits: 7 }, "/digits"],
        [{ period: 5 }, "/period"],
        [{ issuer: "\n" }, "/issuer"],
        [{ colour: "red" } as object, "/colour"],
      ];
      for (const [fields, pointer] of bad) {
        const error = await refused(client.factors.add({ identity, ...fields }), InvalidFieldError);
        assert.deepEqual(error.errors.map((field) => field.pointer), [pointer]);
      }
      for (let count = 2; count < 5; count += 1) await client.factors.add({ identity });
      assert.equal((await refused(client.factors.add({ identity }), OtpMintError)).code, "too_many_factors");
    });

    test("a call whose answer is lost is carried out once", async () => {
      const identity = somebody();
      const lost = await lossy(1).add({ identity });
      assert.ok(lost.secret && lost.uri && lost.qr_svg && lost.qr_png);
      assert.equal((await client.factors.list(identity)).length, 1);

      const { factor, secret } = lost;
      const app = new App(secret, world.now);
      const confirmed = await lossy(1).confirm(factor, app.code());
      assert.deepEqual([confirmed.status, confirmed.recovery_codes.length], ["active", 10]);
      const wrong = await refused(lossy(2).check(factor, app.wrong()), CodeMismatchError);
      assert.equal(wrong.attemptsRemaining, 4);
      assert.equal((await lossy(2).check(factor, app.code())).receipt?.split(".").length, 3);

      assert.equal((await lossy(1).replaceRecoveryCodes(factor)).recovery_codes.length, 10);
      // What takes no key is sent once.
      await refused(lossy(1).delete(factor), ConnectionError);
      assert.equal((await refused(client.factors.get(factor), NotFoundError)).status, 404);
    });

    test("what is no handle finds nothing", async () => {
      for (const handle of ["fct_2222222222222222", "made-up", "", "..", "../tenant", "a b", "é"]) {
        const error = await refused(client.factors.check(handle, "123456"), NotFoundError);
        assert.deepEqual([error.code, error.status], ["factor_not_found", 404]);
      }
      const unknown = await refused(client.factors.fetchResult("otpr_made_up"), NotFoundError);
      assert.equal(unknown.code, "result_not_found");
    });
  });
}
