// SPDX-License-Identifier: MIT
//
// What a client is made with. No error quotes its input: it may be a secret in the wrong place.

/** The base of every URL, without a slash at its end. */
export function checkedBaseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError("baseUrl must be an absolute URL, such as https://otp.example.com");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new TypeError("baseUrl must be http or https");
  if (url.username !== "" || url.password !== "") throw new TypeError("baseUrl must not have a user name");
  if (url.search !== "" || url.hash !== "") throw new TypeError("baseUrl must end with its path");
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** A key that can be a header. `fetch` would refuse another one with an error that quotes it. */
export function checkedSecretKey(text: string): string {
  if (!/^[!-~]+$/.test(text)) throw new TypeError("secretKey must be visible ASCII characters, without spaces");
  return text;
}
