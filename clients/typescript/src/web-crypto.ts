// SPDX-License-Identifier: MIT

/** WebCrypto, or an error that says why there is none. */
export async function webCrypto(): Promise<Crypto> {
  const here: Crypto | undefined = globalThis.crypto;
  if (here?.subtle) return here;
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  if (process?.versions?.node !== undefined) {
    // Node 18 has it, but not as a global. In a variable, so that bundlers for browsers do not look for it.
    const module = "node:crypto";
    const { webcrypto } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as { webcrypto: Crypto };
    return webcrypto;
  }
  throw new Error("WebCrypto is missing: browsers have it on pages from https and from localhost only");
}
