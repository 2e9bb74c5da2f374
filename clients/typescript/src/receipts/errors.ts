// SPDX-License-Identifier: MIT

export type ReceiptFault =
  | "malformed"
  | "wrong_type"
  | "wrong_algorithm"
  | "unknown_key"
  | "wrong_signature"
  | "wrong_issuer"
  | "wrong_audience"
  | "expired"
  | "from_the_future"
  | "wrong_purpose"
  | "wrong_nonce"
  | "wrong_challenge"
  | "wrong_bind";

/** The receipt proves nothing here: `fault` says why. It is not quoted, as it names its recipient. */
export class ReceiptError extends Error {
  static {
    this.prototype.name = "ReceiptError";
  }

  readonly fault: ReceiptFault;

  constructor(fault: ReceiptFault) {
    super(`The receipt is refused: ${fault}`);
    this.fault = fault;
  }
}

/** The keys could not be fetched, so nothing is known about the receipt. */
export class KeysUnavailableError extends Error {
  static {
    this.prototype.name = "KeysUnavailableError";
  }
}
