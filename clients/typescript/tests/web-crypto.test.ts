// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { test } from "node:test";
import { bindHash } from "otpmint/receipts";

function replaced<T>(name: string, value: unknown, run: () => Promise<T>): Promise<T> {
  const former = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return run().finally(() => {
    if (former === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, former);
  });
}

test("Node 18, where WebCrypto is no global, has it all the same", async () => {
  const expected = await bindHash({ a: "b" });
  assert.equal(await replaced("crypto", undefined, () => bindHash({ a: "b" })), expected);
});

test("a page without WebCrypto is told why", async () => {
  // A page from http has `crypto`, but no `subtle`.
  const alone = () => replaced("process", undefined, () => replaced("crypto", {}, () => bindHash({ a: "b" })));
  await assert.rejects(alone(), /https and from localhost only/);
});
