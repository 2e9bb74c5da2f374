// SPDX-License-Identifier: MIT

import { Deadline } from "./deadline.js";
import { ConnectionError, OtpMintError, UnexpectedAnswerError } from "./errors.js";
import { refusal, secondsToWait } from "./refusal.js";
import { pauseBefore, sleep } from "./retry.js";
import { checkedBaseUrl, checkedSecretKey } from "./settings.js";

export interface TransportOptions {
  /** Where the server is, such as `https://otp.example.com`. */
  baseUrl: string;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /** For a call with all its retries; 20 000 by default. */
  timeoutMs?: number | undefined;
  /** How often a request is sent again; 2 by default. */
  retries?: number | undefined;
}

export interface Call {
  method: string;
  /** From the `/` after the host on. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether the server does nothing twice if it gets this twice. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

/** Sends requests, again if that is safe, and turns refusals into errors. */
export class Transport {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #retries: number;
  // Private to the language: neither JSON.stringify nor util.inspect shows it.
  readonly #secretKey: string | undefined;

  constructor(options: TransportOptions, secretKey?: string) {
    this.#base = checkedBaseUrl(options.baseUrl);
    // The global one is looked up late, as tests replace it, and called without `this`, which browsers require.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#timeoutMs = options.timeoutMs ?? 20_000;
    this.#retries = options.retries ?? 2;
    this.#secretKey = secretKey === undefined ? undefined : checkedSecretKey(secretKey);
  }

  /** The body of a success; undefined if it has none. */
  async send<T>(call: Call): Promise<T> {
    const request = this.#request(call);
    const deadline = new Deadline(call.timeoutMs ?? this.#timeoutMs, call.signal);
    try {
      for (let tried = 1; ; tried += 1) {
        const answer = await this.#ask(request, deadline.signal);
        if (!(answer instanceof Failed)) return answer as T;
        const pause = pauseBefore(tried, answer.error, answer.asked);
        const again = call.repeatable && tried <= this.#retries && pause !== undefined && deadline.allows(pause);
        if (!again) throw answer.error;
        await sleep(pause, deadline.signal);
      }
    } finally {
      deadline.clear();
    }
  }

  #request(call: Call): { url: string; init: RequestInit } {
    // Otherwise the path could continue the name of the host.
    if (!call.path.startsWith("/")) throw new TypeError("the path must begin with /");
    const headers: Record<string, string> = { Accept: "application/json", ...call.headers };
    if (this.#secretKey !== undefined) headers["Authorization"] = `Bearer ${this.#secretKey}`;
    if (call.body !== undefined) headers["Content-Type"] = "application/json";
    // A redirect is not followed: it would take the secret key along.
    const init: RequestInit = { method: call.method, headers, redirect: "manual", credentials: "omit" };
    // Made once: a retry must be the same byte for byte.
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
    return { url: this.#base + call.path, init };
  }

  /** The body of the answer, or what is wrong with it. */
  async #ask({ url, init }: { url: string; init: RequestInit }, signal: AbortSignal): Promise<unknown> {
    // A browser's fetch refuses to be called as the method of an object.
    const send = this.#fetch;
    try {
      const answer = await send(url, { ...init, signal });
      const text = this.#redacted(await answer.text());
      if (!answer.ok) return new Failed(refusal(answer, text), secondsToWait(answer.headers));
      return answer.status === 204 ? undefined : parsed(answer, text);
    } catch (error) {
      if (error instanceof OtpMintError) throw error;
      if (signal.aborted) throw signal.reason;
      const detail = this.#redacted(reasonOf(error));
      return new Failed(new ConnectionError({ code: "connection_lost", title: "There was no answer", detail }));
    }
  }

  /** A proxy may echo what it was sent, and a `fetch` of the caller's may quote it in its errors. */
  #redacted(text: string): string {
    return this.#secretKey === undefined ? text : text.replaceAll(this.#secretKey, "…");
  }
}

/** A try that failed, and the seconds that the server asks to wait. */
class Failed {
  constructor(
    readonly error: OtpMintError,
    readonly asked?: number,
  ) {}
}

function parsed(answer: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const title = "The answer is a success, but no JSON";
    throw new UnexpectedAnswerError({ code: "unexpected_answer", title, status: answer.status });
  }
}

/** What `fetch` says about a lost connection. Node tells the reason in the cause: `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: unknown = error.cause;
  return cause instanceof Error && cause.message !== "" ? `${error.message}: ${cause.message}` : error.message;
}
