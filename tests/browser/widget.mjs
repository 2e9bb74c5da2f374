// @ts-check
// The widget in pages of other origins than the server's: the example, and pages that do what nobody
// should. Run by tests/system/browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import * as app from "./app.mjs";
import { ALSO_LISTED, EXAMPLE, LISTED, OTPMINT, STRANGE, stop } from "./embedding.mjs";
import { WIDTHS, answer, close, visitor } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

after(async () => {
  await close();
  app.stop();
  stop();
});

/** A challenge whose page is for frames alone. @param {object} more */
const embedded = (more = {}) => app.challenge({ embed: true, return_url: undefined, ...more });

/** Somebody who looks at a page of an app. @param {string} origin @param {object} more */
const visit = async (origin, more = {}) => {
  const guest = await visitor({ origins: [OTPMINT, LISTED, ALSO_LISTED, STRANGE, EXAMPLE], ...more });
  await guest.page.addInitScript(() => {
    const told = [];
    addEventListener("message", ({ data, origin }) => data?.otpmint && told.push({ origin, ...data.otpmint }));
    Object.assign(window, { told });
  });
  await guest.page.goto(origin);
  return guest;
};

/** Opens the widget as an app does, from a click. @param {Page} page @param {object} options */
const open = async (page, options) => {
  await page.evaluate((options) => {
    const { OtpMint } = /** @type {any} */ (window);
    /** @type {HTMLElement} */ (document.querySelector("#opener")).onclick = () => {
      Object.assign(window, { outcome: OtpMint.open(options).catch(String) });
    };
  }, options);
  await page.click("#opener");
};

/** What came of it. @param {Page} page */
const outcome = (page) => page.evaluate(() => /** @type {any} */ (window).outcome);

/** @param {Page} page */
const dialog = (page) => page.getByRole("dialog");

/** The page in the dialog. @param {Page} page */
const inside = (page) => page.frameLocator("iframe");

/** Once the hosted page is there and its field has the focus. @param {Page} page @param {string} field */
const ready = async (page, field = "#code") => {
  await inside(page).locator(field).waitFor();
  await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.tagName === "IFRAME");
  await inside(page).locator(`${field}:focus`).waitFor();
};

/** What the frames of a page tell its own window. @param {Page} page */
const told = (page) => page.evaluate(() => /** @type {any} */ (window).told);

/** Frames it without the widget. @param {Page} page @param {string} address */
const frame = (page, address) =>
  page.evaluate((src) => {
    document.body.append(Object.assign(document.createElement("iframe"), { src }));
  }, address);

/** Collects what the browser refuses to show in a frame. @param {Page} page */
const refusals = (page) => {
  /** @type {string[]} */
  const refused = [];
  page.on("console", (message) => message.text().includes("frame-ancestors") && refused.push(message.text()));
  return refused;
};

/** Nothing of the hosted page is cut off. @param {Page} page */
const fits = async (page) => {
  const frame = page.frames().find((frame) => frame.url().startsWith(`${OTPMINT}/c/`));
  await frame?.waitForFunction(() => {
    const { scrollHeight, scrollWidth } = document.documentElement;
    return scrollHeight <= innerHeight && scrollWidth <= innerWidth;
  });
};

