// @ts-check
// Hosted pages of codes that go to phones: a page that asks for the number, the other channels, and the text
// message that the browser reads by itself. In the sandbox, which sends nothing. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ORIGINS, RETURN_TEST, TEST_KEY, api, challenge, shown, stop, subject, wrong } from "./app.mjs";
import { WIDTHS, answer, close, says, visitor } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

const NUMBER = "+12025550100";
const CODE = "424242";

const settings = {
  name: "Acme",
  return_urls: [RETURN_TEST],
  phone: { region: "US", countries: ["US"] },
  policy: { channels: ["sms", "voice", "whatsapp"], resend_after: [1, 1, 900], fallback_after: 600 },
};
const changed = await api("PATCH", "/v1/tenant", settings, TEST_KEY);
assert.equal(changed.status, 200, JSON.stringify(changed.told));

after(async () => {
  await close();
  stop();
});

/** The page of a challenge of the sandbox. @param {object} more @returns {Promise<string>} */
const minted = async (more = { to: NUMBER }) => {
  const { status, told } = await api("POST", "/v1/challenges", { return_url: RETURN_TEST, ...more }, TEST_KEY);
  assert.equal(status, 201, JSON.stringify(told));
  return told.page_url;
};

/** Presses a button until its pause is over. @param {Page} page @param {string} name @param {string} said */
const press = async (page, name, said) => {
  const there = page.locator("main").getByText(said);
  do {
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.getByRole("button", { name }).click();
    await answered;
    // Where the pause is not over, the page says so instead.
    await there.waitFor({ timeout: 5_000 }).catch(() => {});
  } while (!(await there.isVisible()));
};

for (const width of WIDTHS) {
  for (const scripted of [true, false]) {
    const how = `${width} px ${scripted ? "with" : "without"} script`;

    test(`a visitor tells a number, has it called, and is back in the app: ${how}`, async () => {
      const url = await minted({ ask: "phone" });
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(url);
      await says(page, "What is your phone number?");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "to");
      await looks("asking-phone");
      await page.keyboard.type("12");
      await page.keyboard.press("Enter");
      await says(page, "This is not a phone number.");
      await page.fill("#to", "+44 7400 123456");
      await page.click("button.primary");
      await says(page, "We cannot send a code to this number at the moment.");
      await looks("not-there");
      await page.fill("#to", "(202) 555-0100");
      await page.click("button.primary");
      await says(page, "We sent a text to +1 *** ***00.");
      await page.getByRole("button", { name: "Send it over WhatsApp instead" }).waitFor();
      await looks("texted");
      await press(page, "Call me instead", "We are calling +1 *** ***00.");
      await page.getByRole("button", { name: "Text me instead" }).waitFor();
      await looks("calling");
      await answer(page, CODE);
      const told = await shown(page);
      assert.deepEqual([told.status, told.channel, subject(told.receipt)], ["verified", "voice", NUMBER]);
      await close();
    });
  }

  test(`a page asks for either, from right to left and in the dark: ${width} px`, async () => {
    const url = await minted({ ask: "either", locale: "ar" });
    const { page, looks, close } = await visitor({ width, dark: true, origins: ORIGINS });
    await page.goto(url);
    await page.getByRole("heading", { name: "رقم الهاتف" }).waitFor();
    await looks("asking-either-arabic");
    await page.fill("#to", NUMBER);
    await page.click("button.primary");
    await page.locator("#code").waitFor();
    await looks("texted-arabic");
    await answer(page, CODE);
    assert.equal(subject((await shown(page)).receipt), NUMBER);
    await close();
  });
}

test("with script the buttons of all channels wait until their pause is over", async () => {
  const { page, close } = await visitor({ origins: ORIGINS });
  await page.goto(await minted());
  const button = page.getByRole("button", { name: "Call me instead" });
  await page.waitForFunction(() => [...document.querySelectorAll(".others button")].every((one) => !one.disabled));
  await button.click();
  await says(page, "We are calling");
  const disabled = () => page.evaluate(() => document.querySelectorAll(".others button:disabled").length);
  assert.equal(await disabled(), 3, "all but the one for a wrong number");
  await close();
});

