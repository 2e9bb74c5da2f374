// SPDX-License-Identifier: MIT

import type {
  CheckFactor,
  FactorRequest,
  MintRequest,
  RelayRequest,
  ResendRequest,
  VerifyByRecipientRequest,
  VerifyRequest,
} from "../types.js";
import { Refusal } from "./problems.js";

type Kind = "string" | "number" | "boolean" | "fields" | "object";

const VERIFY: Record<keyof VerifyRequest, Kind> = {
  code: "string",
  bind: "fields",
  end_user_ip: "string",
  trusted: "boolean",
};

const KINDS = {
  mint: {
    to: "string",
    ask: "string",
    channel: "string",
    purpose: "string",
    locale: "string",
    ttl: "number",
    code: "object",
    metadata: "fields",
    nonce: "string",
    vars: "fields",
    origin: "string",
    app_hash: "string",
    bind: "fields",
    return_url: "string",
    embed: "boolean",
    limits: "fields",
    end_user_ip: "string",
    trusted: "boolean",
  } satisfies Record<keyof MintRequest, Kind>,
  verify: VERIFY,
  verifyByRecipient: { ...VERIFY, to: "string", purpose: "string" } satisfies Record<
    keyof VerifyByRecipientRequest,
    Kind
  >,
  resend: { channel: "string" } satisfies Record<keyof ResendRequest, Kind>,
  factor: {
    identity: "string",
    issuer: "string",
    account: "string",
    algorithm: "string",
    digits: "number",
    period: "number",
    secret: "string",
    uri: "string",
    confirmed: "boolean",
    return_url: "string",
    locale: "string",
  } satisfies Record<keyof FactorRequest, Kind>,
  confirm: { code: "string" } satisfies Record<"code", Kind>,
  check: { code: "string", purpose: "string", nonce: "string" } satisfies Record<keyof CheckFactor, Kind>,
  relay: {
    to: "string",
    code: "string",
    channel: "string",
    purpose: "string",
    locale: "string",
    expires_in: "number",
    link: "string",
    vars: "fields",
    metadata: "fields",
    limits: "fields",
    end_user_ip: "string",
  } satisfies Record<keyof RelayRequest, Kind>,
};

const REQUIRED: Record<keyof typeof KINDS, string[]> = {
  mint: [],
  verify: ["code"],
  verifyByRecipient: ["to", "code"],
  resend: [],
  factor: ["identity"],
  confirm: ["code"],
  check: ["code"],
  relay: ["to", "code"],
};

/** The body of a request, of which every field is known and of its type. */
export function parseBody<T>(text: string, kinds: keyof typeof KINDS): T {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw Refusal.of("invalid_json");
  }
  if (!isObject(body)) throw Refusal.of("invalid_json");
  const known = new Map<string, Kind>(Object.entries(KINDS[kinds]));
  for (const [name, value] of Object.entries(body)) {
    const kind = known.get(name);
    if (kind === undefined) throw Refusal.field(`/${name}`, `unknown field \`${name}\``);
    // An optional field may be null, except those that are objects of texts.
    if (!(value === null && kind !== "fields") && !isOf(kind, value)) throw Refusal.field(`/${name}`, `expected ${kind}`);
  }
  for (const name of REQUIRED[kinds]) {
    if (typeof body[name] !== "string") throw Refusal.field(`/${name}`, `missing field \`${name}\``);
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as T;
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === "object") return isObject(value);
  if (kind === "fields") return isObject(value) && Object.values(value).every((text) => typeof text === "string");
  return typeof value === kind;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was typed, as the server understands it: full-width characters become plain, and what stands between goes. */
export function plainCode(typed: string): string {
  return typed.normalize("NFKC").replace(/[\s\p{Pd}\p{Cf}]/gu, "").toUpperCase();
}
