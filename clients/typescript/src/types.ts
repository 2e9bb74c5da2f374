// SPDX-License-Identifier: MIT
//
// What goes over the wire, with the names that docs/api.md gives it. `tests/openapi.types.ts` compares each of
// these with docs/openapi.json.

/** How a code travels. */
export type Channel = "email" | "sms" | "whatsapp" | "voice" | "telegram";

/** `pending`, and then one of the others for good. */
export type ChallengeStatus = "pending" | "verified" | "expired" | "exhausted" | "canceled";

export type DeliveryStatus = "queued" | "sent" | "delivered" | "failed";

/** Names and texts. */
export type Fields = Record<string, string>;

export interface MintRequest {
  /** A mail address or a phone number. May be absent with `return_url` or `embed`: then the page asks for it. */
  to?: string | undefined;
  ask?: "email" | "phone" | "either" | undefined;
  /** With `none` nothing is sent, and the answer has the code: needs the scope `reveal`. */
  channel?: Channel | "none" | undefined;
  /** `verification` if absent. */
  purpose?: string | undefined;
  locale?: string | undefined;
  /** Seconds, 60 to 900. */
  ttl?: number | undefined;
  code?: { length?: number | undefined; alphabet?: "digits" | "unambiguous" | undefined } | undefined;
  /** Returned with the challenge and part of the receipt: no secrets here. */
  metadata?: Fields | undefined;
  /** For the receipt: what ties it to one session. */
  nonce?: string | undefined;
  /** For the tenant's templates. */
  vars?: Fields | undefined;
  origin?: string | undefined;
  app_hash?: string | undefined;
  /** Must be repeated exactly at the verification. */
  bind?: Fields | undefined;
  return_url?: string | undefined;
  embed?: boolean | undefined;
  /** What the limits of your policy count this mint for, such as a device. */
  limits?: Fields | undefined;
  /** The address of your user, for the limits. */
  end_user_ip?: string | undefined;
}

export interface VerifyRequest {
  /** As the user typed it: spaces, dashes and lower case are understood. */
  code: string;
  bind?: Fields | undefined;
  end_user_ip?: string | undefined;
}

export interface VerifyByRecipientRequest extends VerifyRequest {
  to: string;
  purpose?: string | undefined;
}

export interface ResendRequest {
  channel?: Channel | undefined;
}

/** The latest message of a challenge. */
export interface Delivery {
  status: DeliveryStatus;
  at: string | null;
  /** A word from the table of delivery codes in docs/api.md. */
  error: string | null;
}

/** One of the messages of a challenge. */
export interface ChallengeDelivery extends Delivery {
  channel: Channel | "none";
  route: string | null;
  queued_at: string;
}

/** A challenge, as its tenant sees it. Times are RFC 3339 in UTC. */
export interface Challenge {
  /** The shareable key. */
  key: string;
  status: ChallengeStatus;
  purpose: string;
  channel: Channel | "none";
  /** Masked; null while a hosted page asks for it. */
  to: string | null;
  locale: string;
  created_at: string;
  expires_at: string;
  attempts_remaining: number;
  sends_remaining: number;
  resend_at: string | null;
  delivery: Delivery | null;
  nonce: string | null;
  metadata: Fields;
  page_url?: string | null;
}

export interface MintedChallenge extends Challenge {
  /** Only if `channel` is `none`, and only in the first answer. */
  code?: string | null;
}

export interface ChallengeWithDeliveries extends Challenge {
  deliveries: ChallengeDelivery[];
}

export interface VerifiedChallenge extends Challenge {
  /**
   * The signed proof. It is missing from the answer to a repeated request only, once it has expired or after the
   * server has crashed in between.
   */
  receipt?: string;
}

/** A challenge, as a holder of its shareable key sees it. */
export interface PublicChallenge {
  key: string;
  status: "pending" | "verified";
  purpose: string;
  channel: Channel | "none";
  to: string | null;
  locale: string;
  expires_at: string;
  attempts_remaining: number;
  sends_remaining: number;
  resend_at: string | null;
  delivery: { status: DeliveryStatus } | null;
}

export interface VerifiedPublicChallenge extends PublicChallenge {
  /** For your backend, which checks it. */
  receipt: string;
}

/** What is wrong with one field or parameter of a request. */
export interface FieldProblem {
  pointer?: string | null;
  parameter?: string | null;
  detail: string;
}

/** A refusal (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** One of the codes in docs/api.md. */
  code: string;
  detail?: string | null;
  errors?: FieldProblem[] | null;
  attempts_remaining?: number | null;
  retry_after?: number | null;
  /** When a paused factor is checked again. */
  retry_at?: string | null;
}
