// @ts-check
// A hosted page that asks for the address: with and without script, on a phone and on a desk, from right to
// left and in the dark. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ORIGINS, address, asking, mailed, shown, stop, subject } from "./app.mjs";
import { WIDTHS, answer, close, says, visitor } from "./lab.mjs";

after(async () => {
  await close();
  stop();
});

for (const width of WIDTHS) {
  for (const scripted of [true, false]) {
    const how = `${width} px ${scripted ? "with" : "without"} script`;

    test(`a visitor tells an address and is back in the app with it: ${how}`, async () => {
      const [url, to] = [await asking(), address()];
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      await says(page, "What is your email address?");
      await looks("asking");
      // By keyboard alone: the field has the focus, and so has the next one.
      assert.equal(await page.evaluate(() => document.activeElement?.id), "to");
      await page.keyboard.type(to);
      await page.keyboard.press("Enter");
      await says(page, "Enter your code");
      await page.locator("#code:focus").waitFor();
      await looks("asked");
      await page.keyboard.type(await mailed(to));
      if (!scripted) await page.keyboard.press("Enter");
      const told = await shown(page);
      assert.deepEqual([told.status, subject(told.receipt)], ["verified", to]);
      await close();
    });

    test(`a visitor mistypes the address and tells another one: ${how}`, async () => {
      const [url, mistyped, to] = [await asking(), address(), address()];
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      // What the browser takes for an address need not be one that mail is sent to.
      await page.fill("#to", "jane@localhost");
      await page.click("button.primary");
      await says(page, "This is not an email address.");
      await looks("not-an-address");
      await page.fill("#to", mistyped);
      await page.click("button.primary");
      await says(page, "Enter your code");
      const former = await mailed(mistyped);
      do {
        await page.getByRole("button", { name: "Wrong address?" }).click();
        // The outcome of the message may not be recorded yet.
        await says(page, "What is your email address?").catch(() => {});
      } while (!(await page.locator("#to").isVisible()));
      await page.fill("#to", to);
      await page.click("button.primary");
      await says(page, "Enter your code");
      await answer(page, former);
      await says(page, "This code is wrong.");
      await answer(page, await mailed(to));
      assert.equal(subject((await shown(page)).receipt), to);
      await close();
    });

    test(`a visitor who does not want to tell goes back: ${how}`, async () => {
      const url = await asking();
      const { page, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      await page.getByRole("button", { name: "Back to the app" }).click();
      assert.deepEqual(await shown(page), { otpmint_status: "canceled" });
      await close();
    });
  }

  test(`the page asks from right to left: ${width} px`, async () => {
    const [url, to] = [await asking({ locale: "ar" }), address()];
    const { page, looks, close } = await visitor({ width, dark: true, origins: ORIGINS });
    await page.goto(url);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
    // An address is written from left to right everywhere.
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("#to")).direction), "ltr");
    await looks("asking-arabic");
    await page.fill("#to", to);
    await page.click("button.primary");
    await answer(page, await mailed(to));
    assert.equal(subject((await shown(page)).receipt), to);
    await close();
  });
}