for (const width of WIDTHS) {
  test(`a user logs in to the example, by mouse and by keyboard: ${width} px`, async () => {
    const { page, looks, close } = await visit(EXAMPLE, { width });
    const [mistaken, email] = ["first", "second"].map((name) => `${name}${width}@widget.example`);
    await page.fill("#email", mistaken);
    await page.keyboard.press("Enter");
    await ready(page);
    await page.keyboard.type(app.wrong(await app.mailed(mistaken)));
    await inside(page).locator("main").getByText("Attempts left: 4").waitFor();
    await fits(page);
    await looks("widget-wrong");
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "email", "the focus is where it was");
    await page.fill("#email", email);
    await page.getByRole("button", { name: "Send me a code" }).click();
    await ready(page);
    await answer(inside(page), await app.mailed(email));
    await page.getByText(`Logged in as ${email}.`).waitFor();
    await looks("widget-done");
    await page.reload();
    await page.getByText(`Logged in as ${email}.`).waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Send me a code" }).waitFor();
    await close();
  });

  test(`the dialog asks for the address, twice when it is mistyped, by keyboard alone: ${width} px`, async () => {
    const { page, looks, close } = await visit(LISTED, { width });
    const [mistyped, to] = [app.address(), app.address()];
    await open(page, { pageUrl: await app.asking({ embed: true, return_url: undefined }) });
    await ready(page, "#to");
    await fits(page);
    await looks("widget-asking");
    await page.keyboard.type(mistyped);
    await page.keyboard.press("Enter");
    await ready(page);
    await page.getByRole("dialog", { name: "Enter your code" }).waitFor();
    await app.mailed(mistyped);
    // The outcome of the message may not be recorded yet.
    const asked = inside(page).locator("#to:focus");
    while (!(await asked.isVisible())) {
      await inside(page).getByRole("button", { name: "Wrong address?" }).click();
      await asked.waitFor({ timeout: 1_000 }).catch(() => {});
    }
    await page.keyboard.type(to);
    await page.keyboard.press("Enter");
    await ready(page);
    await fits(page);
    await page.keyboard.type(await app.mailed(to));
    await dialog(page).waitFor({ state: "detached" });
    const { status, result } = await outcome(page);
    assert.equal(status, "verified");
    const { told } = await app.api("POST", "/v1/results", { result });
    assert.equal(app.subject(told.receipt), to);
    await close();
  });

  test(`the dialog is in the language that was asked for, and dark for those who like it: ${width} px`, async () => {
    const { page, looks, close } = await visit(LISTED, { width, dark: true });
    const { url, code } = await embedded();
    await open(page, { pageUrl: url, lang: "ar" });
    await ready(page);
    const button = await page.getByRole("button", { name: "العودة إلى التطبيق" }).boundingBox();
    const whole = await dialog(page).boundingBox();
    assert.ok(button && whole && button.x < whole.x + whole.width / 2, "the button is where the line ends");
    await fits(page);
    await looks("widget-arabic");
    await answer(inside(page), code);
    assert.equal((await outcome(page)).status, "verified");
    await close();
  });
}

test("the result reaches the page that opened the dialog, and its backend fetches it once", async () => {
  const { page, looks, close } = await visit(LISTED);
  const { to, url, code } = await embedded();
  await open(page, { key: url.split("/").pop() });
  await ready(page);
  assert.equal(await dialog(page).getAttribute("aria-label"), "Enter your code · Acme Café");
  await looks("widget");
  await page.keyboard.type(code);
  const { result, status } = await outcome(page);
  assert.equal(status, "verified");
  const fetched = await app.api("POST", "/v1/results", { result });
  assert.equal(fetched.status, 200);
  const claims = JSON.parse(Buffer.from(fetched.told.receipt.split(".")[1], "base64url").toString());
  assert.equal(claims.sub, to);
  assert.equal((await app.api("POST", "/v1/results", { result })).status, 404);
  assert.equal(await page.locator("iframe").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "opener");
  await looks("widget-closed");
  await close();
});

test("the keyboard stays in the dialog, and closes it", async () => {
  const { page, looks, close } = await visit(LISTED);
  const { url } = await embedded();
  await open(page, { pageUrl: url });
  await ready(page);
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 40));
    assert.ok(/^<(div|body|html)/.test(focused ?? ""), `${focused} is behind the dialog`);
  }
  await page.keyboard.press("Escape");
  assert.deepEqual(await outcome(page), { result: null, status: "closed" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "opener");
  await open(page, { pageUrl: url });
  await ready(page);
  await page.keyboard.press("Shift+Tab");
  await page.getByRole("button", { name: "Back to the app" }).focus();
  await page.keyboard.press("Enter");
  assert.deepEqual(await outcome(page), { result: null, status: "closed" });
  await looks("widget-left");
  await close();
});

test("however a challenge ends, the page is told and the dialog closes", async () => {
  const { page, looks, close } = await visit(LISTED);
  const first = await embedded();
  await open(page, { pageUrl: first.url });
  await inside(page).getByText("Wrong address?").click();
  await inside(page).getByRole("button", { name: "Back to the app" }).click();
  assert.deepEqual(await outcome(page), { result: null, status: "canceled" });
  const { url, code } = await embedded();
  await open(page, { pageUrl: url });
  for (const left of [4, 3, 2, 1, 0]) {
    await answer(inside(page), app.wrong(code));
    await inside(page).locator("main").getByText(left ? `Attempts left: ${left}` : "There are no attempts left.").waitFor();
  }
  await fits(page);
  await looks("widget-exhausted");
  await inside(page).getByRole("button", { name: "Back to the app" }).click();
  assert.deepEqual(await outcome(page), { result: null, status: "exhausted" });
  await close();
});

