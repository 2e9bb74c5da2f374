// SPDX-License-Identifier: MIT

import { Transport, type TransportOptions } from "../transport.js";
import { webCrypto } from "../web-crypto.js";
import { KeysUnavailableError } from "./errors.js";
import type { JwkSet } from "./jwk.js";

/** Where keys are looked up by their `kid`. */
export interface Keys {
  find(kid: string): Promise<CryptoKey | undefined>;
}

/** How long a set is used: what its `Cache-Control` says. A key that was withdrawn works no longer than that. */
const KEPT_MS = 300_000;

/**
 * A receipt of an unknown key fetches the set again, but not more often than this: anyone can make one. A new key
 * is in the set for at least ten seconds before it signs, so no good receipt waits for this.
 */
const AGAIN_MS = 10_000;

/** After a failure the next fetch waits this long. */
const AFTER_FAILURE_MS = 1_000;

/** A set that does not change, for a backend that makes no calls. */
export class FixedKeys implements Keys {
  readonly #keys: Promise<Map<string, CryptoKey>>;

  constructor(set: JwkSet) {
    this.#keys = imported(set);
    // Whoever looks a key up is told; until then nobody listens.
    this.#keys.catch(() => undefined);
  }

  async find(kid: string): Promise<CryptoKey | undefined> {
    return (await this.#keys).get(kid);
  }
}

/** The set of a server, kept for five minutes. */
export class FetchedKeys implements Keys {
  readonly #transport: Transport;
  readonly #now: () => number;
  #keys = new Map<string, CryptoKey>();
  #fetchedAt = -Infinity;
  #failedAt = -Infinity;
  #fetching: Promise<void> | undefined;

  constructor(options: TransportOptions, now: () => number) {
    this.#transport = new Transport(options);
    this.#now = now;
  }

  async find(kid: string): Promise<CryptoKey | undefined> {
    const age = this.#now() - this.#fetchedAt;
    // A clock that was set back would keep a set for ever.
    const isFresh = age >= 0 && age < KEPT_MS;
    if (!isFresh || (!this.#keys.has(kid) && age >= AGAIN_MS)) await this.#refresh();
    return this.#keys.get(kid);
  }

  /** One fetch for all that wait. */
  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const sinceFailure = this.#now() - this.#failedAt;
    if (sinceFailure >= 0 && sinceFailure < AFTER_FAILURE_MS) throw new KeysUnavailableError("The keys are unavailable");
    try {
      const call = { method: "GET", path: "/.well-known/jwks.json", repeatable: true };
      this.#keys = await imported(await this.#transport.send<JwkSet>(call));
      this.#fetchedAt = this.#now();
    } catch (error) {
      this.#failedAt = this.#now();
      throw new KeysUnavailableError("The keys of the receipts could not be fetched", { cause: error });
    }
  }
}

async function imported(set: JwkSet): Promise<Map<string, CryptoKey>> {
  if (!Array.isArray(set?.keys)) throw new TypeError("not a set of keys");
  const { subtle } = await webCrypto();
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const usable = set.keys.filter(({ kty, crv, alg, use }) => `${kty} ${crv} ${alg} ${use}` === "EC P-256 ES256 sig");
  const pairs = usable.map(async ({ kid, kty, crv, x, y }) => {
    const key = await subtle.importKey("jwk", { kty, crv, x, y }, curve, false, ["verify"]);
    return [kid, key] as const;
  });
  return new Map(await Promise.all(pairs));
}
