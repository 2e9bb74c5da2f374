// SPDX-License-Identifier: MIT

import type { CheckFactor, CheckedFactor, Factor, FactorRequest, NewFactor } from "../types.js";
import { parseBody, plainCode } from "./bodies.js";
import { Refusal } from "./problems.js";
import type { Asked, Route } from "./route.js";
import type { Signer } from "./signer.js";
import { codeOf, stepAt, stepsOf, toBase32, type Totp, totpOf, uriOf } from "./totp.js";
import { receiptOf, timestamp } from "./views.js";

const MOST = 5;
const GUESSES = 5;
const DAY = 86_400_000;
/** Minutes, after each five wrong codes in a row. */
const PAUSES = [1, 5, 15, 60, 360, 1440];
const LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/** One white pixel. */
const PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==";

/** A factor, with what nobody is told. Times are milliseconds since 1970. */
interface Entry {
  factor: string;
  identity: string;
  totp: Totp;
  createdAt: number;
  confirmedAt: number | undefined;
  usedAt: number | undefined;
  lastStep: number;
  inARow: number;
  pausedUntil: number;
  /** What is spent is undefined, so that the place of each is its number. */
  recovery: (string | undefined)[];
}

/** The authenticator apps of a fake and the rules for them. */
export class FactorBook {
  readonly routes: Route[];
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #signer: Signer;
  readonly #audience: string;

