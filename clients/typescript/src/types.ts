// SPDX-License-Identifier: MIT
//
// What goes over the wire, with the names that docs/api.md gives it. `tests/openapi.types.ts` compares each of
// these with docs/openapi.json.

/** A word in an answer: one of these, or one of a later server. */
export type Open<Known extends string> = Known | (string & Record<never, never>);

/** How a code travels. */
export type Channel = "email" | "sms" | "whatsapp" | "voice" | "telegram";

/** Every status that there is now. */
export type KnownChallengeStatus = "pending" | "verified" | "expired" | "exhausted" | "canceled";

/** `pending`, and then one of the others for good. */
export type ChallengeStatus = Open<KnownChallengeStatus>;

export type DeliveryStatus = Open<"queued" | "sent" | "delivered" | "failed">;

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
  /** Whether you vouch for the device of your user: a lockout by others then leaves it a small reserve. */
  trusted?: boolean | undefined;
}

export interface VerifyRequest {
  /** As the user typed it: spaces, dashes and lower case are understood. */
  code: string;
  bind?: Fields | undefined;
  end_user_ip?: string | undefined;
  /** Whether you vouch for the device of your user. */
  trusted?: boolean | undefined;
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
  channel: Open<Channel | "none">;
  route: string | null;
  queued_at: string;
}

/** A challenge, as its tenant sees it. Times are RFC 3339 in UTC. */
export interface Challenge {
  /** The shareable key. */
  key: string;
  status: ChallengeStatus;
  purpose: string;
  channel: Open<Channel | "none">;
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
  status: Open<"pending" | "verified">;
  purpose: string;
  channel: Open<Channel | "none">;
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

/** A new authenticator app. */
export interface FactorRequest {
  /** Your name for the user: an id that does not change, and no mail address. */
  identity: string;
  /** What the app shows; the name of the tenant if absent. */
  issuer?: string | undefined;
  /** What the app shows; the identity if absent. */
  account?: string | undefined;
  /** `SHA1` if absent; some apps ignore any other. */
  algorithm?: TotpAlgorithm | undefined;
  /** 6 or 8. */
  digits?: number | undefined;
  /** Seconds, 15 to 60. */
  period?: number | undefined;
  /** Imports a secret in base32. */
  secret?: string | undefined;
  /** Imports `otpauth://totp/…`, or the export of one account by Google Authenticator. */
  uri?: string | undefined;
  /** Makes an import active at once. */
  confirmed?: boolean | undefined;
  /** Requests a hosted page that sets up the app: one of the tenant's `return_urls`. */
  return_url?: string | undefined;
  /** The language of that page. */
  locale?: string | undefined;
}

export type TotpAlgorithm = "SHA1" | "SHA256" | "SHA512";

export interface CheckFactor {
  /** As the user typed it. */
  code: string;
  /** For the receipt; `verification` if absent. */
  purpose?: string | undefined;
  /** For the receipt. */
  nonce?: string | undefined;
}

/** An authenticator app of one of the tenant's users. */
export interface Factor {
  /** The handle, `fct_…`. */
  factor: string;
  identity: string;
  /** `unconfirmed` until the first right code. */
  status: Open<"unconfirmed" | "active">;
  algorithm: Open<TotpAlgorithm>;
  digits: number;
  period: number;
  recovery_codes_remaining: number;
  created_at: string;
  confirmed_at: string | null;
  /** When a code was last accepted. */
  used_at: string | null;
  /** The end of the pause after too many wrong codes. */
  paused_until: string | null;
}

/** A factor that was just added. Null is what a hosted page shows instead, and what was shown before. */
export interface NewFactor extends Factor {
  /** In base32, for users who type it. */
  secret: string | null;
  /** What the QR code says. */
  uri: string | null;
  /** The QR code as an SVG element. */
  qr_svg: string | null;
  /** The QR code as a PNG, in base64. */
  qr_png: string | null;
  page_url?: string | null;
}

export interface FactorWithRecoveryCodes extends Factor {
  /** Ten, each for one use. */
  recovery_codes: string[];
}

export interface CheckedFactor extends Factor {
  /** Always true: a wrong code is an error. */
  verified: boolean;
  /** What made the code. */
  channel: Open<"totp" | "recovery">;
  /** The signed proof. It is missing from the answer to a repeated request only, once it has expired. */
  receipt?: string | null;
}

/** A code of your own system. */
export interface RelayRequest {
  to: string;
  /** 4 to 64 printable ASCII characters, delivered as they are. */
  code: string;
  channel?: Channel | undefined;
  /** `verification` if absent. It selects the template. */
  purpose?: string | undefined;
  locale?: string | undefined;
  /** Seconds, 60 to 3600: how long your system accepts the code. */
  expires_in?: number | undefined;
  /** The address of a page that does the same as the code, such as a magic link. Mails carry it. */
  link?: string | undefined;
  /** For the tenant's templates. */
  vars?: Fields | undefined;
  /** Returned with the message. */
  metadata?: Fields | undefined;
  /** What the limits of your policy count this message for, such as a device. */
  limits?: Fields | undefined;
  /** The address of your user, for the limits. */
  end_user_ip?: string | undefined;
}

/** A relayed message. Its code can be verified by your own system alone. */
export interface Message {
  /** No shareable key. */
  id: string;
  purpose: string;
  channel: Open<Channel | "none">;
  /** Masked. */
  to: string | null;
  locale: string;
  created_at: string;
  /** When it is no longer sent. */
  expires_at: string;
  delivery: Delivery | null;
  metadata: Fields;
}

export interface MessageWithDeliveries extends Message {
  deliveries: ChallengeDelivery[];
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
  /** This occurrence, by the id of the request. */
  instance?: string;
  errors?: FieldProblem[] | null;
  attempts_remaining?: number | null;
  retry_after?: number | null;
  /** When a paused factor is checked again. */
  retry_at?: string | null;
}
