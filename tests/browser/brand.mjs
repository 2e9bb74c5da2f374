// @ts-check
// A hosted page with the colours and the logo of its tenant. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ORIGINS, api, challenge, stop } from "./app.mjs";
import { WIDTHS, close, visitor } from "./lab.mjs";
import { logo } from "./logo.mjs";

before(async () => {
  // The faintest colours that are taken, so that what axe finds readable is so with every other.
  const changed = await api("PATCH", "/v1/tenant", { brand: { accent: "#ba5310", accent_dark: "#cc6a30" } });
  assert.equal(changed.status, 200, JSON.stringify(changed.told));
  const picture = logo();
  assert.ok(picture.length > 15_000 && picture.length <= 16_384, `${picture.length} bytes`);
  assert.equal((await api("PUT", "/v1/tenant/logo", picture)).status, 200);
});

after(async () => {
  await close();
  stop();
});

for (const width of WIDTHS) {
  for (const dark of [false, true]) {
    const how = `${width} px, ${dark ? "dark" : "light"}`;

    test(`a page is in the colours of its tenant, and can be read: ${how}`, async () => {
      const { url } = await challenge({ locale: dark ? "ar" : "en" });
      const { page, looks, close } = await visitor({ width, dark, origins: ORIGINS });
      await page.goto(url, { waitUntil: "networkidle" });
      const colour = await page.evaluate(() => getComputedStyle(document.querySelector(".primary")).backgroundColor);
      assert.equal(colour, dark ? "rgb(204, 106, 48)" : "rgb(186, 83, 16)");
      const drawn = await page.evaluate(() => /** @type {HTMLImageElement} */ (document.querySelector(".logo")).naturalWidth);
      assert.equal(drawn, 160);
      await looks("brand");
      // What is pointed at has another ground.
      await page.locator(".others summary").hover();
      await looks("brand-hover");
      await close();
    });
  }
}
