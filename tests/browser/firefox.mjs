// @ts-check
// The main flows in Firefox, over WebDriver BiDi: a hosted page, and the console's first steps. Run by
// tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import puppeteer from "puppeteer-core";
import { api, challenge, stop, subject, wrong } from "./app.mjs";

/** How wide a phone and a desk are. */
const WIDTHS = [375, 1280];

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: process.env.FIREFOX,
  headless: true,
});

after(async () => {
  await browser.close();
  stop();
});

/** A page of this width, in a browser of its own. @param {number} width */
const visitor = async (width) => {
  const page = await (await browser.createBrowserContext()).newPage();
  page.setDefaultTimeout(30_000);
  await page.setViewport({ width, height: 800 });
  return page;
};

/** Fails for a page that is wider than its window. @param {import("puppeteer-core").Page} page */
const fits = async (page) => {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(beyond <= 0, `${page.url()} is ${beyond} px too wide`);
};

/** Waits until the page says this. @param {import("puppeteer-core").Page} page @param {string} text */
const says = (page, text) =>
  page.waitForFunction((text) => document.querySelector("main")?.textContent?.includes(text), {}, text);

for (const width of WIDTHS) {
  test(`a visitor mistypes, types the code and is back in the app: ${width} px`, async () => {
    const { to, url, code } = await challenge();
    const page = await visitor(width);
    await page.goto(url);
    await fits(page);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "code");
    await page.keyboard.type(wrong(code));
    await says(page, "This code is wrong.");
    await fits(page);
    await page.click("#code", { count: 3 });
    await page.keyboard.type(code);
    await page.waitForFunction(() => location.pathname === "/login/done");
    const told = JSON.parse(await page.$eval("pre", (pre) => pre.textContent ?? ""));
    assert.equal(told.status, "verified");
    assert.equal(subject(told.receipt), to);
    await page.close();
  });

  test(`an operator signs in and finds a tenant: ${width} px`, async () => {
    const page = await visitor(width);
    await page.goto(`${process.env.OTPMINT}/console`);
    await fits(page);
    await page.type("#name", "dev");
    await page.type("#password", "dev-only-4-violet-canoes");
    await page.keyboard.press("Enter");
    await says(page, "Needs attention");
    await fits(page);
    const { told } = await api("GET", "/v1/tenant");
    await page.type("#search", told.tenant);
    await page.keyboard.press("Enter");
    await says(page, "Name and pages");
    await fits(page);
    await page.close();
  });
}
