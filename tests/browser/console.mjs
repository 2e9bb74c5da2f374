// @ts-check
// The console in a real browser: with and without script, on a phone and on a desk, in light and in dark.
// Run by tests/system/browser against a server that nobody has signed in to yet.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import { WIDTHS, close, visitor } from "./lab.mjs";
import { logo } from "./logo.mjs";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
const LINK = /** @type {string} */ (process.env.SETUP_LINK);
const PASSWORD = "violet-canoe-under-7-moons";
const ORIGINS = [OTPMINT];

after(close);

/** The code of an authenticator app (RFC 6238). @param {string} key @param {number} step */
const totp = (key, step) => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
};
const step = () => Math.floor(Date.now() / 30_000);

/** @typedef {import("playwright-core").Page} Page */

/** Waits for a page, its script included. @param {Page} page @param {string} heading */
const shows = async (page, heading) => {
  await page.getByRole("heading", { name: heading, level: 1, exact: true }).waitFor();
  await page.waitForLoadState();
};

/** @param {Page} page @param {string} code */
const signIn = async (page, code) => {
  await page.goto(`${OTPMINT}/console`);
  await page.getByLabel("Name", { exact: true }).fill("Jane");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  if (!code) return;
  await page.getByLabel("6-digit code").fill(code);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
};

/** Goes to a section, by the menu where there is one. @param {Page} page @param {string} name */
const goes = async (page, name) => {
  const menu = page.locator("header summary");
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name, exact: true }).click();
};

/** Signs out, by the menu where there is one. @param {Page} page */
const leaves = async (page) => {
  const menu = page.locator("header summary");
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
};

test("an operator sets up an account and an app, signs out and in", async () => {
  const { page, looks, close } = await visitor({ origins: ORIGINS });
  await page.goto(LINK);
  await shows(page, "Set up your account");
  await looks("console-setup");
  await page.getByLabel("Name", { exact: true }).fill("jane");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("The password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Set up the account" }).click();
  await shows(page, "Home");
  await looks("console-tenants-none");
  await goes(page, "Account");
  await looks("console-account");
  await page.getByRole("link", { name: "Set up an authenticator app" }).click();
  await page.getByRole("img", { name: "QR code of the key" }).waitFor();
  await looks("console-totp");
  const key = (await page.locator("code.secret").textContent()) ?? "";
  const first = step();
  await page.getByLabel("Code", { exact: true }).fill(totp(key, first));
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("Signing in now needs a code").waitFor();
  await leaves(page);
  await page.getByText("You are signed out.").waitFor();
  await looks("console-sign-in");
  // The next step's code is taken as well: no test has to wait for it.
  await signIn(page, totp(key, first + 1));
  await shows(page, "Home");
  await goes(page, "Account");
  await page.getByLabel("Password", { exact: true }).last().fill(PASSWORD);
  await page.getByRole("button", { name: "Turn off the authenticator app" }).click();
  await page.getByText("Signing in now needs the password alone.").waitFor();
  await close();
});

for (const width of WIDTHS) {
  test(`an operator ends the other sessions: ${width} px`, async () => {
    const [forgotten, present] = await Promise.all([1, 2].map(() => visitor({ origins: ORIGINS, width })));
    for (const { page } of [forgotten, present]) {
      await signIn(page, "");
      await shows(page, "Home");
    }
    await goes(present.page, "Account");
    await present.looks("console-sessions");
    await present.page.getByRole("button", { name: "Sign out all others" }).click();
    await present.page.getByText("Your other sessions have ended.").waitFor();
    await forgotten.page.reload();
    await shows(forgotten.page, "Sign in to OtpMint");
    await leaves(present.page);
    await Promise.all([forgotten.close(), present.close()]);
  });
}

