// SPDX-License-Identifier: MIT

import { ConnectionError, type OtpMintError } from "./errors.js";

/** What a server asks for is waited out only if it is no longer than this, in seconds. */
const SHORT = 3;

/** The first pause after a lost connection, in milliseconds. It doubles each time. */
const FIRST_PAUSE = 200;

/**
 * Milliseconds to wait before the request is sent again, or nothing if that would not help. `tried` is how often
 * it was sent, `asked` what `Retry-After` says, in seconds.
 */
export function pauseBefore(tried: number, error: OtpMintError, asked: number | undefined): number | undefined {
  // Up to half as much again, so that clients that failed together do not come back together.
  const jitter = 1 + Math.random() / 2;
  if (!isPassing(error)) return undefined;
  if (asked !== undefined) return asked <= SHORT ? asked * 1000 * jitter : undefined;
  return error.status === 429 ? undefined : FIRST_PAUSE * 2 ** (tried - 1) * jitter;
}

/** Whether the same request may succeed soon. */
function isPassing(error: OtpMintError): boolean {
  if (error instanceof ConnectionError) return true;
  // The first request, whose answer was lost, is still being carried out.
  if (error.code === "idempotency_key_in_use") return true;
  return error.status === 429 || error.status === 502 || error.status === 503 || error.status === 504;
}

/** Resolves after `milliseconds`; is rejected with the reason of `signal` if that is aborted first. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
