// SPDX-License-Identifier: MIT

import type { MintRequest, ResendRequest, VerifyByRecipientRequest, VerifyRequest } from "../types.js";
import { parseBody } from "./bodies.js";
import type { Book, Entry } from "./book.js";
import { Refusal } from "./problems.js";
import type { Asked, Route } from "./route.js";
import type { Signer } from "./signer.js";
import { challengeView, claimsOf, deliveriesView, publicView } from "./views.js";

/** The routes of challenges, for a tenant and for holders. */
export class ChallengeRoutes {
  readonly routes: Route[];
  readonly #book: Book;
  readonly #sign: (entry: Entry) => Promise<string>;

  constructor(book: Book, signer: Signer, audience: string, now: () => number) {
    this.#book = book;
    this.#sign = (entry) => signer.sign(claimsOf(entry, audience, now()));
    const path = (rest: string) => new RegExp(`^/v1/${rest}$`);
    const one = path("challenges/([^/]+)");
    const [verify, resend] = [path("challenges/([^/]+)/verify"), path("challenges/([^/]+)/resend")];
    const refused = () => Promise.reject(Refusal.of("result_not_found"));
    this.routes = [
      { method: "POST", path: path("challenges"), keyed: true, run: ({ text }) => this.#mint(text) },
      { method: "POST", path: path("verify"), keyed: true, run: ({ text }) => this.#verifyByRecipient(text) },
      { method: "POST", path: path("results"), run: refused },
      { method: "GET", path: one, run: (_, key) => this.#get(key) },
      { method: "DELETE", path: one, run: (_, key) => this.#cancel(key) },
      { method: "POST", path: verify, keyed: true, run: ({ text }, key) => this.#verify(text, key) },
      { method: "POST", path: resend, keyed: true, run: ({ text }, key) => this.#resend(text, key) },
    ];
  }

  async #mint(text: string): Promise<Response> {
    const entry = await this.#book.mint(parseBody<MintRequest>(text, "mint"));
    const view = challengeView(this.#book, entry);
    const headers = { Location: `/v1/challenges/${entry.key}` };
    const body = entry.channel === "none" ? { ...view, code: entry.code } : view;
    return Response.json(body, { status: 201, headers });
  }

  async #get(key: string): Promise<Response> {
    const entry = this.#book.find(key);
    return Response.json({ ...challengeView(this.#book, entry), deliveries: deliveriesView(entry.sends) });
  }

  async #cancel(key: string): Promise<Response> {
    const entry = this.#book.find(key);
    this.#book.cancel(entry);
    return new Response(null, { status: 204 });
  }

  #verify(text: string, key: string): Promise<Response> {
    return this.#check(this.#book.find(key), parseBody(text, "verify"));
  }

  async #verifyByRecipient(text: string): Promise<Response> {
    const body = parseBody<VerifyByRecipientRequest>(text, "verifyByRecipient");
    return this.#check(this.#book.findByRecipient(body.to, body.purpose ?? "verification"), body);
  }

  async #check(entry: Entry, body: VerifyRequest): Promise<Response> {
    await this.#book.verify(entry, body);
    return Response.json({ ...challengeView(this.#book, entry), receipt: await this.#sign(entry) });
  }

  async #resend(text: string, key: string): Promise<Response> {
    const { channel } = parseBody<ResendRequest>(text || "{}", "resend");
    const entry = this.#book.find(key);
    this.#book.resend(entry, channel);
    return Response.json(challengeView(this.#book, entry));
  }

  /** What is asked without a secret key. */
  async toHolder({ method, path, text, headers }: Asked): Promise<Response> {
    const [, key = "", verb] = /^\/v1\/challenges\/([^/]+)(\/verify|\/resend)?$/.exec(path) ?? [];
    if (key === "" || method !== (verb === undefined ? "GET" : "POST")) throw Refusal.of("invalid_secret_key");
    if (headers.has("Idempotency-Key")) throw Refusal.of("idempotency_not_offered");
    const entry = this.#book.find(key);
    // An ended challenge looks like one that never existed.
    if (this.#book.status(entry) !== "pending") throw Refusal.of("challenge_not_found");
    if (verb === "/resend") this.#book.resend(entry, undefined);
    if (verb !== "/verify") return Response.json(publicView(this.#book, entry));
    const body = parseBody<VerifyRequest>(text, "verify");
    if (body.end_user_ip !== undefined) throw Refusal.field("/end_user_ip", "only a tenant may tell it");
    if (body.trusted !== undefined) throw Refusal.field("/trusted", "only a tenant may vouch for a device");
    await this.#book.verify(entry, body);
    return Response.json({ ...publicView(this.#book, entry), receipt: await this.#sign(entry) });
  }
}
