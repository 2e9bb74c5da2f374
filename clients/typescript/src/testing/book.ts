// SPDX-License-Identifier: MIT

import { bindHash } from "../receipts/bind.js";
import type { Channel, Fields, KnownChallengeStatus, MintRequest, VerifyRequest } from "../types.js";
import { plainCode } from "./bodies.js";
import { Refusal } from "./problems.js";

const SENDS = 3;
const PAUSES = [30, 60];

/** A message that would have been sent. */
export interface FakeMessage {
  to: string;
  channel: Channel;
  code: string;
  purpose: string;
  /** The shareable key of its challenge, or the id of a relayed message. */
  key: string;
  at: Date;
  /** Whether the code came from the app, by `messages.relay`. */
  relayed: boolean;
}

/** A challenge, with what nobody is told. Times are milliseconds since 1970. */
export interface Entry {
  key: string;
  to: string;
  channel: Channel | "none";
  code: string;
  purpose: string;
  locale: string;
  nonce: string | null;
  metadata: Fields;
  /** The hash of what was bound. */
  bind: string | undefined;
  createdAt: number;
  expiresAt: number;
  attempts: number;
  sends: { channel: Channel; at: number }[];
  ended: Exclude<KnownChallengeStatus, "pending" | "expired"> | undefined;
}

export interface BookOptions {
  now: () => number;
  attempts: number;
  /** The code for a challenge; called with the length that the mint asks for. */
  code: (length: number) => string;
}

/** The challenges of a fake and the rules for them. */
export class Book {
  readonly messages: FakeMessage[] = [];
  readonly #entries = new Map<string, Entry>();
  readonly #options: BookOptions;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  async mint(request: MintRequest): Promise<Entry> {
    if (request.return_url !== undefined || request.embed) throw Refusal.of("no_pages");
    const to = recipient(request.to);
    const { ttl = 600 } = request;
    if (ttl < 60 || ttl > 900) throw Refusal.field("/ttl", "ttl must be from 60 to 900 seconds");
    const now = this.#options.now();
    const entry: Entry = {
      key: keyOf(this.#entries.size),
      to,
      channel: request.channel === "none" ? "none" : wayTo(to, request.channel),
      code: this.#options.code(request.code?.length ?? 6),
      purpose: request.purpose ?? "verification",
      locale: request.locale ?? "en",
      nonce: request.nonce ?? null,
      metadata: request.metadata ?? {},
      bind: await hashOf(request.bind),
      createdAt: now,
      expiresAt: now + ttl * 1000,
      attempts: this.#options.attempts,
      sends: [],
      ended: undefined,
    };
    this.#entries.set(entry.key, entry);
    if (entry.channel !== "none") this.#send(entry, entry.channel);
    return entry;
  }

  find(key: string): Entry {
    const entry = this.#entries.get(key);
    if (entry === undefined) throw Refusal.of("challenge_not_found");
    return entry;
  }

  /** The latest pending one. */
  findByRecipient(to: string, purpose: string): Entry {
    const all = [...this.#entries.values()].reverse();
    const isMeant = (entry: Entry) => entry.to === to && entry.purpose === purpose && this.status(entry) === "pending";
    return this.find(all.find(isMeant)?.key ?? "");
  }

  status(entry: Entry): KnownChallengeStatus {
    if (entry.ended !== undefined) return entry.ended;
    return this.#options.now() >= entry.expiresAt ? "expired" : "pending";
  }

  async verify(entry: Entry, { code: typed, bind }: VerifyRequest): Promise<void> {
    const code = plainCode(typed);
    if (!/^[0-9A-Z]{4,10}$/.test(code)) throw Refusal.of("not_a_code");
    this.#mustBePending(entry);
    const isBound = (await hashOf(bind)) === entry.bind;
    entry.attempts -= 1;
    if (isBound && code === entry.code.toUpperCase()) {
      entry.ended = "verified";
      return;
    }
    if (entry.attempts === 0) entry.ended = "exhausted";
    throw Refusal.of("code_mismatch", { attempts_remaining: entry.attempts });
  }

  resend(entry: Entry, channel: Channel | undefined): void {
    this.#mustBePending(entry);
    if (entry.channel === "none") throw Refusal.of("nothing_to_resend");
    const at = this.resendAt(entry);
    if (at === undefined) throw Refusal.of("sends_spent");
    const wait = Math.ceil((at - this.#options.now()) / 1000);
    if (wait > 0) throw Refusal.of("resend_cooldown", { retry_after: wait });
    this.#send(entry, channel ?? entry.channel);
  }

  cancel(entry: Entry): void {
    this.#mustBePending(entry);
    entry.ended = "canceled";
  }

  sendsRemaining(entry: Entry): number {
    return entry.channel === "none" ? 0 : SENDS - entry.sends.length;
  }

  resendAt(entry: Entry): number | undefined {
    const last = entry.sends.at(-1);
    if (last === undefined || this.sendsRemaining(entry) === 0) return undefined;
    return last.at + (PAUSES[entry.sends.length - 1] ?? 60) * 1000;
  }

  #send(entry: Entry, channel: Channel): void {
    const at = this.#options.now();
    entry.channel = channel;
    entry.sends.push({ channel, at });
    const { to, code, purpose, key } = entry;
    this.messages.push({ to, channel, code, purpose, key, at: new Date(at), relayed: false });
  }

  #mustBePending(entry: Entry): void {
    const status = this.status(entry);
    if (status !== "pending") throw Refusal.of(`challenge_${status}`);
  }
}

/** A mail address or a phone number. */
export function recipient(to: string | undefined): string {
  if (to === undefined) throw Refusal.field("/to", "missing field `to`, for which only a page can ask");
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(to)) return to;
  const number = to.replace(/[\s().\/-]/g, "");
  if (/^\+\d{7,15}$/.test(number)) return number;
  throw Refusal.field("/to", "not a mail address that can receive a code");
}

const CHANNELS: string[] = ["email", "sms", "whatsapp", "voice", "telegram"];

/** The channel that was asked for, if it is one and leads to this recipient; otherwise the usual one. */
export function wayTo(to: string, channel: Channel | undefined): Channel {
  if (channel === undefined) return to.includes("@") ? "email" : "sms";
  if (!CHANNELS.includes(channel)) throw Refusal.field("/channel", "no channel");
  if ((channel === "email") !== to.includes("@")) throw Refusal.field("/channel", "does not reach this recipient");
  return channel;
}

/** 23 letters that count. */
export function keyOf(count: number): string {
  const digits = count.toString(26).split("");
  return digits.map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join("").padStart(23, "K");
}

async function hashOf(bind: Fields | undefined): Promise<string | undefined> {
  return bind === undefined || Object.keys(bind).length === 0 ? undefined : bindHash(bind);
}