  constructor(now: () => number, signer: Signer, audience: string) {
    this.#now = now;
    this.#signer = signer;
    this.#audience = audience;
    const path = (rest: string) => new RegExp(`^/v1/factors${rest}$`);
    const [all, one] = [path(""), path("/([^/]+)")];
    const refused = () => Promise.reject(Refusal.of("result_not_found"));
    this.routes = [
      { method: "POST", path: all, keyed: true, run: ({ text }) => this.#add(text) },
      { method: "GET", path: all, run: (asked) => this.#list(asked) },
      { method: "POST", path: path("/results"), run: refused },
      { method: "GET", path: one, run: async (_, name) => this.#told(this.#find(name)) },
      { method: "DELETE", path: one, run: async (_, name) => this.#delete(name) },
      { method: "POST", path: path("/([^/]+)/confirm"), keyed: true, run: ({ text }, name) => this.#confirm(text, name) },
      { method: "POST", path: path("/([^/]+)/check"), keyed: true, run: ({ text }, name) => this.#check(text, name) },
      { method: "POST", path: path("/([^/]+)/recovery-codes"), keyed: true, run: async (_, name) => this.#replace(this.#find(name)) },
    ];
  }

  /** What the app shows now. */
  appCode(factor: string): Promise<string> {
    const { totp } = this.#find(factor);
    return codeOf(totp, stepAt(totp, this.#now()));
  }

  async #add(text: string): Promise<Response> {
    const request = parseBody<FactorRequest>(text, "factor");
    for (const name of ["identity", "issuer", "account"] as const) {
      const label = request[name] ?? "-";
      const isGood = label.trim() !== "" && label.length <= 128 && !/[\p{Cc}\u2028\u2029]/u.test(label);
      if (!isGood) throw Refusal.field(`/${name}`, "1 to 128 printable characters");
    }
    const { totp, issuer, account } = await totpOf(request);
    const { identity, confirmed, secret, uri } = request;
    if (confirmed && secret === undefined && uri === undefined) {
      throw Refusal.field("/confirmed", "only a factor with `secret` or `uri` may be confirmed at once");
    }
    if (request.return_url !== undefined) throw Refusal.of("no_pages");
    if (this.#of(identity).length >= MOST) throw Refusal.of("too_many_factors");
    const now = this.#now();
    const entry: Entry = {
      factor: `fct_${drawn("abcdefghijkmnpqrstuvwxyz23456789", 16)}`,
      identity,
      totp,
      createdAt: now,
      confirmedAt: confirmed ? now : undefined,
      usedAt: undefined,
      lastStep: 0,
      inARow: 0,
      pausedUntil: 0,
      recovery: [],
    };
    this.#entries.set(entry.factor, entry);
    const body: NewFactor = {
      ...this.#view(entry),
      secret: toBase32(totp.secret),
      uri: uriOf(totp, request.issuer ?? issuer ?? "Fake", request.account ?? account ?? identity),
      qr_svg: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      qr_png: PICTURE,
    };
    return Response.json(body, { status: 201 });
  }

  async #list({ query }: Asked): Promise<Response> {
    const identity = query.get("identity");
    if (identity === null) throw Refusal.parameter("identity", "missing parameter `identity`");
    return Response.json({ data: this.#of(identity).map((entry) => this.#view(entry)), next: null });
  }

  async #delete(name: string): Promise<Response> {
    this.#find(name);
    this.#entries.delete(name);
    return new Response(null, { status: 204 });
  }

  async #confirm(text: string, name: string): Promise<Response> {
    const { code } = parseBody<{ code: string }>(text, "confirm");
    const entry = this.#find(name);
    const plain = answerIn(code);
    if (entry.confirmedAt !== undefined) throw Refusal.of("factor_confirmed");
    await this.#answer(entry, plain);
    entry.confirmedAt = this.#now();
    return this.#replace(entry);
  }

  async #check(text: string, name: string): Promise<Response> {
    const { code, purpose = "verification", nonce } = parseBody<CheckFactor>(text, "check");
    const entry = this.#find(name);
    const plain = answerIn(code);
    if (entry.confirmedAt === undefined) throw Refusal.of("factor_unconfirmed");
    const { channel, number } = await this.#answer(entry, plain);
    const said = { sub: entry.identity, purpose, channel, jti: `${name}.${number}`, ...(nonce ? { nonce } : {}) };
    const receipt = await this.#signer.sign(receiptOf(said, this.#audience, this.#now()));
    const more: Omit<CheckedFactor, keyof Factor> = { verified: true, channel, receipt };
    return this.#told(entry, more);
  }

  #replace(entry: Entry): Response {
    if (entry.confirmedAt === undefined) throw Refusal.of("factor_unconfirmed");
    entry.recovery = Array.from({ length: 10 }, () => drawn(LETTERS, 16));
    return this.#told(entry, { recovery_codes: entry.recovery.map((code) => code?.match(/.{4}/g)?.join("-")) });
  }

  async #answer(entry: Entry, code: string): Promise<Pick<CheckedFactor, "channel"> & { number: number }> {
    const now = this.#now();
    if (now < entry.pausedUntil) {
      const retry_after = Math.ceil((entry.pausedUntil - now) / 1000);
      throw Refusal.of("factor_paused", { retry_after, retry_at: timestamp(entry.pausedUntil) });
    }
    if (code.length === 16 && entry.confirmedAt !== undefined) {
      const number = entry.recovery.indexOf(code);
      if (number < 0) throw this.#wrong(entry);
      entry.recovery[number] = undefined;
      return this.#right(entry, "recovery", number);
    }
    if (code.length !== entry.totp.digits) throw notACode();
    const steps = await stepsOf(entry.totp, code, now);
    const fresh = steps.find((step) => step > entry.lastStep);
    if (fresh !== undefined) {
      entry.lastStep = fresh;
      return this.#right(entry, "totp", fresh);
    }
    // What was used before is no guess, so it is not counted.
    throw steps.length > 0 ? Refusal.of("code_used") : this.#wrong(entry);
  }

  #right(entry: Entry, channel: CheckedFactor["channel"], number: number) {
    Object.assign(entry, { inARow: 0, pausedUntil: 0, usedAt: this.#now() });
    return { channel, number };
  }

  #wrong(entry: Entry): Refusal {
    entry.inARow += 1;
    const counted = entry.inARow % GUESSES;
    const pause = PAUSES[Math.min(entry.inARow / GUESSES, PAUSES.length) - 1] ?? 0;
    if (counted === 0) entry.pausedUntil = this.#now() + pause * 60_000;
    return Refusal.of("code_mismatch", { attempts_remaining: counted === 0 ? 0 : GUESSES - counted });
  }

  #find(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined || !this.#isThere(entry)) throw Refusal.of("factor_not_found");
    return entry;
  }

  #of(identity: string): Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.identity === identity && this.#isThere(entry));
  }

  /** One that nobody confirms is deleted after a day. */
  #isThere({ confirmedAt, createdAt }: Entry): boolean {
    return confirmedAt !== undefined || this.#now() - createdAt < DAY;
  }

  #told(entry: Entry, more: object = {}): Response {
    return Response.json({ ...this.#view(entry), ...more });
  }

  #view({ factor, identity, totp, ...entry }: Entry): Factor {
    const { algorithm, digits, period } = totp;
    const time = (at: number | undefined) => (at === undefined ? null : timestamp(at));
    return {
      factor,
      identity,
      status: entry.confirmedAt === undefined ? "unconfirmed" : "active",
      algorithm,
      digits,
      period,
      recovery_codes_remaining: entry.recovery.filter((code) => code !== undefined).length,
      created_at: timestamp(entry.createdAt),
      confirmed_at: time(entry.confirmedAt),
      used_at: time(entry.usedAt),
      paused_until: this.#now() < entry.pausedUntil ? timestamp(entry.pausedUntil) : null,
    };
  }
}

function answerIn(typed: string): string {
  const code = plainCode(typed);
  if (!/^([0-9]{4,8}|[2-9A-HJKMNP-Z]{16})$/.test(code)) throw notACode();
  return code;
}

function notACode(): Refusal {
  return Refusal.field("/code", "the digits that the app shows, or a recovery code; this did not count");
}

/** Good enough for a fake. */
function drawn(letters: string, length: number): string {
  return Array.from({ length }, () => letters[Math.floor(Math.random() * letters.length)]).join("");
}
