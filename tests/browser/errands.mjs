// @ts-check
// Ten errands in the console: what people come for takes at most four clicks from home. Pressing Enter in the search
// counts as one, and so does sending a form; typing counts as none. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ORIGINS, api, challenge, stop } from "./app.mjs";
import { close, visitor } from "./lab.mjs";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
const PASSWORD = "dev-only-4-violet-canoes";
const MOST = 4;

after(async () => {
  await close();
  stop();
});

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ page: Page, button: (name: string) => Promise<void>, link: (name: string) => Promise<void>, search: (text: string) => Promise<void>, open: (name: RegExp) => Promise<void> }} Hand */

const { page, close: leave } = await visitor({ origins: ORIGINS });
await page.goto(`${OTPMINT}/console`);
await page.getByLabel("Name", { exact: true }).fill("dev");
await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
await page.getByRole("button", { name: "Sign in", exact: true }).click();
await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
after(leave);

const { told: tenant } = await api("GET", "/v1/tenant");
/** The mail server of the development server. */
const [mail] = (await api("GET", "/v1/tenant/smtp")).told.accounts;
const { to } = await challenge();

/** An errand from home, which ends where the page says so. @param {string} name @param {(hand: Hand) => Promise<unknown>} does @param {string} ends */
const errand = (name, does, ends) =>
  test(name, async () => {
    await page.goto(`${OTPMINT}/console`);
    let clicks = 0;
    /** @param {import("playwright-core").Locator} what */
    const click = async (what) => {
      clicks += 1;
      await what.click();
    };
    await does({
      page,
      button: (name) => click(page.locator("main").getByRole("button", { name, exact: true }).first()),
      link: (name) => click(page.getByRole("link", { name, exact: true }).first()),
      open: (name) => click(page.locator("main summary").filter({ hasText: name }).first()),
      search: async (text) => {
        clicks += 1;
        await page.locator("#search").fill(text);
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => url.pathname !== "/console");
      },
    });
    await page.locator("main").getByText(ends).first().waitFor();
    assert.ok(clicks <= MOST, `${clicks} clicks`);
  });

/** Confirms with the password. @param {string} form */
const confirm = (form) => page.locator(`form[action$="${form}"] [name=confirm]`).first().fill(PASSWORD);

errand("find out why somebody got no code", ({ search }) => search(to), "email over");

errand("let a locked-out person in again", async ({ search, button }) => {
  await search(to);
  await button("Unlock");
}, "The recipient was not locked out.");

errand("follow one message", async ({ search }) => {
  const minted = await api("POST", "/v1/challenges", { to });
  await search(minted.told.key);
}, "Minted, and its message queued");

errand("register a tenant", async ({ link, button }) => {
  await link("Tenants");
  await link("New tenant");
  await page.getByLabel("Name", { exact: true }).fill("Errand");
  await page.getByLabel("Mail server").fill(mail.host);
  await page.getByLabel("Port").fill(String(mail.port));
  await page.getByLabel("Login", { exact: true }).fill("app@example.com");
  await page.getByLabel("Password of the mail account").fill("hunter22-hunter22");
  await page.getByLabel("Sender").fill("app@example.com");
  await button("Register the tenant");
}, "I have saved it");

errand("give a tenant text messages", async ({ search, link, button }) => {
  await search("Errand");
  await link("Phone routes");
  await page.getByLabel("Provider").selectOption({ label: "Twilio: text messages, calls, WhatsApp" });
  await button("Continue");
  await page.getByLabel("Account SID").fill("AC0123456789abcdef0123456789abcdef");
  await page.getByLabel("Auth token, or secret of the API key").fill("hunter22-hunter22");
  await page.getByLabel("Sender of text messages").fill("default: Acme");
  await page.getByLabel("sms", { exact: true }).check();
  await button("Add the route");
}, "The route is saved.");

errand("replace a secret key", async ({ search, link, open, button }) => {
  await search(tenant.tenant);
  await link("Keys");
  await open(/Change or rotate/);
  await confirm("/rotate");
  await button("Rotate key");
}, "I have saved it");

errand("make codes longer", async ({ search, link, button }) => {
  await search(tenant.tenant);
  await link("Policy");
  await page.getByLabel("Length").fill("8");
  await button("Save the policy");
}, "Saved.");

errand("write the words of a mail", async ({ search, link, button }) => {
  await search(tenant.tenant);
  await link("Templates");
  await page.getByLabel("Purpose", { exact: true }).selectOption("login");
  await button("Open the editor");
}, "Subject");

errand("see who did what", async ({ link, button }) => {
  await link("Audit");
  await page.getByLabel("Who").fill("dev");
  await button("Show");
}, "operator:dev");

errand("disable a tenant", async ({ search, button }) => {
  await search("Errand");
  await confirm("/status");
  await button("Disable the tenant");
}, "The tenant is disabled.");
