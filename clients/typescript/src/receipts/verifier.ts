// SPDX-License-Identifier: MIT

import { utf8 } from "../bytes.js";
import type { TransportOptions } from "../transport.js";
import type { Fields } from "../types.js";
import { webCrypto } from "../web-crypto.js";
import { bindHash } from "./bind.js";
import type { ReceiptClaims } from "./claims.js";
import { ReceiptError } from "./errors.js";
import type { JwkSet } from "./jwk.js";
import { FetchedKeys, FixedKeys, type Keys } from "./keys.js";
import { takeApart } from "./parts.js";

interface Common {
  /** Your tenant's handle, `tnt_…`. */
  audience: string;
  /** The server's setting `receipts.issuer`; `otpmint` by default. */
  issuer?: string | undefined;
  /** By how many seconds the clocks may differ; 10 by default. */
  toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970; `Date.now` by default. */
  now?: (() => number) | undefined;
}

/** With the address of the server, or with a copy of its keys. */
export type ReceiptVerifierOptions = Common &
  ((TransportOptions & { keys?: undefined }) | { keys: JwkSet; baseUrl?: undefined });

/** What the receipt has to be for. The `nonce` of the mint or the `key` of the challenge ties it to one session. */
export type Expected = {
  purpose: string;
  /** What was bound, from the transaction that you are about to execute. */
  bind?: Fields | undefined;
} & ({ nonce: string; key?: string | undefined } | { key: string; nonce?: string | undefined });

/** Checks receipts by their signature, without a call for each. */
export class ReceiptVerifier {
  readonly #keys: Keys;
  readonly #audience: string;
  readonly #issuer: string;
  readonly #toleranceSeconds: number;
  readonly #now: () => number;

  constructor(options: ReceiptVerifierOptions) {
    this.#now = options.now ?? (() => Date.now());
    this.#keys = options.keys === undefined ? new FetchedKeys(options, this.#now) : new FixedKeys(options.keys);
    if (!options.audience) throw new TypeError("audience must be your tenant's handle");
    this.#audience = options.audience;
    this.#issuer = options.issuer ?? "otpmint";
    this.#toleranceSeconds = options.toleranceSeconds ?? 10;
  }

  /**
   * The claims of a receipt that is good for this; otherwise a `ReceiptError`, or a `KeysUnavailableError`. If it
   * must be good only once, remember `jti` until `exp`.
   */
  async verify(receipt: string | undefined, expected: Expected): Promise<ReceiptClaims> {
    // A session that has lost its nonce must not accept a receipt without one.
    if (!expected.purpose || !(expected.nonce || expected.key)) throw new TypeError("expect a purpose, and a nonce or key");
    const { kid, claims, signed, signature } = takeApart(receipt);
    const key = await this.#keys.find(kid);
    if (key === undefined) throw new ReceiptError("unknown_key");
    const { subtle } = await webCrypto();
    const isSigned = await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, utf8(signed));
    if (!isSigned) throw new ReceiptError("wrong_signature");
    this.#check(claims);
    await compare(claims, expected);
    return claims;
  }

  #check({ iss, aud, iat, exp }: ReceiptClaims): void {
    if (iss !== this.#issuer) throw new ReceiptError("wrong_issuer");
    if (aud !== this.#audience) throw new ReceiptError("wrong_audience");
    const now = this.#now() / 1000;
    if (now >= exp + this.#toleranceSeconds) throw new ReceiptError("expired");
    if (iat > now + this.#toleranceSeconds) throw new ReceiptError("from_the_future");
  }
}

async function compare(claims: ReceiptClaims, { purpose, nonce, key, bind }: Expected): Promise<void> {
  if (claims.purpose !== purpose) throw new ReceiptError("wrong_purpose");
  if (nonce !== undefined && claims.nonce !== nonce) throw new ReceiptError("wrong_nonce");
  if (key !== undefined && claims.jti !== key) throw new ReceiptError("wrong_challenge");
  // A receipt for one transaction is none for anything else, so what was bound cannot be left out either.
  const hash = bind === undefined || Object.keys(bind).length === 0 ? undefined : await bindHash(bind);
  if (claims.bind !== hash) throw new ReceiptError("wrong_bind");
}
