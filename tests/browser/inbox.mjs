// @ts-check
// What `otpmint dev` shows of itself in a real browser: the first page, the inbox, the delivery log and the
// switches, with and without script, on a phone and on a desk, in light and in dark. Run by tests/system/browser.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import { WIDTHS, answer, close, visitor } from "./lab.mjs";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
const ORIGINS = [OTPMINT];
const KEY = "dev-only-7Q2xWm9K-not-a-secret";

after(close);

let drawn = 0;
const somebody = () => `somebody${++drawn}@example.com`;

/** Mints as an app does, without waiting. @param {string} to */
const mint = async (to, wait = 0) => {
  const headers = { Authorization: `Bearer ${KEY}`, Prefer: `wait=${wait}` };
  const answer = await fetch(`${OTPMINT}/v1/challenges`, { method: "POST", headers, body: JSON.stringify({ to }) });
  assert.equal(answer.status, 201);
};

/** A number that nobody has used. */
const number = () => `+49151234${String(20_000 + ++drawn)}`;

/** Sets what the tenant does. @param {object} change */
const set = async (change) => {
  const headers = { Authorization: `Bearer ${KEY}` };
  const answer = await fetch(`${OTPMINT}/v1/tenant`, { method: "PATCH", headers, body: JSON.stringify(change) });
  assert.equal(answer.status, 200, await answer.text());
};

/** The code in the newest mail. @param {string} to */
const codeFor = async (to) => {
  const { mails } = await (await fetch(`${OTPMINT}/dev/inbox.json?to=${encodeURIComponent(to)}`)).json();
  return mails[0].code;
};