/**
 * A browser that reads text messages: `asked` has what the page has asked for, `deliver` hands a code over to
 * whoever waits.
 * @param {Page} page
 */
const reads = (page) =>
  page.addInitScript(() => {
    const asked = [];
    let waiting;
    const get = ({ otp, signal }) =>
      new Promise((resolve, reject) => {
        if (waiting) return reject(new DOMException("one at a time", "InvalidStateError"));
        const request = { transport: otp.transport, state: "pending" };
        asked.push(request);
        waiting = (code) => {
          [request.state, waiting] = ["delivered", undefined];
          resolve({ type: "otp", code });
        };
        signal.addEventListener("abort", () => {
          if (request.state !== "pending") return;
          [request.state, waiting] = ["aborted", undefined];
          reject(new DOMException("aborted", "AbortError"));
        });
      });
    Object.defineProperty(navigator, "credentials", { value: { get } });
    Object.assign(window, { OTPCredential: class {}, asked, deliver: (code) => waiting(code) });
  });

/** @param {Page} page */
const asked = (page) => page.evaluate(() => /** @type {any} */ (window).asked);

/** @param {Page} page @param {string} code */
const deliver = (page, code) => page.evaluate((code) => /** @type {any} */ (window).deliver(code), code);

test("a code that the browser reads from a text message is sent by itself", async () => {
  const { page, looks, close } = await visitor({ origins: ORIGINS });
  await reads(page);
  await page.goto(await minted());
  await says(page, "We sent a text to");
  assert.deepEqual(await asked(page), [{ transport: ["sms"], state: "pending" }]);
  await looks("listening");
  await deliver(page, wrong(CODE));
  // The page asks again, once, after a code that was wrong.
  await says(page, "This code is wrong.");
  assert.deepEqual((await asked(page)).map(({ state }) => state), ["delivered", "pending"]);
  await deliver(page, CODE);
  assert.equal((await shown(page)).status, "verified");
  await close();
});

test("whoever types the code ends the wait for the text, and so does another page", async () => {
  const { page, close } = await visitor({ origins: ORIGINS });
  await reads(page);
  await page.goto(await minted());
  await says(page, "We sent a text to");
  await answer(page, wrong(CODE));
  await says(page, "This code is wrong.");
  assert.deepEqual((await asked(page)).map(({ state }) => state), ["aborted", "pending"]);
  const before = (await asked(page)).length;
  await press(page, "Call me instead", "We are calling");
  const states = (await asked(page)).map(({ state }) => state);
  assert.ok(states.length > before, "the next page waits for itself");
  assert.equal(states.pop(), "pending");
  assert.ok(states.every((state) => state === "aborted"), states.join(" "));
  await answer(page, CODE);
  assert.equal((await shown(page)).status, "verified");
  await close();
});

test("a page whose code came by mail waits for no text, and one that asks for a number neither", async () => {
  const { page, close } = await visitor({ origins: ORIGINS });
  await reads(page);
  await page.goto((await challenge()).url);
  await says(page, "We sent a code to");
  assert.deepEqual(await asked(page), []);
  await page.goto(await minted({ ask: "phone" }));
  await says(page, "What is your phone number?");
  assert.deepEqual(await asked(page), []);
  await close();
});

test("a browser that refuses to read text messages leaves the page as it is", async () => {
  const { page, looks, close } = await visitor({ origins: ORIGINS });
  await page.addInitScript(() => {
    const get = () => Promise.reject(new DOMException("not here", "NotAllowedError"));
    Object.defineProperty(navigator, "credentials", { value: { get } });
    Object.assign(window, { OTPCredential: class {} });
  });
  await page.goto(await minted());
  await looks("refused");
  await answer(page, CODE);
  assert.equal((await shown(page)).status, "verified");
  await close();
});
