// @ts-check
// Where somebody is after signing in. Run by tests/system/browser/apps.rs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close } from "../lab.mjs";
import { APP, answer, arrives, askFor, member, somebody } from "./people.mjs";

after(close);

// One for all: whoever has signed in can do so again.
const email = await member();

test("whoever has signed in sees the page that was asked for", async () => {
  const { page, close } = await somebody();
  await page.goto(`${APP}/?week=46&view=all`);
  await arrives(page, "Sign in");
  await answer(page, await askFor(page, email));
  await arrives(page, "Dashboard");
  assert.equal(page.url(), `${APP}/?week=46&view=all`);
  await close();
});

const ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "/\t/evil.example/", "javascript:alert(1)"];

for (const place of ELSEWHERE) {
  test(`nobody is sent to ${JSON.stringify(place)}`, async () => {
    const { page, close } = await somebody();
    await page.goto(`${APP}/login?next=${encodeURIComponent(place)}`);
    const code = await askFor(page, email);
    await answer(page, code);
    await arrives(page, "Dashboard");
    assert.equal(page.url(), `${APP}/`);
    await close();
  });
}
