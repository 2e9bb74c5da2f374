// SPDX-License-Identifier: MIT

import { randomUUID } from "node:crypto";
import { OtpMint } from "otpmint";
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
  stop(): Promise<void>;
}

export async function realWorld(): Promise<World> {
  const server = await startDevServer();
  const client = new OtpMint({ baseUrl: server.baseUrl, secretKey: SECRET_KEY });
  const { tenant } = await client.request<{ tenant: string }>("GET", "/v1/tenant");
  return { ...server, secretKey: SECRET_KEY, audience: tenant, fetch: (input, init) => fetch(input, init) };
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
