// SPDX-License-Identifier: MIT

/** A public key (RFC 7517). */
export interface Jwk {
  kty: string;
  crv: string;
  alg: string;
  use: string;
  kid: string;
  x: string;
  y: string;
}

export interface JwkSet {
  keys: Jwk[];
}
