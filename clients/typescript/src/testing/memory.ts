// SPDX-License-Identifier: MIT

import { Refusal } from "./problems.js";
import type { Asked, Route } from "./route.js";

interface Kept {
  path: string;
  text: string;
  status: number;
  body: string;
  type: string;
}

/** The answers to requests with an `Idempotency-Key`. */
export class Memory {
  readonly #kept = new Map<Route, Map<string, Kept>>();

  /** Runs `run` once for each key; without a key it just runs. */
  async once(route: Route, { path, text, headers }: Asked, run: () => Promise<Response>): Promise<Response> {
    const sent = headers.get("Idempotency-Key");
    if (sent === null) return run();
    // A key is unique within its route.
    const known = this.#kept.get(route) ?? new Map<string, Kept>();
    this.#kept.set(route, known);
    const kept = known.get(sent);
    if (kept !== undefined) {
      if (kept.path !== path || kept.text !== text) throw Refusal.of("idempotency_key_reused");
      return repeat(kept);
    }
    const answer = await carriedOut(run);
    const type = answer.headers.get("Content-Type") ?? "";
    const body = await answer.clone().text();
    known.set(sent, { path, text, status: answer.status, body: answer.ok ? withoutCode(body) : body, type });
    return answer;
  }
}

/** A code is returned once. Secrets are repeated for an hour, and the fake forgets nothing. */
function withoutCode(body: string): string {
  const told = Object.entries(JSON.parse(body) as object);
  return JSON.stringify(Object.fromEntries(told.map(([name, value]) => [name, name === "code" ? null : value])));
}

/** The answer to what changed something. What changed nothing is thrown, and not remembered. */
async function carriedOut(run: () => Promise<Response>): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    // A wrong code has used up an attempt.
    if (error instanceof Refusal && error.message === "code_mismatch") return error.answer();
    throw error;
  }
}

function repeat({ status, body, type }: Kept): Response {
  return new Response(body, { status, headers: { "Content-Type": type, "Idempotency-Replayed": "true" } });
}
