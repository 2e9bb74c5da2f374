// @ts-check
// Every page of the console that a link leads to, with thirty days of content: on a phone and on a desk, in light and
// in dark, with and without script. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, visitor } from "./lab.mjs";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
const PASSWORD = "dev-only-4-violet-canoes";

after(close);

/** @typedef {import("playwright-core").Page} Page */

/** Signs in as the operator. @param {Page} page */
const signIn = async (page) => {
  await page.goto(`${OTPMINT}/console`);
  await page.getByLabel("Name", { exact: true }).fill("dev");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
};

/** Where the links of a part lead. @param {Page} page @param {string} part */
const links = (page, part) =>
  page.locator(part).evaluateAll((found) => found.map((link) => new URL(/** @type {HTMLAnchorElement} */ (link).href).pathname));

for (const [width, dark, scripted] of /** @type {const} */ ([
  [375, false, true], [1280, true, true], [375, true, false], [1280, false, false],
])) {
  test(`every page is whole: ${width} px ${dark ? "dark" : "light"}${scripted ? "" : " without script"}`, async () => {
    const { page, looks, close: leave } = await visitor({ width, dark, scripted, origins: [OTPMINT] });
    await signIn(page);
    const sections = await links(page, ".side nav a");
    assert.ok(sections.length >= 10, `${sections}`);
    await page.goto(`${OTPMINT}/console/tenants`);
    const [tenant] = await page.getByRole("link", { name: "Acme Shop" }).evaluateAll((found) =>
      found.map((link) => /** @type {HTMLAnchorElement} */ (link).pathname));
    await page.goto(OTPMINT + tenant);
    const tabs = await links(page, ".tabs a");
    assert.ok(tabs.length >= 19, `${tabs}`);
    // All that is wrong, not only the first page.
    const wrong = [];
    for (const path of [...new Set([...sections, ...tabs])]) {
      await page.goto(OTPMINT + path);
      const name = path.replace(tenant, "/acme").slice(1).replaceAll("/", "-");
      await looks(`every-${name}`).catch((error) => wrong.push(`${path}: ${error.message}`));
    }
    assert.deepEqual(wrong, []);
    await leave();
  });
}
