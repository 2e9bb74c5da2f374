// SPDX-License-Identifier: MIT

import { Challenges } from "./challenges.js";
import { Factors } from "./factors.js";
import { Messages } from "./messages.js";
import { takesKey } from "./paths.js";
import type { Send } from "./sending.js";
import { Transport, type TransportOptions } from "./transport.js";
import { webCrypto } from "./web-crypto.js";

export interface OtpMintOptions extends TransportOptions {
  /** Of your tenant. It belongs on a server, never into a page. */
  secretKey: string;
}

/** For one call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Instead of the client's own. */
  timeoutMs?: number | undefined;
}

/** For a call that is carried out once, however often it is sent. */
export interface KeyedOptions extends CallOptions {
  /** Of your own, to repeat the call later or elsewhere; otherwise each call gets a new one. */
  idempotencyKey?: string | undefined;
}

/** For a call that sends a message. */
export interface SendingOptions extends KeyedOptions {
  /** Seconds, at most 10, to wait for the outcome of the message. Otherwise `delivery` is `queued`. */
  wait?: number | undefined;
}

export interface RequestOptions extends KeyedOptions {
  headers?: Record<string, string> | undefined;
}

/** The API with a secret key, for a backend. */
export class OtpMint {
  readonly challenges: Challenges;
  /** The authenticator apps of your users. */
  readonly factors: Factors;
  /** The codes of your own system. */
  readonly messages: Messages;
  readonly #transport: Transport;

  constructor(options: OtpMintOptions) {
    this.#transport = new Transport(options, options.secretKey);
    const send: Send = (method, path, body, more) => this.request(method, path, body, more);
    this.challenges = new Challenges(send);
    this.factors = new Factors(send);
    this.messages = new Messages(send);
  }

  /**
   * Any route of the API. A `GET` is sent again after a failure that may pass, and so is what takes an
   * `Idempotency-Key`, which is added. Everything else is sent once.
   */
  async request<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<T> {
    const { idempotencyKey, signal, timeoutMs } = options;
    const headers = { ...options.headers };
    const isKeyed = takesKey(method, path);
    if (isKeyed) headers["Idempotency-Key"] = idempotencyKey ?? (await webCrypto()).randomUUID();
    else if (idempotencyKey !== undefined) throw new TypeError(`${method} ${path} takes no idempotencyKey`);
    const repeatable = isKeyed || method === "GET";
    return this.#transport.send<T>({ method, path, body, headers, repeatable, signal, timeoutMs });
  }
}
