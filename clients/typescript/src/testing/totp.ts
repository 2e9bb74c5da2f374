// SPDX-License-Identifier: MIT

import type { FactorRequest, TotpAlgorithm } from "../types.js";
import { webCrypto } from "../web-crypto.js";
import { Refusal } from "./problems.js";

const HASHES = { SHA1: "SHA-1", SHA256: "SHA-256", SHA512: "SHA-512" };
const SIZES = { SHA1: 20, SHA256: 32, SHA512: 64 };
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A secret of an authenticator app, and how its codes are made. */
export interface Totp {
  secret: Uint8Array<ArrayBuffer>;
  algorithm: TotpAlgorithm;
  digits: number;
  period: number;
}

/** The code of a step (RFC 6238). */
export async function codeOf({ secret, algorithm, digits }: Totp, step: number): Promise<string> {
  const { subtle } = await webCrypto();
  const key = await subtle.importKey("raw", secret, { name: "HMAC", hash: HASHES[algorithm] }, false, ["sign"]);
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(step));
  const tag = new DataView(await subtle.sign("HMAC", key, message));
  const number = tag.getUint32(tag.getUint8(tag.byteLength - 1) & 15) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The steps that a code belongs to: that of now, the one before and the one after. */
export async function stepsOf(totp: Totp, code: string, now: number): Promise<number[]> {
  const step = stepAt(totp, now);
  const near = [step - 1, step, step + 1];
  const codes = await Promise.all(near.map((one) => codeOf(totp, one)));
  return near.filter((_, at) => codes[at] === code);
}

export function stepAt({ period }: Totp, now: number): number {
  return Math.floor(now / 1000 / period);
}

/** What a request brings or wants, with what its URI says besides. */
export async function totpOf(request: FactorRequest): Promise<{ totp: Totp; issuer?: string; account?: string }> {
  const { algorithm, digits, period, secret, uri } = request;
  if (uri !== undefined) {
    for (const [name, value] of Object.entries({ algorithm, digits, period, secret })) {
      if (value !== undefined) throw Refusal.field(`/${name}`, "the `uri` says it already: leave it out");
    }
    return ofUri(uri);
  }
  const shape = checked(algorithm ?? "SHA1", digits ?? 6, period ?? 30);
  if (secret === undefined) {
    const drawn = (await webCrypto()).getRandomValues(new Uint8Array(SIZES[shape.algorithm]));
    return { totp: { ...shape, secret: drawn } };
  }
  const bytes = fromBase32(secret);
  if (bytes === undefined) throw Refusal.field("/secret", "10 to 64 bytes in base32: letters, and digits from 2 to 7");
  return { totp: { ...shape, secret: bytes } };
}

function ofUri(text: string): { totp: Totp; issuer?: string; account?: string } {
  const found = /^otpauth:\/\/totp\/([^?]*)\?(.*)$/i.exec(text.trim());
  if (found === null) throw Refusal.field("/uri", "must begin with otpauth://totp/: the fake reads no other export");
  const told = new URLSearchParams(found[2]);
  const secret = fromBase32(told.get("secret") ?? "");
  if (secret === undefined) throw Refusal.field("/uri", "must have a secret of 10 to 64 bytes, in base32");
  const algorithm = (told.get("algorithm") ?? "SHA1").toUpperCase();
  const shape = checked(algorithm, Number(told.get("digits") ?? 6), Number(told.get("period") ?? 30));
  const label = decodeURIComponent(found[1] ?? "").split(":");
  const account = label.pop()?.trim();
  const issuer = told.get("issuer") ?? label[0];
  return { totp: { ...shape, secret }, ...(issuer ? { issuer } : {}), ...(account ? { account } : {}) };
}

function checked(algorithm: string, digits: number, period: number): Omit<Totp, "secret"> {
  if (!isAlgorithm(algorithm)) throw Refusal.field("/algorithm", "one of SHA1, SHA256 and SHA512");
  if (digits !== 6 && digits !== 8) throw Refusal.field("/digits", "digits is 6 or 8");
  if (!(period >= 15 && period <= 60)) throw Refusal.field("/period", "period is from 15 to 60 seconds");
  return { algorithm, digits, period };
}

function isAlgorithm(text: string): text is TotpAlgorithm {
  return Object.hasOwn(HASHES, text);
}

/** What the QR code says. */
export function uriOf(totp: Totp, issuer: string, account: string): string {
  const [issued, label] = [encodeURIComponent(issuer), encodeURIComponent(account)];
  const shape = `algorithm=${totp.algorithm}&digits=${totp.digits}&period=${totp.period}`;
  return `otpauth://totp/${issued}:${label}?secret=${toBase32(totp.secret)}&issuer=${issued}&${shape}`;
}

export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> | undefined {
  const plain = text.trim().replace(/=+$/, "").replace(/[ -]/g, "").toUpperCase();
  if (!/^[A-Z2-7]+$/.test(plain)) return undefined;
  const bits = [...plain].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  return bytes.length >= 10 && bytes.length <= 64 ? bytes : undefined;
}
