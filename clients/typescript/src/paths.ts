// SPDX-License-Identifier: MIT

import { NotFoundError } from "./errors.js";

/** The path of a challenge. Throws if `key` cannot be a shareable key, which often comes from a form. */
export function challengePath(key: string): string {
  return pathOf("challenges", /^[A-Za-z]{1,64}$/, key, "challenge_not_found");
}

/** The path of a factor. */
export function factorPath(handle: string): string {
  return pathOf("factors", /^fct_[0-9a-z]{1,64}$/, handle, "factor_not_found");
}

/** The path of a relayed message. */
export function messagePath(id: string): string {
  return pathOf("messages", /^[A-Za-z]{1,64}$/, id, "message_not_found");
}

function pathOf(resource: string, shape: RegExp, name: string, code: string): string {
  // The server would say the same, except that `..` would lead to another route.
  if (!shape.test(name)) throw new NotFoundError({ code, title: `This names none of the ${resource}`, status: 404 });
  return `/v1/${resource}/${name}`;
}

/** The routes that carry out a request with the same `Idempotency-Key` only once. */
const TAKES_KEY = new RegExp(
  "^/v1/(" +
    [
      "challenges(/[^/]+/(verify|resend))?",
      "verify",
      "messages",
      "factors(/[^/]+/(confirm|check|recovery-codes))?",
      "tenant/keys(/[^/]+/rotate)?",
      "tenant/routes",
      "tenant/sandbox/keys",
      "tenant/webhooks(/[^/]+/(rotate|test|deliveries/[^/]+/replay))?",
      "admin/tenants(/[^/]+/keys)?",
      "admin/tokens",
    ].join("|") +
    ")$",
);

/** Whether a route takes an `Idempotency-Key`. Others ignore it, so it would promise what is not so. */
export function takesKey(method: string, path: string): boolean {
  return method === "POST" && TAKES_KEY.test(path.replace(/\?.*$/, ""));
}
