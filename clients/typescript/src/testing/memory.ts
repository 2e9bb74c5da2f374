// SPDX-License-Identifier: MIT

import { Refusal } from "./problems.js";

interface Asked {
  path: string;
  text: string;
  headers: Headers;
}

interface Kept {
  path: string;
  text: string;
  status: number;
  body: string;
  type: string;
}

/** The answers to requests with an `Idempotency-Key`. */
export class Memory {
  readonly #kept = new Map<string, Kept>();

  /** Runs `run` once for each key; without a key it just runs. */
  async once(route: string, { path, text, headers }: Asked, run: () => Promise<Response>): Promise<Response> {
    const sent = headers.get("Idempotency-Key");
    if (sent === null) return run();
    const name = `${route} ${sent}`;
    const kept = this.#kept.get(name);
    if (kept !== undefined) {
      if (kept.path !== path || kept.text !== text) throw Refusal.of("idempotency_key_reused");
      return repeat(kept);
    }
    const answer = await carriedOut(run);
    const type = answer.headers.get("Content-Type") ?? "";
    // A code is returned once.
    const body = (await answer.clone().text()).replace(/,"code":"[0-9A-Z]+"}$/, ',"code":null}');
    this.#kept.set(name, { path, text, status: answer.status, body, type });
    return answer;
  }
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