test("two clicks are one dialog, another page takes its place, and one that is removed is closed", async () => {
  const { page, looks, close } = await visit(LISTED);
  const [one, other] = [await embedded(), await embedded()];
  const told = await page.evaluate(async ([one, other]) => {
    const { OtpMint } = /** @type {any} */ (window);
    const [first, again] = [OtpMint.open({ pageUrl: one }), OtpMint.open({ pageUrl: one })];
    await null;
    const shown = document.querySelectorAll("body > div").length;
    const second = OtpMint.open({ pageUrl: other });
    const ended = [await first, await again];
    document.querySelector("body > div")?.remove();
    const removed = await second;
    const third = OtpMint.open({ pageUrl: other });
    await null;
    OtpMint.close();
    OtpMint.close();
    return { shown, ended, removed, closed: await third, left: document.querySelectorAll("body > div").length };
  }, [one.url, other.url]);
  const closed = { result: null, status: "closed" };
  assert.deepEqual(told, { shown: 1, ended: [closed, closed], removed: closed, closed, left: 0 });
  await looks("widget-again");
  await close();
});

test("only pages of the server that the widget came from are shown", async () => {
  const { page, looks, close } = await visit(LISTED);
  const refused = await page.evaluate(async (strange) => {
    const { OtpMint } = /** @type {any} */ (window);
    const pages = ["javascript:alert(1)", `${strange}/c/x`, "//strange.example/c/x", "data:text/html,x", "", undefined];
    const opened = await Promise.allSettled(pages.map((pageUrl) => OtpMint.open({ pageUrl })));
    return opened.map(({ status, reason }) => `${status} ${reason?.name}`);
  }, STRANGE);
  assert.deepEqual(refused, Array(6).fill("rejected TypeError"));
  assert.equal(await page.locator("iframe").count(), 0);
  await looks("widget-refused");
  await close();
});

test("what others say to the page ends nothing", async () => {
  const { page, close } = await visit(LISTED);
  const { url, code } = await embedded();
  await open(page, { pageUrl: url });
  await ready(page);
  const forged = { otpmint: { status: "verified", result: "otpr_forged" } };
  await page.evaluate((forged) => postMessage(forged, "*"), forged);
  // The server's own origin, but not this dialog's frame.
  const other = await embedded();
  await frame(page, `${other.url}?embed=${encodeURIComponent(LISTED)}`);
  await page.frameLocator("body > iframe").locator("#code").waitFor();
  const stray = page.frames().find((frame) => frame.url().startsWith(other.url));
  await stray?.evaluate((forged) => parent.postMessage(forged, "*"), forged);
  await page.waitForFunction(() => /** @type {any} */ (window).told.filter((told) => told.result).length === 2);
  assert.ok(await dialog(page).isVisible());
  await answer(page.frameLocator("dialog iframe"), code);
  assert.match((await outcome(page)).result, /^otpr_/);
  assert.notEqual((await outcome(page)).result, "otpr_forged");
  await close();
});

test("a page of an origin that is not listed can show none in a frame", async () => {
  const { page, close } = await visit(STRANGE);
  const refused = refusals(page);
  const { url } = await embedded();
  await open(page, { pageUrl: url });
  const error = await outcome(page);
  assert.match(error, /the page cannot be shown/);
  assert.equal(await page.locator("iframe").count(), 0, "the dialog is gone");
  // Nor in the name of a page that is listed.
  for (const address of [`${url}?embed=${encodeURIComponent(LISTED)}`, (await app.challenge()).url]) {
    const before = refused.length;
    await frame(page, address);
    while (refused.length === before) await pause(20);
  }
  assert.deepEqual(await told(page), []);
  await close();
});

test("a page that is listed gets nothing of a frame that was asked for in another's name", async () => {
  const { page, close } = await visit(ALSO_LISTED);
  const refused = refusals(page);
  const { url } = await embedded();
  await frame(page, `${url}?embed=${encodeURIComponent(LISTED)}`);
  while (refused.length === 0) await pause(20);
  assert.deepEqual(await told(page), []);
  await close();
});

