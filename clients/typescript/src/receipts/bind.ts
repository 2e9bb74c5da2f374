// SPDX-License-Identifier: MIT

import { toBase64Url, utf8 } from "../bytes.js";
import type { Fields } from "../types.js";
import { webCrypto } from "../web-crypto.js";

/** The hash of bound fields, as `bind` of a receipt has it. */
export async function bindHash(fields: Fields): Promise<string> {
  // Piece by piece: an object would put names that are numbers first.
  const members = Object.entries(fields)
    .sort(([one], [other]) => compareBytes(utf8(one), utf8(other)))
    .map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
  const { subtle } = await webCrypto();
  return toBase64Url(new Uint8Array(await subtle.digest("SHA-256", utf8(`{${members.join(",")}}`))));
}

/** The order of bytes, from which that of JavaScript's strings differs beyond U+D7FF. */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at < 0 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1);
}
