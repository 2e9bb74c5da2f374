// SPDX-License-Identifier: MIT

import type { FieldProblem } from "../types.js";

/** What the fake refuses by itself: status and title of each code. */
const PROBLEMS = {
  invalid_json: [400, "The body must be one JSON object."],
  idempotency_not_offered: [400, "Only a request with the secret key may have an Idempotency-Key."],
  invalid_secret_key: [401, "The secret key is missing or not valid."],
  code_mismatch: [403, "The code is wrong."],
  code_used: [403, "This code was used before."],
  challenge_not_found: [404, "There is no such challenge."],
  factor_not_found: [404, "There is no such factor."],
  message_not_found: [404, "There is no such message."],
  result_not_found: [404, "There is no such result."],
  not_found: [404, "There is nothing at this address."],
  no_pages: [409, "This server has no pages."],
  nothing_to_resend: [409, "You deliver this code yourself."],
  sends_spent: [409, "This code was sent as often as allowed."],
  factor_confirmed: [409, "The factor is active already."],
  factor_unconfirmed: [409, "The factor waits for its first code."],
  too_many_factors: [409, "This user has as many factors as allowed."],
  challenge_verified: [410, "The challenge was verified before. A code works once."],
  challenge_expired: [410, "The time of the challenge has run out."],
  challenge_exhausted: [410, "The attempts of the challenge are used up."],
  challenge_canceled: [410, "The challenge was called off."],
  invalid_field: [422, "A field of the body is not what it has to be."],
  invalid_parameter: [422, "A parameter is not what it has to be."],
  not_a_code: [422, "A code has 4 to 10 digits or letters. This did not count as an attempt."],
  idempotency_key_reused: [422, "The Idempotency-Key was used for something else."],
  resend_cooldown: [429, "This code was sent a moment ago."],
  factor_paused: [429, "There were too many wrong codes."],
} as const satisfies Record<string, readonly [number, string]>;

export type FakeCode = keyof typeof PROBLEMS;

interface Extras {
  detail?: string;
  errors?: FieldProblem[];
  attempts_remaining?: number;
  retry_after?: number;
  retry_at?: string;
}

/** A refusal on its way to the answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: object;

  constructor(code: string, status: number, title: string, extras: Extras = {}) {
    super(code);
    this.status = status;
    this.problem = { type: `/problems/${code}`, title, status, code, ...extras };
  }

  static of(code: FakeCode, extras: Extras = {}): Refusal {
    const [status, title] = PROBLEMS[code];
    return new Refusal(code, status, title, extras);
  }

  static field(pointer: string, detail: string): Refusal {
    return Refusal.of("invalid_field", { detail, errors: [{ pointer, detail }] });
  }

  static parameter(parameter: string, detail: string): Refusal {
    return Refusal.of("invalid_parameter", { detail, errors: [{ parameter, detail }] });
  }

  answer(): Response {
    const headers = new Headers({ "Content-Type": "application/problem+json" });
    if ("retry_after" in this.problem) headers.set("Retry-After", String(this.problem.retry_after));
    if (this.status === 401) headers.set("WWW-Authenticate", "Bearer");
    return new Response(JSON.stringify(this.problem), { status: this.status, headers });
  }
}
