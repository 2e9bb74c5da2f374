// SPDX-License-Identifier: MIT

import type { CallOptions, KeyedOptions } from "./client.js";
import { factorPath } from "./paths.js";
import type { Send } from "./sending.js";
import type {
  CheckedFactor,
  CheckFactor,
  Factor,
  FactorRequest,
  FactorWithRecoveryCodes,
  NewFactor,
} from "./types.js";

/** The authenticator apps of a tenant's users. What is shown once is repeated for an hour, to the same secret key. */
export class Factors {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Adds one for a user. Show `qr_svg` or `secret`, ask for the first code, and confirm it. */
  add(request: FactorRequest, options: KeyedOptions = {}): Promise<NewFactor> {
    return this.#send("POST", "/v1/factors", request, options);
  }

  /** Activates it by its first right code, and returns its recovery codes. */
  async confirm(factor: string, code: string, options: KeyedOptions = {}): Promise<FactorWithRecoveryCodes> {
    return this.#send("POST", `${factorPath(factor)}/confirm`, { code }, options);
  }

  /**
   * Checks a code of the app, or a recovery code. `CodeMismatchError` if it is wrong, `CodeUsedError` if it was
   * accepted before, `InvalidFieldError` if it is none, `RateLimitedError` while the factor is paused.
   */
  async check(
    factor: string,
    code: string,
    more: Omit<CheckFactor, "code"> = {},
    options: KeyedOptions = {},
  ): Promise<CheckedFactor> {
    return this.#send("POST", `${factorPath(factor)}/check`, { ...more, code }, options);
  }

  /** Makes ten new ones; the former are no longer accepted. */
  async replaceRecoveryCodes(factor: string, options: KeyedOptions = {}): Promise<FactorWithRecoveryCodes> {
    return this.#send("POST", `${factorPath(factor)}/recovery-codes`, undefined, options);
  }

  /** Those of a user, in order of creation. */
  async list(identity: string, options: CallOptions = {}): Promise<Factor[]> {
    const path = `/v1/factors?identity=${encodeURIComponent(identity)}`;
    return (await this.#send<{ data: Factor[] }>("GET", path, undefined, options)).data;
  }

  async get(factor: string, options: CallOptions = {}): Promise<Factor> {
    return this.#send("GET", factorPath(factor), undefined, options);
  }

  /** Deletes it, with its recovery codes. It is sent once. */
  async delete(factor: string, options: CallOptions = {}): Promise<void> {
    return this.#send("DELETE", factorPath(factor), undefined, options);
  }

  /**
   * Exchanges what the page of a factor returned, once and within 15 minutes. Compare `factor` with that of the
   * session. It is not repeated if its answer is lost: that has used it up.
   */
  fetchResult(result: string, options: CallOptions = {}): Promise<CheckedFactor> {
    return this.#send("POST", "/v1/factors/results", { result }, options);
  }
}