for (const width of WIDTHS) {
  for (const scripted of [true, false]) {
    const how = `${width} px ${scripted ? "with" : "without"} script`;

    test(`a code is sent from the first page and read there: ${how}`, async () => {
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      const to = somebody();
      await page.goto(OTPMINT);
      await looks("dev-start");
      const command = await page.locator("#step-1").boundingBox();
      assert.ok(command !== null && command.height > 20, "a command is there to be read");
      await page.fill("#to", to);
      await page.getByRole("button", { name: "Send me a code now" }).click();
      const entry = page.locator(".entry", { hasText: to });
      await entry.waitFor();
      await page.getByText("The code has arrived.").first().waitFor();
      assert.equal(await entry.locator(".digits").textContent(), await codeFor(to));
      await looks("dev-sent");
      await close();
    });

    test(`the code is typed on a hosted page, and the result is fetched: ${how}`, async () => {
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      const to = somebody();
      await page.goto(OTPMINT);
      await page.fill("#to", to);
      await page.getByRole("button", { name: "Type it on a hosted page" }).click();
      await page.waitForURL("**/c/*");
      let code;
      while (!code) code = await codeFor(to).catch(() => undefined);
      await answer(page, code);
      await page.waitForURL("**/dev/returned*");
      await looks("dev-returned");
      const command = /** @type {string} */ (await page.textContent("#fetch"));
      const told = JSON.parse(execFileSync("bash", ["-c", command], { encoding: "utf8" }));
      assert.equal(JSON.parse(Buffer.from(told.receipt.split(".")[1], "base64url").toString()).sub, to);
      await close();
    });

    test(`a mail is searched for and looked at from all sides: ${how}`, async () => {
      const [to, other] = [somebody(), somebody()];
      await mint(other, 10);
      await mint(to, 10);
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      await page.goto(`${OTPMINT}/dev/inbox`);
      await page.locator(".entry", { hasText: other }).waitFor();
      await page.fill("#q", to);
      await page.keyboard.press("Enter");
      await page.waitForURL("**q=*");
      assert.equal(await page.locator(".entry").count(), 1);
      await looks("dev-inbox");
      await page.locator(".entry .subject").click();
      await page.getByText("The code, as the mail marks it.").waitFor();
      const code = await codeFor(to);
      await page.locator("pre.body", { hasText: code }).waitFor();
      await looks("dev-mail");
      await page.getByRole("link", { name: "HTML" }).click();
      await page.frameLocator("iframe").locator(".code").getByText(code).waitFor();
      await looks("dev-mail-html");
      await page.getByRole("link", { name: "Headers" }).click();
      await page.getByText("Message-ID").waitFor();
      await page.getByRole("link", { name: "Source" }).click();
      await page.locator("pre.source").waitFor();
      await looks("dev-mail-source");
      await page.getByRole("link", { name: "its deliveries" }).click();
      await page.getByText("250 2.0.0 caught").waitFor();
      assert.equal(await page.locator(".rows li").count(), 4);
      await looks("dev-log");
      await close();
    });

    test(`a text is sent from the first page, and read as it arrived: ${how}`, async () => {
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      const to = number();
      await page.goto(OTPMINT);
      await page.fill("#to", to);
      await page.getByRole("button", { name: "Send me a code now" }).click();
      const entry = page.locator(".entry", { hasText: to });
      await entry.waitFor();
      const code = /** @type {string} */ (await entry.locator(".digits").textContent());
      await page.goto(`${OTPMINT}/dev/inbox`);
      await page.selectOption("#channel", "sms");
      await page.fill("#q", to);
      await page.getByRole("button", { name: "Search" }).click();
      await page.waitForURL("**channel=sms*");
      assert.equal(await page.locator(".entry").count(), 1);
      await looks("dev-inbox-texts");
      await page.locator(".entry .subject").click();
      await page.getByRole("heading", { name: `Text message to ${to}` }).waitFor();
      await page.locator("pre.body", { hasText: code }).waitFor();
      await page.getByText("units in gsm7: one part.").waitFor();
      await looks("dev-text");
      await page.getByRole("link", { name: "its deliveries" }).click();
      await page.getByText("sms: taken").waitFor();
      await looks("dev-text-log");
      await close();
    });

    test(`texts are made to fail, and a call follows: ${how}`, async () => {
      await set({ policy: { channels: ["sms", "voice"] } });
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      const to = number();
      await page.goto(`${OTPMINT}/dev/inbox`);
      await page.selectOption("#fate", "permanent");
      await page.selectOption("#over", "sms");
      await page.selectOption("#lasts", "every");
      await page.getByRole("button", { name: "Switch on" }).click();
      await page.getByText("Every text message is refused for good.").waitFor();
      await looks("dev-texts-fail");
      await mint(to, 10);
      const entry = page.locator(".entry", { hasText: to });
      for (let tries = 0; !scripted && tries < 100 && !(await entry.count()); tries++) await page.reload();
      await entry.waitFor();
      assert.equal(await entry.count(), 1);
      assert.match(/** @type {string} */ (await entry.textContent()), /Call/);
      await looks("dev-call");
      await page.getByRole("button", { name: "Switch off" }).click();
      await page.getByText("Every text message").waitFor({ state: "detached" });
      await entry.locator(".subject").click();
      await page.getByText("Said by a voice, with a pause after each line.").waitFor();
      const arrived = page.getByText("reported to have arrived");
      // Without script the page does not change by itself.
      for (let tries = 0; !scripted && tries < 100 && !(await arrived.count()); tries++) await page.reload();
      await arrived.waitFor();
      await looks("dev-call-heard");
      await set({ policy: null });
      await close();
    });

    test(`it is said by hand what became of a text: ${how}`, async () => {
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      const to = number();
      await page.goto(`${OTPMINT}/dev/inbox`);
      await page.selectOption("#fate", "unreported");
      await page.selectOption("#over", "sms");
      await page.getByRole("button", { name: "Switch on" }).click();
      await page.getByText("The next text message is taken, and nothing is reported of it.").waitFor();
      await mint(to, 10);
      if (!scripted) await page.reload();
      await page.locator(".entry", { hasText: to }).locator(".subject").click();
      await page.getByText("nothing yet").waitFor();
      await looks("dev-unreported");
      await page.getByRole("button", { name: "It did not arrive" }).click();
      await page.getByText("reported not to have arrived").waitFor();
      assert.equal(await page.getByRole("button", { name: "It has arrived" }).count(), 0);
      await looks("dev-reported");
      await close();
    });

    test(`the next mail is made to fail, and arrives with the second try: ${how}`, async () => {
      const { page, looks, close } = await visitor({ width, scripted, origins: ORIGINS });
      const to = somebody();
      await page.goto(`${OTPMINT}/dev/inbox`);
      await page.selectOption("#fate", "temporary");
      await page.getByRole("button", { name: "Switch on" }).click();
      await page.getByText("The next mail is refused for now: 451.").waitFor();
      await looks("dev-trouble");
      await mint(to, 10);
      if (!scripted) await page.reload();
      await page.locator(".entry", { hasText: to }).waitFor();
      await page.getByText("Mails are taken as usual.").waitFor();
      await page.goto(`${OTPMINT}/dev/log?q=${encodeURIComponent(to)}`);
      const told = await page.locator(".rows .what").allTextContents();
      assert.deepEqual([told.length, told[0], told[2], told[5]], [7, "sent", "try 2", "try 1"], told.join());
      assert.match(told[4], /^451 /);
      await looks("dev-tried-again");
      await close();
    });
  }

  test(`everything is there in the dark, and an empty inbox too: ${width} px`, async () => {
    await mint(somebody(), 10);
    const { page, looks, close } = await visitor({ width, dark: true, locale: "de-DE", origins: ORIGINS });
    await page.goto(OTPMINT);
    await looks("dev-start");
    await page.goto(`${OTPMINT}/dev/inbox`);
    await looks("dev-inbox");
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("No message yet").waitFor();
    await looks("dev-empty");
    await page.goto(`${OTPMINT}/dev/log`);
    await looks("dev-log");
    await close();
  });
}

