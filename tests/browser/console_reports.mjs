// @ts-check
// The reports of the console in a real browser: on a phone and on a desk, in light and in dark, with
// numbers in them. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ORIGINS, challenge, stop, wrong } from "./app.mjs";
import { WIDTHS, close, visitor } from "./lab.mjs";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
const KEY = "dev-only-7Q2xWm9K-not-a-secret";

after(async () => {
  await close();
  stop();
});

/** @param {string} path @param {unknown} body */
const api = (path, body) =>
  fetch(OTPMINT + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const tenant = await (await fetch(`${OTPMINT}/v1/tenant`, { headers: { Authorization: `Bearer ${KEY}` } })).json();
const HOME = `${OTPMINT}/console/tenants/${tenant.tenant}`;

// Something to see: a challenge that was verified, one that was not, and their mails.
const { key: verified, code } = await minted();
await api(`/v1/challenges/${verified}/verify`, { code: wrong(code) });
await api(`/v1/challenges/${verified}/verify`, { code });
await minted();

/** A challenge, its key and its code. */
async function minted() {
  const made = await challenge();
  const key = new URL(made.url).pathname.split("/").pop();
  return { key: await shareable(made.to), code: made.code, page: key };
}

/** The shareable key of the latest challenge for somebody. @param {string} to */
async function shareable(to) {
  const audit = await fetch(`${OTPMINT}/v1/tenant/audit?event=minted&limit=1`, {
    headers: { Authorization: `Bearer ${KEY}` },
  });
  const { data } = await audit.json();
  assert.equal(data[0].recipient.at(0), to.at(0));
  return data[0].challenge;
}

const REPORTS = [
  ["numbers", "Dashboard"],
  ["deliveries", "Deliveries"],
  [`deliveries/${verified}`, "Delivery"],
  ["audit", "Audit trail"],
  ["fired", "Limits"],
  ["servers", "Mail servers"],
];

/** A visitor who has signed in as the tenant. @param {Partial<Parameters<typeof visitor>[0]>} options */
const signedIn = async (options) => {
  const seen = await visitor({ ...options, origins: ORIGINS });
  await seen.page.goto(`${OTPMINT}/console/sign-in`);
  await seen.page.locator("summary").click();
  await seen.page.fill("[name=secret_key]", KEY);
  await seen.page.locator("form", { has: seen.page.locator("[name=secret_key]") }).locator("button").click();
  await seen.page.waitForURL(/\/console\/(?!sign-in)/);
  return seen;
};

for (const width of WIDTHS) {
  for (const dark of [false, true]) {
    test(`every report can be read: ${width} px ${dark ? "dark" : "light"}`, async () => {
      // The console speaks English, and works in every browser.
      const { page, looks, close } = await signedIn({ width, dark, locale: dark ? "de-DE" : "en-US" });
      for (const [path, title] of REPORTS) {
        await page.goto(`${HOME}/${path}`);
        assert.equal((await page.locator("h1").textContent())?.trim(), title);
        await looks(`console-${title.toLowerCase().replaceAll(" ", "-")}`);
      }
      await close();
    });
  }
}

test("charts are painted in the colours of the page and have their numbers below them", async () => {
  const colours = [];
  for (const dark of [false, true]) {
    const { page, looks, close } = await signedIn({ width: 1280, dark });
    await page.goto(`${HOME}/numbers`);
    const bars = page.locator("section[aria-labelledby=by-hour] path.series.s0");
    colours.push(await bars.evaluate((bar) => getComputedStyle(bar).fill));
    await page.locator("section[aria-labelledby=by-hour] summary").click();
    const table = page.locator("section[aria-labelledby=by-hour] table");
    assert.equal(await table.locator("tbody tr").count(), 24);
    await looks("console-dashboard-numbers");
    await close();
  }
  assert.notEqual(colours[0], colours[1]);
});

test("a chart is read by keyboard, and a day leads to its events", async () => {
  const { page, close } = await signedIn({ width: 1280 });
  await page.goto(`${HOME}/numbers`);
  await page.waitForLoadState();
  const chart = page.locator("section[aria-labelledby=by-day]");
  await chart.locator("> svg").focus();
  const said = async () => (await chart.locator(".summary").textContent()) ?? "";
  assert.match(await said(), / so far: /);
  await page.keyboard.press("ArrowLeft");
  assert.match(await said(), /^\d+ \w+: /);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.endsWith("/audit") && url.searchParams.has("from"));
  await page.locator("main table, main li, main .cards").first().waitFor();
  await close();
});

test("lists are filtered without a script, and a delivery is found from its list", async () => {
  const { page, looks, close } = await signedIn({ width: 375, scripted: false });
  await page.goto(`${HOME}/deliveries`);
  await page.selectOption("[name=status]", "failed");
  await page.click("main form button");
  await page.getByText("Nothing found.").waitFor();
  await page.selectOption("[name=status]", "");
  await page.click("main form button");
  await page.locator(`tbody a[href$="${verified}"]`).click();
  await page.getByText("The right code was given").waitFor();
  await looks("console-delivery");
  await close();
});
