// SPDX-License-Identifier: MIT

import { checkedBaseUrl } from "../settings.js";
import { Book, type FakeMessage } from "./book.js";
import { ChallengeRoutes } from "./challenges.js";
import { FactorBook } from "./factors.js";
import { Memory } from "./memory.js";
import { MessageBook } from "./messages.js";
import { Refusal } from "./problems.js";
import type { Asked, Route } from "./route.js";
import { Signer } from "./signer.js";

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

/** OtpMint for the tests of an app: challenges, factors, messages and receipts in memory, and nothing is sent. */
export class FakeOtpMint {
  readonly baseUrl: string;
  readonly secretKey: string;
  readonly audience: string;
  readonly #book: Book;
  readonly #challenges: ChallengeRoutes;
  readonly #factors: FactorBook;
  readonly #routes: Route[];
  readonly #signer = new Signer();
  readonly #memory = new Memory();
  readonly #refusals: Refusal[] = [];
  #losing = 0;
  #answers = 0;

  constructor(options: FakeOtpMintOptions = {}) {
    this.baseUrl = checkedBaseUrl(options.baseUrl ?? "https://otpmint.test");
    this.secretKey = options.secretKey ?? "otpm_test_fake";
    this.audience = options.audience ?? "tnt_fake";
    const now = options.now ?? (() => Date.now());
    const code = options.code ?? ((length: number) => "42".repeat(length).slice(0, length));
    this.#book = new Book({ now, attempts: options.attempts ?? 5, code });
    this.#challenges = new ChallengeRoutes(this.#book, this.#signer, this.audience, now);
    this.#factors = new FactorBook(now, this.#signer, this.audience);
    const messages = new MessageBook(this.#book.messages, now);
    this.#routes = [...this.#challenges.routes, ...this.#factors.routes, ...messages.routes];
  }

  /** What would have been sent, oldest first. */
  get messages(): readonly FakeMessage[] {
    return this.#book.messages;
  }

  /** What the user's authenticator app shows now. It is accepted once: let 30 seconds pass for the next one. */
  appCode(factor: string): Promise<string> {
    return this.#factors.appCode(factor);
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
    const [path = "", search] = request.url.slice(this.baseUrl.length).replace(/#.*$/, "").split("?");
    const { method, headers } = request;
    const query = new URLSearchParams(search);
    const answer = await this.#answer({ method, path, query, text: await request.text(), headers });
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
      return await (sent === null ? this.#challenges.toHolder(asked) : this.#toTenant(asked));
    } catch (error) {
      if (error instanceof Refusal) return error.answer();
      throw error;
    }
  }

  #toTenant(asked: Asked): Promise<Response> {
    for (const route of this.#routes) {
      const found = asked.method === route.method ? route.path.exec(asked.path) : null;
      if (found === null) continue;
      const run = () => route.run(asked, found[1] ?? "");
      return route.keyed ? this.#memory.once(route, asked, run) : run();
    }
    throw Refusal.of("not_found");
  }
}
