// @ts-check
// Signing in by phone, in the apps that can. Run by tests/system/browser/apps.rs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WIDTHS, close, visitor } from "../lab.mjs";
import { messageFor, wrong } from "./mailbox.mjs";
import { APP, NAME, PASSWORD, answer, arrives, askFor, press, says, somebody } from "./people.mjs";

after(close);

let drawn = 0;

/** A number that may sign in, as E.164 has it and as somebody writes it. */
const member = async () => {
  const digits = String(20_000 + ++drawn);
  const written = `+49 151 234-${digits}`;
  const number = `+49151234${digits}`;
  if (process.env.REGISTERS) {
    const { page, close } = await somebody();
    await page.goto(`${APP}/register`);
    await answer(page, await askFor(page, number));
    await page.getByLabel("New password").fill(PASSWORD);
    await press(page, "Save the password");
    await arrives(page, "Dashboard");
    await close();
  }
  return { number, written };
};

/** Asks for a code, and returns the text message. @param {import("playwright-core").Page} page */
const textFor = async (page, { number, written }) => {
  await page.goto(`${APP}/login`);
  await page.getByLabel("phone number").fill(written);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByLabel("Code").waitFor();
  return messageFor(number);
};

for (const width of WIDTHS) {
  for (const scripted of [true, false]) {
    test(`somebody signs in by text message: ${width} px ${scripted ? "with" : "without"} script`, async () => {
      const somebody = await member();
      const { page, looks, close } = await visitor({ width, scripted, origins: [APP] });
      const { channel, code, text } = await textFor(page, somebody);
      assert.equal(channel, "sms");
      assert.ok(text.endsWith(`\n@${new URL(APP).hostname} #${code}`), text);
      assert.equal(await page.getByLabel("Code").getAttribute("autocomplete"), "one-time-code");
      await says(page, somebody.written);
      await looks(`${NAME}-phone-code`);
      await page.getByLabel("Code").fill(wrong(code));
      await page.getByRole("button", { name: "Continue" }).click();
      await says(page, "This code is wrong. Attempts left: 4.");
      await page.getByLabel("Code").fill(code);
      await page.getByRole("button", { name: "Continue" }).click();
      await arrives(page, "Dashboard");
      await says(page, somebody.number);
      await looks(`${NAME}-phone-dashboard`);
      await close();
    });
  }
}

test("a browser that reads the text message takes the code from it", async () => {
  const known = await member();
  const { page, close } = await visitor({ origins: [APP] });
  /** What a phone's browser does: the line names the page, and the code follows. */
  await page.exposeFunction("codeFromText", async (host) => {
    const { text } = await messageFor(known.number);
    return new RegExp(`\n@${host} #([0-9]+)$`).exec(text)?.[1];
  });
  await page.addInitScript(() => {
    const browser = /** @type {any} */ (window);
    browser.OTPCredential ??= class {};
    navigator.credentials.get = async (/** @type {any} */ wanted) => {
      if (wanted.otp.transport.join() !== "sms" || !wanted.signal) throw new Error("not asked as it should be");
      return { code: await browser.codeFromText(location.hostname) };
    };
  });
  await page.goto(`${APP}/login`);
  await page.getByLabel("phone number").fill(known.written);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await arrives(page, "Dashboard");
  await says(page, known.number);
  await close();
});

test("a number that costs, or that is none, is told so", async () => {
  const { page, close } = await somebody();
  for (const [number, sentence] of [
    ["+49 900 1234567", "Codes cannot be sent to this number."],
    ["12345", "This does not look like a mail address or a phone number."],
    ["+49 151", "This does not look like a mail address or a phone number."],
  ]) {
    await page.goto(`${APP}/login`);
    await page.getByLabel("phone number").fill(number);
    await press(page, "Send me a code");
    await says(page, sentence);
  }
  await close();
});
