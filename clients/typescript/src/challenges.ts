// SPDX-License-Identifier: MIT

import type { CallOptions, KeyedOptions, SendingOptions } from "./client.js";
import { challengePath } from "./paths.js";
import { type Send, waiting } from "./sending.js";
import type {
  Challenge,
  ChallengeWithDeliveries,
  MintedChallenge,
  MintRequest,
  ResendRequest,
  VerifiedChallenge,
  VerifyByRecipientRequest,
  VerifyRequest,
} from "./types.js";

/** The challenges of a tenant. */
export class Challenges {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Mints a code and sends it. Keep `key` where your user cannot change it, such as in the session. */
  mint(request: MintRequest, options: SendingOptions = {}): Promise<MintedChallenge> {
    return this.#send("POST", "/v1/challenges", request, waiting(options));
  }

  async get(key: string, options: CallOptions = {}): Promise<ChallengeWithDeliveries> {
    return this.#send("GET", challengePath(key), undefined, options);
  }

  /**
   * Checks what the user typed, and succeeds once. `CodeMismatchError` if it is wrong, `NotACodeError` if it is
   * none, `ChallengeEndedError` if it is too late.
   */
  async verify(
    key: string,
    code: string,
    more: Omit<VerifyRequest, "code"> = {},
    options: KeyedOptions = {},
  ): Promise<VerifiedChallenge> {
    return this.#send("POST", `${challengePath(key)}/verify`, { ...more, code }, options);
  }

  /** The same for the latest pending challenge of this recipient and purpose, for apps that keep no key. */
  verifyByRecipient(request: VerifyByRecipientRequest, options: KeyedOptions = {}): Promise<VerifiedChallenge> {
    return this.#send("POST", "/v1/verify", request, options);
  }

  /** Sends the same code again. `CannotResendError` if it may not be, or not before `retryAt`. */
  async resend(key: string, request: ResendRequest = {}, options: SendingOptions = {}): Promise<Challenge> {
    return this.#send("POST", `${challengePath(key)}/resend`, request, waiting(options));
  }

  /**
   * Makes the code invalid. It is sent once: after a `ConnectionError` call it again; if that is refused with
   * `challenge_canceled`, the first one has arrived.
   */
  async cancel(key: string, options: CallOptions = {}): Promise<void> {
    return this.#send("DELETE", challengePath(key), undefined, options);
  }

  /**
   * Exchanges what a hosted page returned, once and within 60 seconds. Compare `key` with that of the session. It
   * is not repeated if its answer is lost: that has used it up.
   */
  fetchResult(result: string, options: CallOptions = {}): Promise<VerifiedChallenge> {
    return this.#send("POST", "/v1/results", { result }, options);
  }
}
