// SPDX-License-Identifier: MIT

export { bindHash } from "./bind.js";
export type { ReceiptClaims } from "./claims.js";
export { KeysUnavailableError, ReceiptError, type ReceiptFault } from "./errors.js";
export type { Jwk, JwkSet } from "./jwk.js";
export { type Expected, ReceiptVerifier, type ReceiptVerifierOptions } from "./verifier.js";
