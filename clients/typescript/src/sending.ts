// SPDX-License-Identifier: MIT

import type { RequestOptions, SendingOptions } from "./client.js";

/** How the resources of a client send their requests. */
export type Send = <T>(method: string, path: string, body: unknown, options: RequestOptions) => Promise<T>;

/** The options of a request that waits for the outcome of its message. */
export function waiting({ wait, ...options }: SendingOptions): RequestOptions {
  return wait === undefined ? options : { ...options, headers: { Prefer: `wait=${wait}` } };
}
