// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { OtpMint, type OtpMintError } from "otpmint";
import { FakeOtpMint } from "otpmint/testing";
import { SECRET_KEY, startDevServer } from "./dev-server.js";

/** A server to tell the contract with: the real one, and the fake that has to behave like it. */
export interface World {
  baseUrl: string;
  secretKey: string;
  /** The tenant's handle. */
  audience: string;
  fetch: typeof fetch;
  codeOf(to: string): Promise<string>;
  messagesTo(to: string): Promise<number>;
  /** Of a tenant's key that may relay messages, as its first may not. */
  relayKey(): Promise<string>;
  /** Milliseconds since 1970. */
  now(): number;
  stop(): Promise<void>;
}

export async function realWorld(): Promise<World> {
  const server = await startDevServer();
  const client = new OtpMint({ baseUrl: server.baseUrl, secretKey: SECRET_KEY });
  const { tenant } = await client.request<{ tenant: string }>("GET", "/v1/tenant");
  const body = { name: "relay", scopes: ["relay"] };
  const relayKey = async () => (await client.request<{ secret: string }>("POST", "/v1/tenant/keys", body)).secret;
  const time = { relayKey, now: () => Date.now() };
  return { ...server, ...time, secretKey: SECRET_KEY, audience: tenant, fetch: (input, init) => fetch(input, init) };
}

export async function fakeWorld(): Promise<World> {
  const fake = new FakeOtpMint();
  const to = (recipient: string) => fake.messages.filter((message) => message.to === recipient);
  return {
    baseUrl: fake.baseUrl,
    secretKey: fake.secretKey,
    audience: fake.audience,
    fetch: fake.fetch,
    codeOf: async (recipient) => to(recipient).at(-1)?.code ?? "",
    messagesTo: async (recipient) => to(recipient).length,
    relayKey: async () => fake.secretKey,
    now: () => Date.now(),
    stop: async () => undefined,
  };
}

/** A recipient of one test alone: the limits count each. */
export function someone(): string {
  return `${randomUUID()}@example.com`;
}

/** A code that is wrong, and one that could be right. */
export function otherThan(code: string): string {
  return code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
}

/** Carries each request out, and loses the answers to the first ones. */
export function losing(count: number, real: typeof fetch): { fetch: typeof fetch; keys: (string | null)[] } {
  const keys: (string | null)[] = [];
  return {
    keys,
    fetch: async (input, init) => {
      keys.push(new Headers(init?.headers).get("Idempotency-Key"));
      const answer = await real(input, init);
      if (keys.length <= count) throw new TypeError("fetch failed");
      return answer;
    },
  };
}

/** What `promise` is rejected with, which must be of this class. */
export async function refused<E extends OtpMintError>(
  promise: Promise<unknown>,
  type: abstract new (...all: never[]) => E,
): Promise<E> {
  const error = await promise.then(
    () => assert.fail("it was not refused"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof type, inspect(error));
  return error;
}

/** An authenticator app (RFC 6238). */
export class App {
  readonly #key: Buffer;
  readonly #now: () => number;
  #last = 0;

  constructor(secret: string, now: () => number) {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
    this.#key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
    this.#now = now;
  }

  /** A code that was not used before: that of now, or of the next step, which is accepted too. */
  code(): string {
    this.#last = Math.max(this.#step(), this.#last + 1);
    return this.#at(this.#last);
  }

  /** One that is wrong now and for some time. */
  wrong(): string {
    const right = new Set(Array.from({ length: 12 }, (_, at) => this.#at(this.#step() - 3 + at)));
    for (let code = 111111; ; code += 1) if (!right.has(String(code))) return String(code);
  }

  #step(): number {
    return Math.floor(this.#now() / 30_000);
  }

  #at(step: number): string {
    const message = Buffer.alloc(8);
    message.writeBigUInt64BE(BigInt(step));
    const tag = createHmac("sha1", this.#key).update(message).digest();
    const number = tag.readUInt32BE((tag[19] ?? 0) & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
  }
}