for (const width of WIDTHS) {
  for (const scripted of [true, false]) {
    const how = `${width} px ${scripted ? "with" : "without"} script`;

    test(`an operator looks after a tenant: ${how}`, async () => {
      const { page, looks, close } = await visitor({
        origins: ORIGINS,
        width,
        scripted,
        // In the dark, and in the browser of a German.
        dark: width < 600,
        locale: width < 600 ? "de-DE" : "en-US",
        refuses: "/providers/new",
      });
      await signIn(page, "");
      await shows(page, "Home");
      await looks("console-home");
      await goes(page, "Tenants");
      await page.getByRole("link", { name: "New tenant" }).click();
      await page.getByLabel("Name", { exact: true }).fill(`Acme ${how}`);
      await page.getByLabel("Mail server").fill("smtp.example.com");
      await page.getByLabel("Login", { exact: true }).fill("app@example.com");
      await page.getByLabel("Password of the mail account").fill("hunter22-hunter22");
      await page.getByLabel("Sender").fill("app@example.com");
      await looks("console-new-tenant");
      await page.getByRole("button", { name: "Register the tenant" }).click();
      await shows(page, "The tenant is registered");
      const secret = (await page.locator("code.secret").textContent()) ?? "";
      assert.match(secret, /^otpm_[0-9A-Za-z]{49}$/);
      await page.getByRole("link", { name: "I have saved it" }).click();
      await shows(page, "Overview");
      await looks("console-tenant");
      assert.ok(!(await page.content()).includes(secret));

      await page.getByRole("link", { name: "Keys", exact: true }).click();
      await page.getByLabel("Name", { exact: true }).fill("backend");
      if (scripted) await page.getByRole("button", { name: "Mint and verify" }).click();
      else for (const scope of ["mint: mint", "verify: read"]) await page.getByLabel(scope).check();
      assert.equal(await page.locator("[name=scopes]:checked").count(), 2);
      await page.getByRole("button", { name: "Create key" }).click();
      await shows(page, "Secret key created");
      await looks("console-key-made");
      if (scripted) {
        await page.getByRole("button", { name: "Copy the secret key" }).click();
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        assert.equal(copied, await page.locator("code.secret").textContent());
      }
      await page.getByRole("link", { name: "I have saved it" }).click();
      if (scripted) await page.getByText("now", { exact: true }).first().waitFor();
      const row = page.getByRole("region", { name: "Revoke a key" }).locator("details", { hasText: "backend" });
      await row.locator("summary").click();
      await looks("console-keys");
      await row.getByLabel("Your password, again").last().fill(PASSWORD);
      await row.getByRole("button", { name: "Revoke the key" }).click();
      await page.getByText("The secret key is revoked.").waitFor();

      await page.getByRole("link", { name: "Mail accounts" }).click();
      const further = page.getByRole("region", { name: "Add an account" });
      await further.getByLabel("Name", { exact: true }).fill("spare");
      await further.getByLabel("Mail server").fill("smtp.example.com");
      await further.getByLabel("Login", { exact: true }).fill("app@example.com");
      await further.getByLabel("Password of the mail account").fill("hunter22-hunter22");
      await further.getByLabel("Sender").fill("app@example.com");
      await further.getByRole("button", { name: "Add the account" }).click();
      await page.getByText("The mail account is saved.").waitFor();
      await looks("console-accounts");
      await page.getByRole("button", { name: "Move up" }).click();
      await page.getByText("The mail account is moved up.").waitFor();
      assert.equal(await page.locator("section h2").first().textContent(), "spare");

      await page.getByRole("link", { name: "Phone routes" }).click();
      await page.getByLabel("Provider").selectOption({ label: "Twilio: text messages, calls, WhatsApp" });
      await page.getByRole("button", { name: "Continue" }).click();
      await shows(page, "A new route");
      await looks("console-new-route");
      await page.getByLabel("Account SID").fill("AC1");
      await page.getByLabel("Auth token, or secret of the API key").fill("hunter22-hunter22");
      await page.getByLabel("Sender of text messages").fill("1: +15550100, default: Acme");
      await page.getByLabel("sms", { exact: true }).check();
      await page.getByRole("button", { name: "Add the route" }).click();
      // The error stands beside its field, which is announced with it; the secret has to be typed again.
      const wrong = page.getByLabel("Account SID");
      await page.locator("#settings-account-sid-error").getByText("32 hexadecimal digits").waitFor();
      assert.equal(await wrong.getAttribute("aria-invalid"), "true");
      assert.match((await wrong.getAttribute("aria-describedby")) ?? "", /settings-account-sid-error/);
      assert.equal(await page.getByLabel("Auth token, or secret of the API key").inputValue(), "");
      assert.equal(await page.getByLabel("sms", { exact: true }).isChecked(), true);
      await looks("console-wrong-route");
      await wrong.fill("AC0123456789abcdef0123456789abcdef");
      await page.getByLabel("Auth token, or secret of the API key").fill("hunter22-hunter22");
      await page.getByRole("button", { name: "Add the route" }).click();
      await page.getByText("The route is saved.").waitFor();
      await looks("console-routes");
      await page.getByRole("link", { name: "Change the route" }).click();
      await shows(page, "Change a route");
      assert.equal(await page.getByLabel("Sender of text messages").inputValue(), "1: +15550100, default: Acme");
      assert.ok(!(await page.content()).includes("hunter22"));
      await page.getByLabel("Name", { exact: true }).fill("texts");
      await page.getByRole("button", { name: "Save the route" }).click();
      await page.getByRole("heading", { name: "texts", exact: true }).waitFor();
      await page.getByLabel("Provider").selectOption("gateway");
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByLabel("Description of the gateway").waitFor();
      await looks("console-new-gateway");

      await page.getByRole("link", { name: "Phone numbers" }).click();
      await page.getByLabel("Countries", { exact: true }).fill("DE, AT");
      await page.getByLabel("Budget: messages within an hour").fill("100");
      await page.getByRole("button", { name: "Save the settings" }).click();
      await page.getByText("Saved.").waitFor();
      assert.equal(await page.getByLabel("Countries", { exact: true }).inputValue(), "AT, DE");
      await looks("console-phone-settings");

      await page.getByRole("link", { name: "Policy" }).click();
      await page.getByLabel("Order of channels").fill("whatsapp, sms");
      await page.getByLabel("Length").fill("8");
      assert.match(await page.locator(".odds output").innerText(), scripted ? /^1 in 20,000,000$/ : /^1 in 200,000$/);
      await page.getByRole("button", { name: "Save the policy" }).click();
      await page.getByText("Saved.").waitFor();
      await looks("console-policy");

      await page.getByRole("link", { name: "Appearance" }).click();
      await page.getByLabel("Accent on light pages").first().fill("#7a0f5f");
      if (scripted) await page.locator('[data-accent][fill="#7a0f5f"]').waitFor();
      await page.getByRole("button", { name: "Save the appearance" }).click();
      await page.getByText("Saved.").waitFor();
      if (scripted) {
        for (const [buffer, said] of /** @type {const} */ ([[logo(), "at most 11 KB fit"], [logo(64, 64), "Saved."]])) {
          await page.getByLabel("Picture").setInputFiles({ name: "logo.png", mimeType: "image/png", buffer });
          await page.getByRole("button", { name: "Save the logo" }).click();
          await page.getByText(said).waitFor();
        }
        await page.getByRole("button", { name: "Remove the logo" }).waitFor();
      }
      await looks("console-appearance");

      await page.getByRole("link", { name: "Webhooks" }).click();
      await page.getByLabel("URL").fill("https://app.example/hooks");
      await page.getByRole("button", { name: "Add the webhook" }).click();
      await shows(page, "Webhook added");
      await page.getByRole("link", { name: "I have saved it" }).click();
      await page.getByText("Nothing was sent here in the last days.").waitFor();
      await looks("console-webhook");

      await page.getByRole("link", { name: "Test keys" }).click();
      await page.getByRole("button", { name: "Create test key" }).click();
      await page.getByRole("link", { name: "I have saved it" }).click();
      await looks("console-test-keys");

      await page.getByRole("link", { name: "Templates" }).click();
      await page.getByLabel("Purpose", { exact: true }).selectOption("login");
      await page.getByRole("button", { name: "Open the editor" }).click();
      assert.match(await page.getByLabel("Text", { exact: true }).inputValue(), /Enter this code to sign in/);
      if (scripted) {
        await page.getByLabel("Subject").fill("Hello ");
        await page.getByLabel("Insert").selectOption("name of the app");
        assert.equal(await page.getByLabel("Subject").inputValue(), "Hello {{ app }}");
      }
      await page.getByLabel("Subject").fill("Your code");
      await page.getByLabel("Text", { exact: true }).fill("Hello, {{ code }} is your code.");
      await page.getByLabel("HTML", { exact: true }).fill("<p>Hello, <b>{{ code }}</b></p>");
      if (!scripted) {
        for (const name of ["Show the text", "Show the HTML", "Show it on a phone"]) {
          await page.getByRole("button", { name }).click();
        }
      }
      await page.frameLocator('iframe[name="text-frame"]').getByText("Hello, 123456 is your code.").waitFor();
      for (const frame of ["html-frame", "phone-frame"]) {
        await page.frameLocator(`iframe[name="${frame}"]`).getByText("123456").waitFor();
      }
      await looks("console-template");
      await page.getByRole("button", { name: "Save the template" }).click();
      await page.getByText("The template is saved.").waitFor();
      await looks("console-templates");
      await leaves(page);

      await page.getByText("Sign in as a tenant, with a secret key").click();
      await page.getByLabel("Secret key").fill(secret);
      await page.getByRole("button", { name: "Sign in as a tenant" }).click();
      await shows(page, "Overview");
      await looks("console-own-view");
      await close();
    });
  }
}

test("the console is used by keyboard alone", async () => {
  const { page, close } = await visitor({ origins: ORIGINS });
  await page.goto(`${OTPMINT}/console/sign-in`);
  await page.locator("#name:focus").waitFor();
  await page.keyboard.type("jane");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await shows(page, "Home");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the content");
  await close();
});

for (const width of WIDTHS) {
  test(`why she got no code is one search away: ${width} px`, async () => {
    const { page, looks, close } = await visitor({ origins: ORIGINS, width });
    await signIn(page, "");
    await shows(page, "Home");
    await page.keyboard.press("Control+k");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "search");
    await page.keyboard.type("nobody@example.com");
    await page.keyboard.press("Enter");
    await shows(page, "Recipient");
    await page.getByText("No tenant has sent anything").waitFor();
    assert.ok(!page.url().includes("nobody"), page.url());
    await looks("console-recipient");
    await close();
  });
}
