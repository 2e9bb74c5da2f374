// SPDX-License-Identifier: MIT

import type { ReceiptClaims } from "../receipts/claims.js";
import type { Challenge, ChallengeDelivery, PublicChallenge } from "../types.js";
import type { Book, Entry } from "./book.js";

/** A challenge, as its tenant sees it. */
export function challengeView(book: Book, entry: Entry): Challenge {
  const { nonce, metadata, createdAt } = entry;
  const sent = entry.sends.at(-1);
  return {
    ...common(book, entry),
    status: book.status(entry),
    created_at: timestamp(createdAt),
    delivery: sent === undefined ? null : { status: "sent", at: timestamp(sent.at), error: null },
    nonce,
    metadata,
  };
}

export function deliveriesView(sends: Entry["sends"]): ChallengeDelivery[] {
  return sends.map(({ channel, at }) => {
    const time = timestamp(at);
    return { channel, route: null, status: "sent", queued_at: time, at: time, error: null };
  });
}

/** A challenge, as a holder of its key sees it. */
export function publicView(book: Book, entry: Entry): PublicChallenge {
  const status = entry.ended === "verified" ? "verified" : "pending";
  return { ...common(book, entry), status, delivery: entry.sends.length === 0 ? null : { status: "sent" } };
}

/** What the receipt of a challenge says. */
export function claimsOf(entry: Entry, audience: string, now: number): object {
  const { to, purpose, channel, key, nonce, bind, metadata } = entry;
  const said = {
    sub: to,
    purpose,
    channel,
    jti: key,
    ...(nonce === null ? {} : { nonce }),
    ...(bind === undefined ? {} : { bind }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
  return receiptOf(said, audience, now);
}

/** A receipt that says this. */
export function receiptOf(
  said: Omit<ReceiptClaims, "iss" | "aud" | "iat" | "exp">,
  audience: string,
  now: number,
): ReceiptClaims & { amr: string[] } {
  const iat = Math.floor(now / 1000);
  return { iss: "otpmint", aud: audience, ...said, iat, exp: iat + 300, amr: ["otp"] };
}

function common(book: Book, entry: Entry) {
  const resendAt = book.resendAt(entry);
  return {
    key: entry.key,
    purpose: entry.purpose,
    channel: entry.channel,
    to: masked(entry.to),
    locale: entry.locale,
    expires_at: timestamp(entry.expiresAt),
    attempts_remaining: entry.attempts,
    resend_at: resendAt === undefined ? null : timestamp(resendAt),
    sends_remaining: book.sendsRemaining(entry),
  };
}

/** `j***@e***.com`, or `+49 *** ***78`. */
export function masked(to: string): string {
  const [local, domain] = to.split("@");
  if (local === undefined || domain === undefined) return `${to.slice(0, 3)} *** ***${to.slice(-2)}`;
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***${domain.slice(domain.lastIndexOf("."))}`;
}

/** As the server writes a time. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}
