// @ts-check
// The phone of a visitor: a camera that reads QR codes, with an implementation by others, and an authenticator app.

import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const JSQR = await readFile(createRequire(import.meta.url).resolve("jsqr"), "utf8");

/**
 * What the QR code in a picture says. The page draws it and is no page of ours.
 * @param {import("playwright-core").Page} page @param {string} type @param {Buffer} bytes @returns {Promise<string>}
 */
export const scan = async (page, type, bytes) => {
  await page.evaluate(JSQR);
  return page.evaluate(async (address) => {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    const [width, height] = [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.drawImage(picture, 0, 0);
    const read = /** @type {any} */ (window).jsQR(context.getImageData(0, 0, width, height).data, width, height);
    return read ? read.data : `nothing in ${width} x ${height}`;
  }, `data:${type};base64,${bytes.toString("base64")}`);
};

/** @param {string} text */
const base32 = (text) => {
  const bits = [...text].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  return Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
};

/** The code that an app shows now which has scanned this (RFC 4226 §5.3, RFC 6238). @param {string} uri */
export const typed = (uri) => {
  const { searchParams: said } = new URL(uri);
  const count = Buffer.alloc(8);
  count.writeBigInt64BE(BigInt(Math.floor(Date.now() / 1000 / Number(said.get("period")))));
  const key = base32(said.get("secret") ?? "");
  const mac = createHmac(/** @type {string} */ (said.get("algorithm")), key).update(count).digest();
  const number = mac.readUInt32BE(mac[mac.length - 1] & 15) & 0x7fffffff;
  return String(number % 10 ** Number(said.get("digits"))).padStart(Number(said.get("digits")), "0");
};
