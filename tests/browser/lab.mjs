// @ts-check
// A browser that fails the test for whatever a page must not do.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = path.resolve(import.meta.dirname, "../../target/browser");

/** How wide a phone and a desk are. */
export const WIDTHS = [375, 1280];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });

/** Ends the browser, and with it the run. */
export const close = () => browser.close();

/** What a browser reports about a form that was refused, or a page that does not exist. */
const REFUSED = [
  "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)",
  "Failed to load resource: the server responded with a status of 404 (Not Found)",
];

/**
 * A visitor with a browser of its own. `refuses` is the end of an address that is meant to be refused.
 * @param {{ width?: number, scripted?: boolean, locale?: string, origins: string[], dark?: boolean, refuses?: string }} options
 */
export const visitor = async ({
  width = 1280, scripted = true, locale = "en-US", origins, dark = false, refuses = undefined,
}) => {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    javaScriptEnabled: scripted,
    locale,
    colorScheme: dark ? "dark" : "light",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  /** @type {string[]} */
  const broken = [];
  page.on("console", (message) => {
    if (refuses && REFUSED.includes(message.text()) && message.location().url.endsWith(refuses)) return;
    if (["error", "warning"].includes(message.type())) broken.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => broken.push(`error: ${error}`));
  page.on("request", (request) => {
    if (!origins.includes(new URL(request.url()).origin)) broken.push(`leaves: ${request.url()}`);
  });
  if (scripted) {
    await page.exposeFunction("reportViolation", (what) => broken.push(`policy: ${what}`));
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) =>
        /** @type {any} */ (window).reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
    });
  }

  /** Looks at the page once its styles are there, and keeps a picture of it. @param {string} name */
  const looks = async (name) => {
    await page.waitForLoadState();
    const scroll = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(scroll <= 0, `${name} is ${scroll} px too wide`);
    assert.deepEqual(await page.evaluate(flaws), [], name);
    await mkdir(SHOTS, { recursive: true });
    const variant = [width, scripted ? "" : "-without-script", dark ? "-dark" : ""].join("");
    await page.screenshot({ path: path.join(SHOTS, `${name}-${variant}.png`), fullPage: true });
    for (const frame of scripted ? page.frames() : []) {
      if (await runsScripts(frame)) assert.deepEqual(await violations(frame), [], name);
    }
    assert.deepEqual(broken, [], name);
  };

  return { page, looks, close: () => context.close() };
};

/** What a page shows worse than it was meant: labels of buttons that wrap, controls of
 * a row that do not stand in line, and texts that are cut off. In the browser. */
const flaws = () => {
  /** @type {string[]} */
  const found = [];
  const isSeen = (/** @type {Element} */ element) => element.checkVisibility({ visibilityProperty: true });
  for (const button of document.querySelectorAll("button, a.button, a.primary, .badge, .tabs a, thead th")) {
    // On a phone, the head of a list of cards is there for those who hear it.
    const head = button.closest("thead")?.getBoundingClientRect();
    if (!isSeen(button) || (head && head.width <= 1)) continue;
    const label = button.textContent?.trim();
    const [texts, lines] = [document.createTreeWalker(button, NodeFilter.SHOW_TEXT), new Set()];
    while (texts.nextNode()) {
      if (texts.currentNode.parentElement?.closest(".hidden, .unseen")) continue;
      const text = document.createRange();
      text.selectNodeContents(texts.currentNode);
      for (const { top, width } of text.getClientRects()) if (width > 1) lines.add(Math.round(top / 8));
    }
    if (lines.size > 1) found.push(`wraps: ${label}`);
    if (button.scrollWidth > button.clientWidth + 1 && button.clientWidth > 0) found.push(`is cut: ${label}`);
  }
  for (const row of document.querySelectorAll(".row")) {
    const controls = [...row.querySelectorAll("input:not([type=checkbox], [type=hidden]), select, button, a.primary")];
    const boxes = controls.filter(isSeen).map((control) => control.getBoundingClientRect());
    const isBeside = (/** @type {DOMRect} */ a, /** @type {DOMRect} */ b) => a.top < b.bottom && b.top < a.bottom;
    const isOff = boxes.some((a) => boxes.some((b) => isBeside(a, b) && Math.abs(a.bottom - b.bottom) > 1));
    if (isOff) found.push(`out of line: ${row.textContent?.trim().split(/\s+/).slice(0, 4).join(" ")}`);
  }
  for (const text of document.querySelectorAll("svg text")) {
    const [own, drawing] = [text.getBoundingClientRect(), text.closest("svg")?.getBoundingClientRect()];
    if (!drawing || !isSeen(text)) continue;
    if (own.left < drawing.left - 1 || own.right > drawing.right + 1) found.push(`leaves the drawing: ${text.textContent}`);
  }
  return found;
};

/** Where a text with this meaning appears. @param {import("playwright-core").Page} page @param {string} text */
export const says = (page, text) => page.locator("main").getByText(text).waitFor();

/** Whether scripts run there: in a sandbox, which has no origin, axe would never end. @param {import("playwright-core").Frame} frame */
const runsScripts = (frame) => frame.evaluate(() => self.origin !== "null");

/** What axe finds that keeps people out. @param {import("playwright-core").Frame} frame */
const violations = async (frame) => {
  await frame.evaluate(AXE);
  const found = await frame.evaluate(() => /** @type {any} */ (window).axe.run({ iframes: false }));
  const serious = found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
};

/**
 * Answers a code on a page, or on one in a frame. With script it is sent at its last digit.
 * @param {import("playwright-core").Page | import("playwright-core").FrameLocator} page @param {string} code
 */
export const answer = async (page, code) => {
  const field = page.locator("#code");
  const hasScript = await field.evaluate(() => matchMedia("(scripting: enabled)").matches);
  await field.fill(code);
  if (!hasScript) await page.locator("button.primary").click();
};
