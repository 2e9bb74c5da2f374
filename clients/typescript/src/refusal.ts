// SPDX-License-Identifier: MIT

import {
  AuthenticationError,
  CannotResendError,
  ChallengeEndedError,
  CodeMismatchError,
  CodeUsedError,
  type Failure,
  InvalidFieldError,
  NotACodeError,
  NotFoundError,
  OtpMintError,
  PermissionError,
  RateLimitedError,
  RecipientRefusedError,
  UnavailableError,
  UnexpectedAnswerError,
} from "./errors.js";
import type { Problem } from "./types.js";

type ErrorClass = new (failure: Failure) => OtpMintError;

const BY_CODE: Record<string, ErrorClass> = {
  code_mismatch: CodeMismatchError,
  code_used: CodeUsedError,
  not_a_code: NotACodeError,
  challenge_verified: ChallengeEndedError,
  challenge_expired: ChallengeEndedError,
  challenge_exhausted: ChallengeEndedError,
  challenge_canceled: ChallengeEndedError,
  resend_cooldown: CannotResendError,
  send_under_way: CannotResendError,
  sends_spent: CannotResendError,
  nothing_to_resend: CannotResendError,
  number_refused: RecipientRefusedError,
  country_not_allowed: RecipientRefusedError,
  invalid_field: InvalidFieldError,
  invalid_parameter: InvalidFieldError,
};

const BY_STATUS: Record<number, ErrorClass> = {
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
};

/** These mean the same whoever answers: OtpMint, or a proxy in front of it. */
const BY_ANYONE: Record<number, ErrorClass> = {
  429: RateLimitedError,
  502: UnavailableError,
  503: UnavailableError,
  504: UnavailableError,
};

/** The error for an answer that is no success. A proxy may have answered anything. */
export function refusal(answer: Response, text: string): OtpMintError {
  const { status, headers } = answer;
  const problem = problemIn(text);
  const requestId = headers.get("X-Request-Id") ?? undefined;
  const seconds = secondsToWait(headers);
  const retryAt = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000);
  if (problem === undefined) {
    // A browser does not show the status of a redirect.
    const isRedirect = answer.type === "opaqueredirect" || (status >= 300 && status < 400);
    const title = isRedirect ? "The answer is a redirect, which is not followed" : `The answer is ${status}`;
    const type = BY_ANYONE[status] ?? UnexpectedAnswerError;
    return new type({ code: "unexpected_answer", title, status, retryAt, requestId });
  }
  // A code that an object inherits, such as `constructor`, is no code of ours.
  const byCode = Object.hasOwn(BY_CODE, problem.code) ? BY_CODE[problem.code] : undefined;
  const type = byCode ?? BY_ANYONE[status] ?? BY_STATUS[status] ?? OtpMintError;
  return new type({
    code: problem.code,
    title: problem.title,
    status,
    detail: problem.detail ?? undefined,
    errors: problem.errors ?? undefined,
    attemptsRemaining: problem.attempts_remaining ?? undefined,
    retryAt,
    requestId,
  });
}

/** `Retry-After` in seconds. Nothing for a date, which only others than OtpMint send. */
export function secondsToWait(headers: Headers): number | undefined {
  const text = headers.get("Retry-After") ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function problemIn(text: string): Problem | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isProblem(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== "object" || body === null) return false;
  return "code" in body && typeof body.code === "string" && "title" in body && typeof body.title === "string";
}
