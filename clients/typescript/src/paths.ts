// SPDX-License-Identifier: MIT

import { ChallengeNotFoundError } from "./errors.js";

/** The path of a challenge. Throws if `key` cannot be a shareable key, which often comes from a form. */
export function challengePath(key: string): string {
  // The server would say the same, except that `..` would lead to another route.
  if (!/^[A-Za-z]{1,64}$/.test(key)) {
    throw new ChallengeNotFoundError({ code: "challenge_not_found", title: "This is no shareable key", status: 404 });
  }
  return `/v1/challenges/${key}`;
}

/** The routes that carry out a request with the same `Idempotency-Key` only once. */
const TAKES_KEY = /^\/v1\/(challenges|verify|challenges\/[^/]+\/(verify|resend))$/;

/** Whether a route takes an `Idempotency-Key`. Others ignore it, so it would promise what is not so. */
export function takesKey(method: string, path: string): boolean {
  return method === "POST" && TAKES_KEY.test(path.replace(/\?.*$/, ""));
}
