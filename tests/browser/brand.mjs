// @ts-check
// A hosted page with the colours and the logo of its tenant, and what such a page costs. Run by tests/browser.rs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { ORIGINS, api, challenge, stop } from "./app.mjs";
import { WIDTHS, close, visitor } from "./lab.mjs";

/** What a page may load, and how soon it has to be seen: here, and in CI, whose machines are slower. */
const BYTES = 60_000;
const [SOON, AT_LAST] = [100, 1_000];

/** The largest logo that is taken: noise, which no format makes smaller. */
const logo = () => {
  const [width, height] = [160, 96];
  /** @param {string} type @param {Uint8Array} data */
  const chunk = (type, data) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([size, named, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  let noise = 1;
  const rows = Buffer.alloc((width + 1) * height).map((_, at) => {
    noise = (noise * 48_271) % 2_147_483_647;
    return at % (width + 1) === 0 ? 0 : noise & 0xff;
  });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
};

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
      await page.locator(".others button").last().hover();
      await looks("brand-hover");
      await close();
    });
  }
}

test("little is loaded for a page with the largest logo, and it is seen at once", async () => {
  /** @type {number[]} */
  const painted = [];
  for (let visit = 0; visit < 7; visit++) {
    const { url } = await challenge();
    const { page, close } = await visitor({ origins: ORIGINS });
    await page.goto(url, { waitUntil: "networkidle" });
    const bytes = await page.evaluate(() => {
      const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
      return loaded.reduce((sum, entry) => sum + /** @type {any} */ (entry).transferSize, 0);
    });
    assert.ok(bytes > 16_384 && bytes < BYTES, `${bytes} bytes`);
    painted.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
    if (visit === 0) console.log(`${bytes} bytes`);
    await close();
  }
  const median = painted.sort((a, b) => a - b)[3];
  console.log(`seen after ${Math.round(median)} ms (${median < SOON ? "within" : "beyond"} ${SOON} ms)`);
  assert.ok(median < AT_LAST, `${median} ms`);
});
