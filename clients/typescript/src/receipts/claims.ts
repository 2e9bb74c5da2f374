// SPDX-License-Identifier: MIT

import type { Fields } from "../types.js";

/** What a receipt says. */
export interface ReceiptClaims {
  iss: string;
  aud: string;
  /** The recipient that answered. */
  sub: string;
  purpose: string;
  channel: string;
  /** The shareable key of the challenge: accept it once. */
  jti: string;
  /** Seconds since 1970. */
  iat: number;
  exp: number;
  nonce?: string;
  bind?: string;
  metadata?: Fields;
}
