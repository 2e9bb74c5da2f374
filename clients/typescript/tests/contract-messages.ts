// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { InvalidFieldError, NotFoundError, OtpMint, OtpMintError } from "otpmint";
import { losing, refused, someone, type World } from "./worlds.js";

/** What an identity server relies on, told to one server. */
export function messageContract(name: string, make: () => Promise<World>): void {
  describe(`messages of ${name}`, () => {
    let world: World;
    let secretKey: string;
    let client: OtpMint;

    before(async () => {
      world = await make();
      secretKey = await world.relayKey();
      client = new OtpMint({ ...world, secretKey });
    });
    after(() => world?.stop());

    test("a code of another system is delivered", async () => {
      const to = someone();
      const request = { to, code: "314159", purpose: "login", locale: "de", metadata: { flow: "17" }, expires_in: 120 };
      const sent = await client.messages.relay(request, { wait: 10 });
      assert.deepEqual([sent.purpose, sent.channel, sent.locale], ["login", "email", "de"]);
      assert.deepEqual([sent.to, sent.metadata], [`${to[0]}***@e***.com`, { flow: "17" }]);
      assert.equal(sent.delivery?.status, "sent");
      assert.equal(Date.parse(sent.expires_at) - Date.parse(sent.created_at), 120_000);
      assert.equal(await world.codeOf(to), "314159");
      const found = await client.messages.get(sent.id);
      assert.deepEqual([found.id, found.deliveries.map(({ status }) => status)], [sent.id, ["sent"]]);
    });

    test("a code of another system cannot be verified", async () => {
      const to = someone();
      const { id } = await client.messages.relay({ to, code: "314159", purpose: "login" });
      const { challenges } = new OtpMint(world);
      await refused(challenges.get(id), NotFoundError);
      await refused(challenges.verify(id, "314159"), NotFoundError);
      await refused(challenges.verifyByRecipient({ to, code: "314159", purpose: "login" }), NotFoundError);
    });

    test("a message whose answer is lost is sent once", async () => {
      const to = someone();
      const { messages } = new OtpMint({ ...world, secretKey, fetch: losing(2, world.fetch).fetch });
      const options = { wait: 10, idempotencyKey: `flow-${to}` };
      const { id } = await messages.relay({ to, code: "314159" }, options);
      assert.equal((await messages.relay({ to, code: "314159" }, options)).id, id);
      assert.equal(await world.messagesTo(to), 1);
      const other = await refused(messages.relay({ to, code: "271828" }, options), OtpMintError);
      assert.equal(other.code, "idempotency_key_reused");
    });

    test("a field that is wrong is named", async () => {
      const [to, code] = [someone(), "314159"];
      for (const [body, pointer] of [
        [{ to: "nobody", code }, "/to"],
        [{ to, code: "314" }, "/code"],
        [{ to, code: " 314159" }, "/code"],
        [{ to, code, channel: "sms" }, "/channel"],
        [{ to, code, channel: "none" }, "/channel"],
        [{ to, code, expires_in: 5 }, "/expires_in"],
        [{ to, code, colour: "red" }, "/colour"],
      ] as const) {
        const error = await refused(client.request("POST", "/v1/messages", body), InvalidFieldError);
        assert.deepEqual(error.errors.map((field) => field.pointer), [pointer]);
      }
    });

    test("an unknown message is not found", async () => {
      for (const id of ["a".repeat(23), "made-up", "", "..", "../tenant"]) {
        const error = await refused(client.messages.get(id), NotFoundError);
        assert.deepEqual([error.code, error.status], ["message_not_found", 404]);
      }
    });
  });
}
