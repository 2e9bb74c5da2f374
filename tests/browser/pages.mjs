// @ts-check
// The hosted page in a real browser: with and without script, on a phone and on a desk, in German and in
// Arabic, in light and in dark. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ORIGINS, RETURN_ON, api, challenge, shown, stop, subject, wrong } from "./app.mjs";
import { WIDTHS, answer, close, says, visitor } from "./lab.mjs";

after(async () => {
  await close();
  stop();
});

for (const width of WIDTHS) {
  for (const scripted of [true, false]) {
    const how = `${width} px ${scripted ? "with" : "without"} script`;

    test(`a visitor mistypes, types the code and is back in the app: ${how}`, async () => {
      const { to, url, code } = await challenge();
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      await looks("page");
      // By keyboard alone: the field has the focus.
      assert.equal(await page.evaluate(() => document.activeElement?.id), "code");
      await page.getByLabel("6-digit code").waitFor();
      await page.keyboard.type(wrong(code));
      // With script it is sent at its last digit.
      if (!scripted) await page.keyboard.press("Enter");
      await says(page, "This code is wrong.");
      await says(page, "Attempts left: 4");
      await looks("wrong");
      await answer(page, `${code.slice(0, 3)} ${code.slice(3)}`);
      const told = await shown(page);
      assert.equal(told.status, "verified");
      assert.equal(subject(told.receipt), to);
      await page.goto(url);
      await says(page, "This code has already been used.");
      await looks("used");
      await close();
    });

    test(`a visitor is back in an app that redirects to another origin: ${how}`, async () => {
      const { to, url, code } = await challenge({ return_url: RETURN_ON });
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      await answer(page, code);
      assert.equal(subject((await shown(page)).receipt), to);
      assert.equal(new URL(page.url()).hostname, "localhost");
      await page.goBack();
      await says(page, "This code has already been used.");
      await looks("used-and-back");
      await close();
    });

    test(`a visitor spends all attempts: ${how}`, async () => {
      const { url, code } = await challenge();
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      for (const left of [4, 3, 2, 1]) {
        await answer(page, wrong(code));
        await says(page, `Attempts left: ${left}`);
      }
      await answer(page, wrong(code));
      await says(page, "There are no attempts left.");
      await looks("exhausted");
      await page.click("a.primary");
      assert.deepEqual(await shown(page), { otpmint_status: "exhausted" });
      await close();
    });

    test(`a visitor has the code sent again: ${how}`, async () => {
      const { url } = await challenge();
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      const again = page.getByRole("button", { name: "Send the code again" });
      // With script the button waits; without it, whoever is too early is told so.
      const sent = page.locator("main").getByText("The code is on its way again.");
      const later = page.locator("main").getByText("Please wait a moment");
      do {
        await again.click();
        await sent.or(later).waitFor();
      } while (!(await sent.isVisible()));
      await says(page, "You can send it again in");
      if (scripted) assert.ok(await again.isDisabled(), "until its time has come");
      await looks("sent-again");
      await close();
    });

    test(`a visitor whose address is wrong goes back: ${how}`, async () => {
      const { url } = await challenge();
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      await page.getByText("Wrong address?").click();
      await page.getByRole("button", { name: "Back to the app" }).click();
      assert.deepEqual(await shown(page), { otpmint_status: "canceled" });
      await page.goto(url);
      await says(page, "This code was called off.");
      await looks("canceled");
      await close();
    });
  }

  test(`the page reads from right to left: ${width} px`, async () => {
    const { url, code } = await challenge({ locale: "ar" });
    const { page, looks, close } = await visitor({ width, origins: ORIGINS });
    await page.goto(url);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
    await answer(page, wrong(code));
    await says(page, "هذا الرمز خاطئ.");
    await looks("arabic");
    await answer(page, code);
    assert.equal((await shown(page)).status, "verified");
    await close();
  });

  test(`a German browser gets a German page, a dark one a dark page: ${width} px`, async () => {
    const { url, code } = await challenge();
    const { page, looks, close } = await visitor({ width, locale: "de-DE", dark: true, origins: ORIGINS });
    await page.goto(url);
    await says(page, "Falsche Adresse?");
    assert.equal(await page.getAttribute("html", "lang"), "de");
    await looks("german");
    await answer(page, code);
    assert.equal((await shown(page)).status, "verified");
    await close();
  });
}

test("with script nothing is loaded anew, times run, and what happened is announced", async () => {
  const { url, code } = await challenge();
  const { page, looks, close } = await visitor({ origins: ORIGINS });
  await page.goto(url);
  await page.evaluate(() => Object.assign(window, { same: true }));
  const time = page.locator("[data-reload]");
  const first = await time.textContent();
  await page.waitForFunction((then) => document.querySelector("[data-reload]")?.textContent !== then, first);
  await answer(page, wrong(code));
  await says(page, "This code is wrong.");
  assert.equal(await page.textContent("#live"), "This code is wrong.");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "code");
  assert.ok(await page.evaluate(() => /** @type {any} */ (window).same), "the page was loaded anew");
  await looks("announced");
  await close();
});

test("a code is pasted with what stood around it", async () => {
  const { url, code } = await challenge();
  const { page, close } = await visitor({ origins: ORIGINS });
  await page.goto(url);
  await page.evaluate((text) => navigator.clipboard.writeText(text), ` ${code.slice(0, 3)}-${code.slice(3)}\n`);
  await page.focus("#code");
  // It is whole, so it is sent.
  await page.keyboard.press("ControlOrMeta+V");
  assert.equal((await shown(page)).status, "verified");
  await close();
});

test("the page of a tenant under attack works for its visitor, who waits without script", async () => {
  /** @param {object} spray */
  const change = async (spray) => assert.equal((await api("PATCH", "/v1/tenant", { spray })).status, 200);
  await change({ level: "under_attack", pause: 60 });
  try {
    for (const scripted of [true, false]) {
      const { url, code } = await challenge();
      assert.equal(code.length, 8);
      const { page, looks, close } = await visitor({ scripted, origins: ORIGINS });
      await page.goto(url);
      // The work may be done before anybody looks.
      if (!scripted) await says(page, "Please wait 1:00 before you continue.");
      await looks(scripted ? "works" : "waits");
      await page.fill("#code", code);
      if (scripted) await page.waitForSelector("button.primary:enabled", { timeout: 30_000 });
      await page.click("button.primary");
      if (scripted) assert.equal((await shown(page)).status, "verified");
      else await says(page, "Please wait a moment");
      await close();
    }
  } finally {
    await change({ level: "calm", pause: null });
  }
});
