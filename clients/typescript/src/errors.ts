// SPDX-License-Identifier: MIT

import type { FieldProblem } from "./types.js";

/** What is known about a failure. */
export interface Failure {
  code: string;
  title: string;
  status?: number | undefined;
  detail?: string | undefined;
  retryAt?: Date | undefined;
  attemptsRemaining?: number | undefined;
  requestId?: string | undefined;
  errors?: readonly FieldProblem[] | undefined;
}

/** Whatever the server refuses, and whatever goes wrong on the way to it. */
export class OtpMintError extends Error {
  /** The `code` of the problem, or one of this client: `connection_lost`, `timed_out`, `unexpected_answer`. */
  readonly code: string;
  /** The status of the answer, if there was one. */
  readonly status: number | undefined;
  readonly detail: string | undefined;
  /** When the same request may succeed. */
  readonly retryAt: Date | undefined;
  /** After a wrong code. */
  readonly attemptsRemaining: number | undefined;
  /** Where the server's log has more. */
  readonly requestId: string | undefined;
  /** The fields that are wrong. */
  readonly errors: readonly FieldProblem[];

  // On the prototype, so that a name survives a minifier and is not listed among the properties.
  static {
    this.prototype.name = "OtpMintError";
  }

  constructor(failure: Failure) {
    super(`${failure.title} (${failure.code})${failure.detail ? `: ${failure.detail}` : ""}`);
    this.code = failure.code;
    this.status = failure.status;
    this.detail = failure.detail;
    this.retryAt = failure.retryAt;
    this.attemptsRemaining = failure.attemptsRemaining;
    this.requestId = failure.requestId;
    this.errors = failure.errors ?? [];
  }
}

/** The code is wrong: an attempt was counted. With none remaining, mint another code. */
export class CodeMismatchError extends OtpMintError {
  static {
    this.prototype.name = "CodeMismatchError";
  }
}

/** The app still shows a code that was accepted before, which was not counted: ask for the next one. */
export class CodeUsedError extends OtpMintError {
  static {
    this.prototype.name = "CodeUsedError";
  }
}

/** What was typed cannot be a code: no attempt was counted. */
export class NotACodeError extends OtpMintError {
  static {
    this.prototype.name = "NotACodeError";
  }
}

/** The challenge was verified, has expired, is exhausted or was canceled: `code` says which. Mint another code. */
export class ChallengeEndedError extends OtpMintError {
  static {
    this.prototype.name = "ChallengeEndedError";
  }
}

/** There is no such thing, or not any more: `code` says what. To a holder also a challenge that has ended. */
export class NotFoundError extends OtpMintError {
  static {
    this.prototype.name = "NotFoundError";
  }
}

/** The code cannot be sent again, or not yet: `code` says why. */
export class CannotResendError extends OtpMintError {
  static {
    this.prototype.name = "CannotResendError";
  }
}

/** No code can be sent to this number: `code` is `number_refused` or `country_not_allowed`. */
export class RecipientRefusedError extends OtpMintError {
  static {
    this.prototype.name = "RecipientRefusedError";
  }
}

/** A field of the request is wrong, such as a mail address with a typing error in `to`: `errors` names it. */
export class InvalidFieldError extends OtpMintError {
  static {
    this.prototype.name = "InvalidFieldError";
  }
}

/** Too much of something: `code` names the limit, `retryAt` says until when. */
export class RateLimitedError extends OtpMintError {
  static {
    this.prototype.name = "RateLimitedError";
  }
}

/** The secret key is not valid. */
export class AuthenticationError extends OtpMintError {
  static {
    this.prototype.name = "AuthenticationError";
  }
}

/** The secret key is valid, and may not be used for this. */
export class PermissionError extends OtpMintError {
  static {
    this.prototype.name = "PermissionError";
  }
}

/** The server, or the proxy in front of it, cannot serve now: 502, 503 or 504. */
export class UnavailableError extends OtpMintError {
  static {
    this.prototype.name = "UnavailableError";
  }
}

/** There was no answer: no connection, or it broke. The request may have been carried out. */
export class ConnectionError extends OtpMintError {
  static {
    this.prototype.name = "ConnectionError";
  }
}

/** There was no answer within `timeoutMs`. The request may have been carried out. */
export class TimedOutError extends OtpMintError {
  static {
    this.prototype.name = "TimedOutError";
  }
}

/** The answer is not one of OtpMint's: look at `baseUrl`, or at what is in between. */
export class UnexpectedAnswerError extends OtpMintError {
  static {
    this.prototype.name = "UnexpectedAnswerError";
  }
}
