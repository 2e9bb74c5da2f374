// SPDX-License-Identifier: MIT

import { checkedBaseUrl } from "../settings.js";
import type { MintRequest, ResendRequest, VerifyByRecipientRequest, VerifyRequest } from "../types.js";
import { parseBody } from "./bodies.js";
import { Book, type Entry, type FakeMessage } from "./book.js";
import { Memory } from "./memory.js";
import { Refusal } from "./problems.js";
import { Signer } from "./signer.js";
import { challengeView, claimsOf, deliveriesView, publicView } from "./views.js";

export interface FakeOtpMintOptions {
  baseUrl?: string | undefined;
  secretKey?: string | undefined;
  /** The tenant's handle: the `aud` of receipts. */
  audience?: string | undefined;
  /** Milliseconds since 1970; `Date.now` by default. */
  now?: (() => number) | undefined;
  /** How many answers a challenge takes; 5 by default. */
  attempts?: number | undefined;
  /** The code for each challenge; `42` repeated, as in a sandbox: `424242`. */
  code?: ((length: number) => string) | undefined;
}

/** An answer that the server could give, such as `{ status: 429, code: "sends_per_recipient", retry_after: 60 }`. */
export interface FakeRefusal {
  status: number;
  code: string;
  title?: string | undefined;
  retry_after?: number | undefined;
}

interface Asked {
  method: string;
  path: string;
  text: string;
  headers: Headers;
}

/** OtpMint for the tests of an app: challenges, verifications and receipts in memory, and nothing is sent. */
export class FakeOtpMint {
  readonly baseUrl: string;
  readonly secretKey: string;
  readonly audience: string;
  readonly #now: () => number;
  readonly #book: Book;
  readonly #signer = new Signer();
  readonly #memory = new Memory();
  readonly #refusals: Refusal[] = [];
  #losing = 0;
  #answers = 0;

  constructor(options: FakeOtpMintOptions = {}) {
    this.baseUrl = checkedBaseUrl(options.baseUrl ?? "https://otpmint.test");
    this.secretKey = options.secretKey ?? "otpm_test_fake";
    this.audience = options.audience ?? "tnt_fake";
    this.#now = options.now ?? (() => Date.now());
    const code = options.code ?? ((length: number) => "42".repeat(length).slice(0, length));
    this.#book = new Book({ now: this.#now, attempts: options.attempts ?? 5, code });
  }

  /** What would have been sent, oldest first. */
  get messages(): readonly FakeMessage[] {
    return this.#book.messages;
  }

  /** Refuses the next request, before anything is done. Several are refused one after the other. */
  refuseNext({ status, code, title = code, retry_after }: FakeRefusal): void {
    this.#refusals.push(new Refusal(code, status, title, retry_after === undefined ? {} : { retry_after }));
  }

  /** Carries out the next request, and loses its answer: the connection breaks. */
  loseNextAnswer(): void {
    this.#losing += 1;
  }

