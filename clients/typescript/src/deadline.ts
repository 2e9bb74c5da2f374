// SPDX-License-Identifier: MIT

import { TimedOutError } from "./errors.js";

/** The end of a call with all its retries: after a time, or when its caller gives up. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #at: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #caller: AbortSignal | undefined;
  readonly #giveUp = () => this.#controller.abort(this.#caller?.reason);

  // By hand: `AbortSignal.any` came with Node 20.3, and its signals keep no timer that could be cleared.
  constructor(milliseconds: number, caller: AbortSignal | undefined) {
    const late = new TimedOutError({ code: "timed_out", title: `There was no answer within ${milliseconds} ms` });
    this.#at = Date.now() + milliseconds;
    this.#timer = setTimeout(() => this.#controller.abort(late), milliseconds);
    this.#caller = caller;
    if (caller?.aborted) this.#giveUp();
    else caller?.addEventListener("abort", this.#giveUp, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether a pause would leave time for another try. */
  allows(pause: number): boolean {
    return Date.now() + pause < this.#at;
  }

  /** Lets go of the timer and of the caller's signal. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#giveUp);
  }
}
