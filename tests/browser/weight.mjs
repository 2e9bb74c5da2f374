// @ts-check
// What each page loads, and how soon it is seen. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KEY, ORIGINS, api, asking, challenge, stop } from "./app.mjs";
import { close, visitor } from "./lab.mjs";
import { logo } from "./logo.mjs";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);

/** What a page may load, and how soon it has to be seen: here, and in CI, whose machines are slower. */
const BYTES = 60_000;
const [SOON, AT_LAST] = [100, 1_000];
const VISITS = 7;

before(async () => assert.equal((await api("PUT", "/v1/tenant/logo", logo())).status, 200));

after(async () => {
  await close();
  stop();
});

const { told } = await api("GET", "/v1/tenant");
const home = `/console/tenants/${told.tenant}`;

/** @type {Record<string, () => Promise<string>>} */
const PAGES = {
  "a page with the largest logo": async () => (await challenge()).url,
  "a page that asks for the address, with the largest logo": asking,
  "the first page of dev": async () => `${OTPMINT}/`,
  "its inbox": async () => `${OTPMINT}/dev/inbox`,
  "its log": async () => `${OTPMINT}/dev/log`,
  "the way into the console": async () => `${OTPMINT}/console/sign-in`,
  "its numbers": async () => `${OTPMINT}${home}/numbers`,
  "its deliveries": async () => `${OTPMINT}${home}/deliveries`,
  "its audit trail": async () => `${OTPMINT}${home}/audit`,
  "its keys": async () => `${OTPMINT}${home}/keys`,
  "its accounts": async () => `${OTPMINT}${home}/accounts`,
  "its templates": async () => `${OTPMINT}${home}/templates/edit?purpose=login&locale=en`,
};

for (const [name, address] of Object.entries(PAGES)) {
  test(`little is loaded, and it is seen at once: ${name}`, async () => {
    const { page, close } = await visitor({ origins: ORIGINS });
    if (!name.includes("way into")) await signIn(page);
    // Each visit is the first.
    const network = await page.context().newCDPSession(page);
    await network.send("Network.enable");
    await network.send("Network.setCacheDisabled", { cacheDisabled: true });
    /** @type {number[]} */
    const painted = [];
    for (let visit = 0; visit < VISITS; visit++) {
      const answer = await page.goto(await address(), { waitUntil: "load" });
      assert.equal(answer?.status(), 200);
      const bytes = await page.evaluate(() => {
        const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
        return loaded.reduce((sum, entry) => sum + /** @type {any} */ (entry).transferSize, 0);
      });
      assert.ok(bytes > 1_000 && bytes < BYTES, `${bytes} bytes`);
      painted.push(await page.evaluate(firstPaint));
      if (visit === 0) console.log(`${name}: ${bytes} bytes`);
    }
    const median = painted.sort((a, b) => a - b)[Math.floor(VISITS / 2)];
    console.log(`${name}: seen after ${Math.round(median)} ms (${median < SOON ? "within" : "beyond"} ${SOON} ms)`);
    assert.ok(median < AT_LAST, `${median} ms`);
    await close();
  });
}

/** With the key of the tenant. @param {import("playwright-core").Page} page */
async function signIn(page) {
  await page.goto(`${OTPMINT}/console/sign-in`);
  await page.locator("summary").click();
  await page.fill("[name=secret_key]", KEY);
  await page.locator("form", { has: page.locator("[name=secret_key]") }).locator("button").click();
  await page.waitForURL(`**${home}`);
}

/** When something was first seen, in ms from the start of the visit: in the page. */
function firstPaint() {
  return new Promise((found) => {
    const look = new PerformanceObserver((list) => {
      const [entry] = list.getEntriesByName("first-contentful-paint");
      if (entry) found(entry.startTime);
    });
    look.observe({ type: "paint", buffered: true });
  });
}
