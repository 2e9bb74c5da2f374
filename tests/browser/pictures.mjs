// @ts-check
// Takes the pictures of the documents (docs/pictures.sh). One more is one more line in the list.

import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import { asking, challenge, stop } from "./app.mjs";
import * as embedding from "./embedding.mjs";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
const FOLDER = path.resolve(import.meta.dirname, "../../docs/pictures");

/** The most bytes of a picture: they are part of every copy of the project. */
const BYTES = 90_000;

const DESK = { width: 720, height: 560 };
const WIDE = { width: 860, height: 560 };
const FULL = { width: 1180, height: 720 };
const PHONE = { width: 375, height: 600 };

/** @param {object} more */
const page = async (more = {}) => (await challenge(more)).url;

/** @param {import("playwright-core").Page} shown */
const signIn = async (shown) => {
  await shown.fill("[name=name]", "dev");
  await shown.fill("[name=password]", "dev-only-4-violet-canoes");
  await shown.locator("form").first().locator("button").click();
  await shown.getByRole("heading", { name: "Home" }).waitFor();
};

/** The widget in an app. @param {import("playwright-core").Page} shown */
const openWidget = async (shown) => {
  await shown.fill("#email", "jane@example.com");
  await shown.keyboard.press("Enter");
  await shown.frameLocator("dialog iframe").locator("#code").waitFor();
};

/**
 * @typedef {import("playwright-core").Page} Shown
 * @type {{ name: string, of: () => Promise<string>, size: typeof DESK, dark?: boolean, then?: (shown: Shown) => Promise<void> }[]}
 */
const PICTURES = [
  { name: "page", of: () => page(), size: DESK },
  { name: "page-dark", of: () => page(), size: DESK, dark: true },
  { name: "page-phone", of: () => page(), size: PHONE },
  { name: "page-arabic", of: () => page({ locale: "ar" }), size: PHONE },
  { name: "page-asking", of: () => asking(), size: PHONE },
  { name: "widget", of: async () => embedding.EXAMPLE, size: DESK, then: openWidget },
  { name: "inbox", of: async () => `${OTPMINT}/dev/inbox`, size: WIDE },
  { name: "console", of: async () => `${OTPMINT}/console/sign-in`, size: FULL, then: signIn },
];

await mkdir(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
for (const { name, of, size, dark = false, then = async () => {} } of PICTURES) {
  const context = await browser.newContext({ viewport: size, colorScheme: dark ? "dark" : "light", locale: "en-US" });
  const shown = await context.newPage();
  await shown.goto(await of(), { waitUntil: "load" });
  await then(shown);
  await shown.waitForTimeout(500);
  const file = path.join(FOLDER, `${name}.png`);
  await shown.screenshot({ path: file, animations: "disabled", caret: "hide" });
  const { size: bytes } = await stat(file);
  assert.ok(bytes < BYTES, `${file} has ${bytes} bytes`);
  console.log(`${file}: ${bytes} bytes`);
  await context.close();
}
await browser.close();
stop();
embedding.stop();