test("a browser that frames what it should not still delivers nothing to a stranger", async () => {
  const { page, close } = await visit(STRANGE);
  const { url, code } = await embedded();
  await page.route(`${url}?*`, async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": _, "x-frame-options": __, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  const undelivered = page.waitForEvent("console", (message) => message.text().includes("target origin"));
  await frame(page, `${url}?embed=${encodeURIComponent(LISTED)}`);
  await undelivered;
  // After framed.js was told, and before the next message of this test, which keeps the order.
  const [, framed] = page.frames();
  await framed.evaluate(() => {
    document.addEventListener("otpmint:told", (event) => {
      Object.assign(window, { answered: /** @type {CustomEvent} */ (event).detail });
    });
  });
  await answer(inside(page), code);
  await framed.waitForFunction(() => /** @type {any} */ (window).answered);
  assert.match(await framed.evaluate(() => /** @type {any} */ (window).answered.result), /^otpr_/);
  await framed.evaluate(() => parent.postMessage({ otpmint: "last" }, "*"));
  await page.waitForFunction(() => /** @type {any} */ (window).told.length > 0);
  assert.equal((await told(page)).length, 1, "only what this test has said");
  await close();
});

test("a page that opens one in a window of its own is told nothing", async () => {
  const { page, close } = await visit(STRANGE);
  const { url, code } = await app.challenge({ embed: true });
  const [popup] = await Promise.all([
    page.waitForEvent("popup"),
    page.evaluate((address) => void open(address), `${url}?embed=${encodeURIComponent(LISTED)}`),
  ]);
  await answer(popup, code);
  assert.equal((await app.shown(popup)).status, "verified");
  assert.deepEqual(await told(page), []);
  await close();
});

test("the element opens the dialog from what is in it, and tells what came of it", async () => {
  const { page, looks, close } = await visit(LISTED);
  const { url, code } = await embedded();
  await page.evaluate((url) => {
    const events = [];
    for (const type of ["result", "cancel", "error"]) {
      addEventListener(`otpmint:${type}`, (event) => events.push([type, event.composed, /** @type {any} */ (event).detail]));
    }
    Object.assign(window, { events });
    const element = document.createElement("otp-mint");
    element.setAttribute("page-url", url);
    const link = Object.assign(document.createElement("a"), { href: url, textContent: "Enter the code" });
    element.append(link);
    // In a shadow of the app's own, which its events have to leave.
    const card = document.createElement("section");
    card.attachShadow({ mode: "open" }).append(element);
    document.body.append(card);
  }, url);
  const events = () => page.evaluate(() => /** @type {any} */ (window).events);
  await page.getByRole("link", { name: "Enter the code" }).focus();
  await page.keyboard.press("Enter");
  await ready(page);
  assert.equal(page.url(), `${LISTED}/`, "the link is not followed");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  assert.deepEqual(await events(), [["cancel", true, { result: null, status: "closed" }]]);
  await page.getByRole("link", { name: "Enter the code" }).dblclick();
  await ready(page);
  // Beside the frame.
  await page.mouse.click(3, 3);
  await ready(page);
  await looks("widget-element");
  await page.keyboard.type(code);
  await page.waitForFunction(() => /** @type {any} */ (window).events.length === 2);
  const [type, composed, { status, result }] = (await events())[1];
  assert.deepEqual([type, composed, status], ["result", true, "verified"]);
  assert.match(result, /^otpr_/);
  await close();
});

test("an element without anything in it has a button, one that is open opens by itself", async () => {
  const { page, looks, close } = await visit(LISTED);
  const { url } = await embedded();
  await page.evaluate((key) => {
    const element = document.createElement("otp-mint");
    element.setAttribute("key", key);
    document.body.append(element);
  }, url.split("/").pop() ?? "");
  await page.getByRole("button", { name: "Enter your code" }).click();
  await ready(page);
  await page.evaluate(() => document.querySelector("otp-mint")?.remove());
  await dialog(page).waitFor({ state: "detached" });
  await page.evaluate((url) => {
    const element = document.createElement("otp-mint");
    element.setAttribute("page-url", url);
    element.setAttribute("open", "");
    document.body.append(element);
  }, url);
  await ready(page);
  await looks("widget-open");
  await close();
});

test("the frame of the widget may read text messages, and any other frame may not", async () => {
  const { page, close } = await visit(LISTED);
  await open(page, { pageUrl: (await embedded()).url });
  await ready(page);
  const mayRead = async () => {
    const [, framed] = page.frames();
    const policy = "featurePolicy";
    return framed.evaluate((policy) => document[policy].allowsFeature("otp-credentials"), policy);
  };
  assert.equal(await mayRead(), true);
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  const { url } = await embedded();
  await frame(page, `${url}?embed=${encodeURIComponent(LISTED)}`);
  await inside(page).locator("#code").waitFor();
  assert.equal(await mayRead(), false);
  await close();
});
