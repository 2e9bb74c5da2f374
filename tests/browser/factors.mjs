// @ts-check
// The hosted page on which a visitor sets up an authenticator app, and QR codes as a camera sees them. Run by
// tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ORIGINS, api, factor, shown, stop, subject, wrong } from "./app.mjs";
import { WIDTHS, close, says, visitor } from "./lab.mjs";
import { scan, typed } from "./phone.mjs";

after(async () => {
  await close();
  stop();
});

/** A page on which the camera draws what it sees. */
const camera = (await visitor({ origins: [] })).page;

/** What a camera reads on the page. @param {import("playwright-core").Page} page */
const scanned = async (page) => scan(camera, "image/png", await page.locator(".qr").screenshot());

/** Types a code; the answer is a page. @param {import("playwright-core").Page} page @param {string} code */
const type = async (page, code) => {
  await page.fill("#code", code);
  const answered = page.waitForEvent("load");
  await page.click("button.primary");
  await answered;
};

for (const width of WIDTHS) {
  for (const scripted of [true, false]) {
    const how = `${width} px ${scripted ? "with" : "without"} script`;

    test(`a visitor scans, mistypes, keeps the recovery codes and is back in the app: ${how}`, async () => {
      const { identity, id, url } = await factor();
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      await says(page, "Set up your authenticator app");
      await looks("factor");
      const uri = await scanned(page);
      assert.ok(uri.startsWith(`otpauth://totp/Acme%20Caf%C3%A9:${identity}?secret=`), uri);
      assert.equal(await page.getAttribute('a[href^="otpauth:"]', "href"), uri);
      const secret = await page.textContent("code.secret");
      assert.equal(secret?.replaceAll(" ", ""), new URL(uri).searchParams.get("secret"));

      await type(page, wrong(typed(uri)));
      await says(page, "This code is wrong.");
      await looks("factor-wrong");
      await type(page, "12345");
      await says(page, "This is not a code of the app.");
      assert.equal(await scanned(page), uri);
      const code = typed(uri);
      await type(page, `${code.slice(0, 3)} ${code.slice(3)}`);
      await says(page, "Your authenticator app is set up");
      const codes = await page.locator(".recovery code").allTextContents();
      assert.equal(new Set(codes).size, 10);
      await looks("factor-done");
      await page.click("a.primary");
      const told = await shown(page);
      assert.deepEqual([told.factor, told.status, told.channel], [id, "active", "totp"]);
      assert.equal(subject(told.receipt), identity);
      const recovered = await api("POST", `/v1/factors/${id}/check`, { code: codes[0] });
      assert.deepEqual([recovered.status, recovered.told.channel], [200, "recovery"]);

      await page.goto(url);
      await says(page, "Your authenticator app is set up");
      await looks("factor-before");
      assert.equal(await page.locator(".qr, .recovery, .secret").count(), 0, "what was shown once");
      await close();
    });
  }

  test(`the page reads from right to left, and a camera reads it in the dark: ${width} px`, async () => {
    const { url } = await factor({ locale: "ar" });
    const { page, looks, close } = await visitor({ width, dark: true, origins: ORIGINS });
    await page.goto(url);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
    await looks("factor-arabic");
    const uri = await scanned(page);
    await type(page, typed(uri));
    await page.locator(".recovery").waitFor();
    await looks("factor-done-arabic");
    await close();
  });
}

test("five wrong codes hold back the right one", async () => {
  const { id, url } = await factor();
  const { page, looks, close } = await visitor({ origins: ORIGINS });
  await page.goto(url);
  const uri = await scanned(page);
  for (let count = 0; count < 5; count += 1) {
    await type(page, wrong(typed(uri)));
    await says(page, "This code is wrong.");
  }
  await type(page, typed(uri));
  await says(page, "Please wait a moment");
  await looks("factor-paused");
  assert.equal((await api("GET", `/v1/factors/${id}`)).told.status, "unconfirmed");
  await close();
});

test("a visitor without an app goes back, and a link that leads nowhere says so", async () => {
  const { url } = await factor();
  const { page, looks, close } = await visitor({ origins: ORIGINS, refuses: "AAAAA" });
  await page.goto(url);
  await page.getByRole("link", { name: "Back to the app" }).click();
  assert.deepEqual(await shown(page), { otpmint_status: "canceled" });
  await page.goto(`${new URL(url).origin}/f/AAAAAAAAAAAAAAAAAAAAAAA`);
  await says(page, "This link is not valid.");
  await looks("factor-dead");
  await close();
});

test("a camera reads the pictures of the API", async () => {
  for (const body of [
    { identity: "u" },
    { identity: "u", issuer: "Zoë & Co: 東京", account: "jane+1@example.com", algorithm: "SHA256", digits: 8 },
    { identity: "u", issuer: "x".repeat(128), account: "y".repeat(128), algorithm: "SHA512", period: 60 },
  ]) {
    const { status, told } = await api("POST", "/v1/factors", body);
    assert.equal(status, 201, JSON.stringify(told));
    assert.equal(await scan(camera, "image/png", Buffer.from(told.qr_png, "base64")), told.uri);
    assert.equal(await scan(camera, "image/svg+xml", Buffer.from(told.qr_svg)), told.uri);
    assert.equal((await api("POST", `/v1/factors/${told.factor}/confirm`, { code: typed(told.uri) })).status, 200);
  }
});
