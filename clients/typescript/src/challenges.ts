// SPDX-License-Identifier: MIT

import type { CallOptions, KeyedOptions, RequestOptions, SendingOptions } from "./client.js";
import { challengePath } from "./paths.js";
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

type Request = <T>(method: string, path: string, body: unknown, options: RequestOptions) => Promise<T>;

/** The challenges of a tenant. */
export class Challenges {
  readonly #request: Request;

  constructor(request: Request) {
    this.#request = request;
  }

  /** Mints a code and sends it. Keep `key` where your user cannot change it, such as in the session. */
  mint(request: MintRequest, options: SendingOptions = {}): Promise<MintedChallenge> {
    return this.#request("POST", "/v1/challenges", request, waiting(options));
  }

  async get(key: string, options: CallOptions = {}): Promise<ChallengeWithDeliveries> {
    return this.#request("GET", challengePath(key), undefined, options);
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
    return this.#request("POST", `${challengePath(key)}/verify`, { ...more, code }, options);
  }

  /** The same for the latest pending challenge of this recipient and purpose, for apps that keep no key. */
  verifyByRecipient(request: VerifyByRecipientRequest, options: KeyedOptions = {}): Promise<VerifiedChallenge> {
    return this.#request("POST", "/v1/verify", request, options);
  }

  /** Sends the same code again. `CannotResendError` if it may not be, or not before `retryAt`. */
  async resend(key: string, request: ResendRequest = {}, options: SendingOptions = {}): Promise<Challenge> {
    return this.#request("POST", `${challengePath(key)}/resend`, request, waiting(options));
  }

  /**
   * Makes the code invalid. It is sent once: after a `ConnectionError` call it again; if that is refused with
   * `challenge_canceled`, the first one has arrived.
   */
  async cancel(key: string, options: CallOptions = {}): Promise<Challenge> {
    return this.#request("DELETE", challengePath(key), undefined, options);
  }
}

function waiting({ wait, ...options }: SendingOptions): RequestOptions {
  return wait === undefined ? options : { ...options, headers: { Prefer: `wait=${wait}` } };
}
