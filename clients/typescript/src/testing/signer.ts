// SPDX-License-Identifier: MIT

import { toBase64Url, utf8 } from "../bytes.js";
import { webCrypto } from "../web-crypto.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** Signs the receipts of one fake, with a key of its own. */
export class Signer {
  readonly #kid = "fake";
  #pair: Promise<CryptoKeyPair> | undefined;

  async jwks(): Promise<object> {
    const { subtle } = await webCrypto();
    const { publicKey } = await this.#keys();
    const { kty, crv, x, y } = await subtle.exportKey("jwk", publicKey);
    return { keys: [{ kty, crv, alg: "ES256", use: "sig", kid: this.#kid, x, y }] };
  }

  async sign(claims: object): Promise<string> {
    const { subtle } = await webCrypto();
    const { privateKey } = await this.#keys();
    const header = { alg: "ES256", typ: "otpmint-receipt+jwt", kid: this.#kid };
    const signed = [header, claims].map((part) => toBase64Url(utf8(JSON.stringify(part)))).join(".");
    const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, utf8(signed));
    return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
  }

  /** Made when it is first needed: most tests check no receipt. */
  #keys(): Promise<CryptoKeyPair> {
    this.#pair ??= webCrypto().then(({ subtle }) => subtle.generateKey(CURVE, true, ["sign", "verify"]));
    return this.#pair;
  }
}
