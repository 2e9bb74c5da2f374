// SPDX-License-Identifier: MIT

import type { CallOptions } from "./client.js";
import { challengePath } from "./paths.js";
import { Transport, type TransportOptions } from "./transport.js";
import type { Fields, PublicChallenge, VerifiedPublicChallenge } from "./types.js";

export interface OtpMintHolderOptions extends TransportOptions {
  /** The shareable key of the challenge, from your backend. */
  key: string;
}

/**
 * What anyone may do who holds the shareable key of a challenge, such as a page in a browser, whose origin must be
 * among the tenant's `allowed_origins`. A challenge that has ended is a `NotFoundError`.
 */
export class OtpMintHolder {
  readonly #transport: Transport;
  readonly #path: string;

  constructor(options: OtpMintHolderOptions) {
    this.#transport = new Transport(options);
    this.#path = challengePath(options.key);
  }

  /** The challenge while it is pending. */
  status(options: CallOptions = {}): Promise<PublicChallenge> {
    return this.#transport.send({ method: "GET", path: this.#path, repeatable: true, ...options });
  }

  /**
   * Checks what the user typed. Give `receipt` to your backend. It is sent once: the server takes no
   * `Idempotency-Key` without a secret key, so after a `ConnectionError` look at `status`.
   */
  verify(code: string, more: { bind?: Fields } = {}, options: CallOptions = {}): Promise<VerifiedPublicChallenge> {
    return this.#post("verify", options, { ...more, code });
  }

  /** Sends the same code again, to where it went before. It is sent once, as above. */
  resend(options: CallOptions = {}): Promise<PublicChallenge> {
    return this.#post("resend", options);
  }

  #post<T>(verb: string, options: CallOptions, body?: unknown): Promise<T> {
    return this.#transport.send({ method: "POST", path: `${this.#path}/${verb}`, body, repeatable: false, ...options });
  }
}