  /** To be given to a client as its `fetch`. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    if (!request.url.startsWith(`${this.baseUrl}/`)) throw new TypeError("fetch failed: this is another server");
    const path = request.url.slice(this.baseUrl.length).replace(/[?#].*$/, "");
    const { method, headers } = request;
    const answer = await this.#answer({ method, path, text: await request.text(), headers });
    this.#answers += 1;
    answer.headers.set("X-Request-Id", `fake-${String(this.#answers).padStart(8, "0")}`);
    if (this.#losing > 0) {
      this.#losing -= 1;
      throw new TypeError("fetch failed: the answer was lost");
    }
    return answer;
  };

  async #answer(asked: Asked): Promise<Response> {
    try {
      const refused = this.#refusals.shift();
      if (refused !== undefined) throw refused;
      if (asked.path === "/.well-known/jwks.json") return Response.json(await this.#signer.jwks());
      const sent = asked.headers.get("Authorization");
      if (sent !== null && sent !== `Bearer ${this.secretKey}`) throw Refusal.of("invalid_secret_key");
      return sent === null ? await this.#toHolder(asked) : await this.#toTenant(asked);
    } catch (error) {
      if (error instanceof Refusal) return error.answer();
      throw error;
    }
  }

  #toTenant(asked: Asked): Promise<Response> {
    const { route, key } = routeOf(asked);
    const once = (run: () => Promise<Response>) => this.#memory.once(route, asked, run);
    switch (route) {
      case "mint":
        return once(() => this.#mint(asked.text));
      case "get": {
        const entry = this.#book.find(key);
        const view = { ...challengeView(this.#book, entry), deliveries: deliveriesView(entry) };
        return Promise.resolve(Response.json(view));
      }
      case "verify":
        return once(() => this.#verify(this.#book.find(key), parseBody(asked.text, "verify")));
      case "verifyByRecipient":
        return once(() => {
          const body = parseBody<VerifyByRecipientRequest>(asked.text, "verifyByRecipient");
          return this.#verify(this.#book.findByRecipient(body.to, body.purpose ?? "verification"), body);
        });
      case "resend":
        return once(async () => {
          const { channel } = parseBody<ResendRequest>(asked.text || "{}", "resend");
          this.#book.resend(this.#book.find(key), channel);
          return Response.json(challengeView(this.#book, this.#book.find(key)));
        });
      case "cancel":
        this.#book.cancel(this.#book.find(key));
        return Promise.resolve(Response.json(challengeView(this.#book, this.#book.find(key))));
    }
  }

  async #toHolder(asked: Asked): Promise<Response> {
    const { route, key } = routeOf(asked);
    if (route !== "get" && route !== "verify" && route !== "resend") throw Refusal.of("invalid_secret_key");
    if (asked.headers.has("Idempotency-Key")) throw Refusal.of("idempotency_not_offered");
    const entry = this.#book.find(key);
    // An ended challenge looks like one that never existed.
    if (this.#book.status(entry) !== "pending") throw Refusal.of("challenge_not_found");
    if (route === "resend") this.#book.resend(entry, undefined);
    if (route !== "verify") return Response.json(publicView(this.#book, entry));
    const body = parseBody<VerifyRequest>(asked.text, "verify");
    if (body.end_user_ip !== undefined) throw Refusal.field("/end_user_ip", "only a tenant may tell it");
    await this.#book.verify(entry, body);
    return Response.json({ ...publicView(this.#book, entry), receipt: await this.#receipt(entry) });
  }

  async #mint(text: string): Promise<Response> {
    const entry = await this.#book.mint(parseBody<MintRequest>(text, "mint"));
    const view = challengeView(this.#book, entry);
    const headers = { Location: `/v1/challenges/${entry.key}` };
    const body = entry.channel === "none" ? { ...view, code: entry.code } : view;
    return Response.json(body, { status: 201, headers });
  }

  async #verify(entry: Entry, body: VerifyRequest): Promise<Response> {
    await this.#book.verify(entry, body);
    return Response.json({ ...challengeView(this.#book, entry), receipt: await this.#receipt(entry) });
  }

  #receipt(entry: Entry): Promise<string> {
    return this.#signer.sign(claimsOf(entry, this.audience, this.#now()));
  }
}

type Route = "mint" | "get" | "verify" | "verifyByRecipient" | "resend" | "cancel";

const ROUTES: [string, RegExp, Route][] = [
  ["POST", /^\/v1\/challenges$/, "mint"],
  ["POST", /^\/v1\/verify$/, "verifyByRecipient"],
  ["GET", /^\/v1\/challenges\/([^/]+)$/, "get"],
  ["DELETE", /^\/v1\/challenges\/([^/]+)$/, "cancel"],
  ["POST", /^\/v1\/challenges\/([^/]+)\/verify$/, "verify"],
  ["POST", /^\/v1\/challenges\/([^/]+)\/resend$/, "resend"],
];

function routeOf({ method, path }: Asked): { route: Route; key: string } {
  for (const [wanted, pattern, route] of ROUTES) {
    const found = method === wanted ? pattern.exec(path) : null;
    if (found !== null) return { route, key: found[1] ?? "" };
  }
  throw Refusal.of("not_found");
}
