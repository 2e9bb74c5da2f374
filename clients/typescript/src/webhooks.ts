// SPDX-License-Identifier: MIT

import { fromBase64, utf8 } from "./bytes.js";
import type { Challenge, Open } from "./types.js";
import { webCrypto } from "./web-crypto.js";

interface Happened<Type extends string, Data> {
  /** Of the event, and the same each time it is sent: remember it. */
  id: string;
  type: Type;
  /** When it happened (RFC 3339). */
  timestamp: string;
  data: Data;
}

/** An authenticator app when something happened to it. Whose it is, `GET /v1/factors/{id}` says. */
export interface FactorSnapshot {
  factor: string;
  status: Open<"unconfirmed" | "active">;
  recovery_codes_remaining: number;
  created_at: string;
  confirmed_at: string | null;
  used_at: string | null;
  paused_until: string | null;
}

/** That somebody seems to guess at the codes of very many recipients; the numbers are those of 24 hours. */
export interface Spray {
  level: Open<"suspicious" | "under_attack">;
  opened: number;
  verified: number;
  exhausted: number;
  wrong: number;
  explained: number;
  recipients: number;
  expected_accounts: number;
  acts: boolean;
}

/** What OtpMint reports. Types may be added: ignore those that you do not know. */
export type WebhookEvent =
  | Happened<"delivery.sent" | "delivery.delivered" | "delivery.failed", Challenge>
  | Happened<
      | "challenge.created"
      | "challenge.verified"
      | "challenge.exhausted"
      | "challenge.expired"
      | "challenge.canceled"
      | "recipient.locked_out",
      Challenge
    >
  | Happened<"webhook.disabled", { id: string; description: string; disabled_for: Open<"gone" | "failing"> }>
  | Happened<"key.expiring", { key: string; name: string; expires_at: string; last_used_at: string | null }>
  | Happened<"route.failed", { id: string; error: string }>
  | Happened<"phone.budget", { counts: Open<"messages" | "calls">; period: Open<"hour" | "day">; used: number; budget: number }>
  | Happened<"phone.conversion", { country: string; sent: number; verified: number }>
  | Happened<"factor.confirmed" | "factor.paused" | "factor.recovered" | "factor.removed", FactorSnapshot>
  | Happened<
      "tenant.mints_capped",
      { minted_in_hour: number; minted_in_day: number; per_hour: number | null; per_day: number | null }
    >
  | Happened<"tenant.spray_suspected", Spray>
  | Happened<"ping", Record<string, never>>;

/** The request is not from your OtpMint, or too old. Answer 400. */
export class WebhookVerificationError extends Error {
  static {
    this.prototype.name = "WebhookVerificationError";
  }
}

/** Those of `fetch`, or those of Node: names in any case. */
export type WebhookHeaders = Headers | Record<string, string | readonly string[] | undefined>;

export interface WebhookOptions {
  /** How old, or how far ahead, a request may be; 300 seconds by default. */
  toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970; `Date.now` by default. */
  now?: (() => number) | undefined;
}

/**
 * The event that a request reports, after its signature was checked (Standard Webhooks). `body` is what was
 * received, byte for byte. After a rotation a request has two signatures; one that matches is enough.
 */
export async function verifyWebhook(
  secret: string,
  headers: WebhookHeaders,
  body: string | Uint8Array,
  { toleranceSeconds = 300, now = Date.now }: WebhookOptions = {},
): Promise<WebhookEvent> {
  const id = header(headers, "webhook-id");
  const sentAt = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature");
  if (!/^\d{1,12}$/.test(sentAt)) throw new WebhookVerificationError("webhook-timestamp is no time");
  const age = Math.abs(now() / 1000 - Number(sentAt));
  if (age > toleranceSeconds) throw new WebhookVerificationError("The request is too old, or from the future");
  const bytes = typeof body === "string" ? utf8(body) : body;
  if (!(bytes instanceof Uint8Array)) throw new TypeError("body must be what was received, not what was parsed of it");
  const expected = await signature(secret, utf8(`${id}.${sentAt}.`), bytes);
  const sent = signatures.split(" ").filter((one) => one.startsWith("v1,"));
  if (!sent.some((one) => isSame(fromBase64(one.slice(3)), expected))) {
    throw new WebhookVerificationError("No signature matches");
  }
  return { ...(JSON.parse(new TextDecoder().decode(bytes)) as WebhookEvent), id };
}

function header(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : inRecord(headers, name);
  if (typeof value !== "string" || value === "") throw new WebhookVerificationError(`${name} is missing`);
  return value;
}

function inRecord(headers: Record<string, unknown>, name: string): unknown {
  const values = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  return values.length === 1 ? values[0]?.[1] : undefined;
}

async function signature(secret: string, head: Uint8Array, body: Uint8Array): Promise<Uint8Array> {
  const key = secret.startsWith("whsec_") ? fromBase64(secret.slice("whsec_".length)) : undefined;
  // An empty key would accept what anyone can sign.
  if (key === undefined || key.length === 0) throw new TypeError("the secret must be whsec_ and base64");
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  const { subtle } = await webCrypto();
  const hmac = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", hmac, signed));
}

/** Takes as long for a signature that differs at its first byte as for one that differs at its last. */
function isSame(sent: Uint8Array | undefined, expected: Uint8Array): boolean {
  if (sent?.length !== expected.length) return false;
  const difference = expected.reduce((sum, byte, at) => sum | (byte ^ (sent[at] ?? 0)), 0);
  return difference === 0;
}