test("without script the inbox is cleared as well", async () => {
  await mint(somebody(), 10);
  const { page, close } = await visitor({ scripted: false, origins: ORIGINS });
  await page.goto(`${OTPMINT}/dev/inbox`);
  assert.ok((await page.locator(".entry").count()) > 0);
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.getByText("No message yet").waitFor();
  await page.getByRole("link", { name: "Look for new messages" }).waitFor();
  await close();
});

test("mails appear by themselves, are announced, and take nobody's place away", async () => {
  const { page, looks, close } = await visitor({ origins: ORIGINS });
  const [first, second, stranger] = [somebody(), somebody(), "else@elsewhere.example"];
  await page.goto(`${OTPMINT}/dev/inbox?q=example.com`);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.evaluate(() => Object.assign(window, { same: true }));
  await mint(first);
  const button = page.locator(".entry", { hasText: first }).getByRole("button");
  await button.focus();
  await mint(stranger, 10);
  await mint(second);
  await page.locator(".entry", { hasText: second }).waitFor();
  assert.equal(await page.locator(".entry", { hasText: stranger }).count(), 0, "it is not searched for");
  assert.equal(await page.textContent("#announcement"), `New mail to ${second}`);
  assert.ok(await button.evaluate((node) => node === document.activeElement), "the focus was lost");
  await page.keyboard.press("Enter");
  await page.getByText("Copied").first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await codeFor(first));
  assert.ok(await page.evaluate(() => /** @type {any} */ (window).same), "the page was loaded anew");
  await looks("dev-live");
  await close();
});

test("keys and commands are copied as they are", async () => {
  const { page, close } = await visitor({ origins: ORIGINS });
  await page.goto(OTPMINT);
  await page.getByRole("button", { name: "Copy: Secret key" }).click();
  await page.getByText("Copied").first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), KEY);
  await page.getByRole("button", { name: "Copy command 1" }).click();
  await page.waitForFunction((key) => navigator.clipboard.readText().then((text) => text !== key), KEY);
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(execFileSync("bash", ["-c", command], { encoding: "utf8" }), /^[A-Za-z]{23}\n$/);
  await close();
});

test("without leave to copy, the code is selected", async () => {
  const to = somebody();
  await mint(to, 10);
  const { page, close } = await visitor({ origins: ORIGINS });
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
  });
  await page.goto(`${OTPMINT}/dev/inbox?q=${to}`);
  await page.locator(".entry").getByRole("button").click();
  await page.getByText("Selected").first().waitFor();
  assert.equal(await page.evaluate(() => getSelection()?.toString()), await codeFor(to));
  await close();
});

for (const [width, dark] of /** @type {const} */ ([[375, false], [375, true], [1280, false], [1280, true]])) {
  test(`the API is read, searched and tried: ${width} px ${dark ? "dark" : "light"}`, async () => {
    const { page, looks, close } = await visitor({ width, dark, origins: ORIGINS });
    await page.goto(`${OTPMINT}/docs/`);
    await page.getByRole("heading", { name: "The API", level: 1 }).waitFor();
    await looks("api");
    await page.waitForLoadState();
    await page.keyboard.press("/");
    await page.keyboard.type("post sandbox key");
    await page.getByText(/^1 of \d+ requests$/).waitFor();
    await page.getByLabel("Search").fill("post /v1/challenges {key} verify");
    await page.getByText(/^\d of \d+ requests$/).waitFor();
    await page.getByLabel("Search").fill("");
    const mint = page.locator("#mintChallenge");
    await mint.locator("summary").first().click();
    await page.getByLabel("Key or token, to try requests with").fill(KEY);
    await mint.getByLabel("Body", { exact: true }).fill(JSON.stringify({ to: somebody() }));
    await mint.getByRole("button", { name: "Send" }).click();
    await mint.locator(".told").getByText('"status": "pending"').waitFor();
    await looks("api-tried");
    await close();
  });
}

for (const [width, dark, scripted] of /** @type {const} */ ([[375, false, true], [1280, true, true], [375, true, false]])) {
  const how = `${width} px ${dark ? "dark" : "light"}${scripted ? "" : " without script"}`;
  test(`the documents are read and searched: ${how}`, async () => {
    const { page, looks, close } = await visitor({ width, dark, scripted, origins: ORIGINS });
    await page.goto(`${OTPMINT}/docs/guide/`);
    await looks("guide");
    await page.getByLabel("Search the documents").fill("receipt offline");
    await page.keyboard.press("Enter");
    await page.getByText(/^\d+ sections have these words\.$/).waitFor();
    await looks("guide-found");
    await page.locator(".found a").first().click();
    await page.locator(":target").waitFor();
    for (const name of ["api", "operations", "console"]) {
      await page.goto(`${OTPMINT}/docs/guide/${name}`);
      await looks(`guide-${name}`);
    }
    await close();
  });
}

test("the API is read without script", async () => {
  const { page, looks, close } = await visitor({ scripted: false, origins: ORIGINS });
  await page.goto(`${OTPMINT}/docs/`);
  await page.locator("#verifyChallenge summary").first().click();
  assert.equal(await page.locator("form:visible").count(), 0);
  await looks("api");
  await close();
});
