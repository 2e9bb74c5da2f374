// SPDX-License-Identifier: MIT

import { fromBase64 } from "../bytes.js";
import type { ReceiptClaims } from "./claims.js";
import { ReceiptError } from "./errors.js";

/** A receipt that was taken apart, and nothing more: it may be forged. */
export interface Unchecked {
  kid: string;
  claims: ReceiptClaims;
  signed: string;
  signature: Uint8Array<ArrayBuffer>;
}

/** What docs/openapi.json allows a receipt. */
const LONGEST = 65_536;

export function takeApart(receipt: unknown): Unchecked {
  if (typeof receipt !== "string" || receipt.length > LONGEST) throw new ReceiptError("malformed");
  const [head, body, end, ...more] = receipt.split(".");
  if (head === undefined || body === undefined || end === undefined || more.length > 0) {
    throw new ReceiptError("malformed");
  }
  const header = objectIn(head);
  if (header["typ"] !== "otpmint-receipt+jwt") throw new ReceiptError("wrong_type");
  // The header chooses nothing: there is one algorithm. An extension that must be understood is not (RFC 7515).
  if (header["alg"] !== "ES256" || "crit" in header) throw new ReceiptError("wrong_algorithm");
  const { kid } = header;
  const claims = objectIn(body);
  const signature = fromBase64(end);
  if (typeof kid !== "string" || !areClaims(claims) || signature === undefined) throw new ReceiptError("malformed");
  return { kid, claims, signed: `${head}.${body}`, signature };
}

function objectIn(part: string): Record<string, unknown> {
  const bytes = fromBase64(part);
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Neither UTF-8 nor JSON.
  }
  throw new ReceiptError("malformed");
}

function areClaims(value: object): value is ReceiptClaims {
  const claims = value as Record<string, unknown>;
  const texts = ["iss", "aud", "sub", "purpose", "channel", "jti"].every((name) => typeof claims[name] === "string");
  const optional = ["nonce", "bind"].every((name) => ["string", "undefined"].includes(typeof claims[name]));
  return texts && optional && ["iat", "exp"].every((name) => Number.isFinite(claims[name]));
}
