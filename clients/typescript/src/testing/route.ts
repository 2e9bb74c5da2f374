// SPDX-License-Identifier: MIT

/** A request to the fake. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  text: string;
  headers: Headers;
}

/** What a tenant asks for by a method and a path. */
export interface Route {
  method: string;
  path: RegExp;
  /** Whether it takes an `Idempotency-Key`. */
  keyed?: boolean;
  /** `name` is the key or the handle in the path. */
  run(asked: Asked, name: string): Promise<Response>;
}
