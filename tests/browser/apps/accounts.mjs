// @ts-check
// Accounts and passwords of the Flask app. Run by tests/system/browser/apps.rs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WIDTHS, close } from "../lab.mjs";
import { APP, NAME, PASSWORD, address, answer, arrives, askFor, cookies, look, member, press, register, says, somebody } from "./people.mjs";

after(close);

/** Signs in with a password, or is told why not. @param {import("playwright-core").Page} page */
const withPassword = async (page, email, password) => {
  await page.goto(`${APP}/login/password`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, "Sign in");
};

for (const width of WIDTHS) {
  test(`somebody makes an account and comes back with the password: ${width} px`, async () => {
    const email = address();
    const { page, looks, close } = await somebody({ width });
    await page.goto(APP);
    await page.getByRole("link", { name: "Create an account" }).click();
    await arrives(page, "Create an account");
    await looks(`${NAME}-register`);
    await answer(page, await askFor(page, email));
    await arrives(page, "Choose a password");
    await looks(`${NAME}-choose`);
    await page.getByLabel("New password").fill(PASSWORD);
    await press(page, "Save the password");
    await arrives(page, "Dashboard");
    await press(page, "Sign out");
    await page.getByRole("link", { name: "Sign in with a password" }).click();
    await arrives(page, "Sign in with a password");
    await looks(`${NAME}-password`);
    await withPassword(page, email, PASSWORD);
    await arrives(page, "Dashboard");
    await close();
  });
}

test("a password is reset with a code, and whoever was signed in is not any more", async () => {
  const email = address();
  const { page: elsewhere, close: leave } = await somebody();
  await register(elsewhere, email);
  const session = await cookies(elsewhere);
  assert.equal(await look(session), 200);

  const { page, looks, close } = await somebody();
  await page.goto(`${APP}/login`);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await answer(page, await askFor(page, email));
  await arrives(page, "Choose a password");
  await page.getByLabel("New password").fill("quite another set of words");
  await press(page, "Save the password");
  await says(page, "Your password is changed. Please sign in.");
  await looks(`${NAME}-changed`);
  assert.equal(await look(session), 303, "the old session goes on");
  await withPassword(page, email, PASSWORD);
  await says(page, "Address or password is wrong.");
  await withPassword(page, email, "quite another set of words");
  await arrives(page, "Dashboard");
  await leave();
  await close();
});

test("a proved address is good for one password", async () => {
  const { page, close } = await somebody();
  await register(page, address());
  await page.goto(`${APP}/password`);
  await arrives(page, "Sign in");
  await close();
});

test("a password is not shorter than it may be, whatever the browser lets through", async () => {
  const { page, close } = await somebody();
  await page.goto(`${APP}/register`);
  await answer(page, await askFor(page, address()));
  await page.getByLabel("New password").evaluate((field) => field.removeAttribute("minlength"));
  await page.getByLabel("New password").fill("short");
  await press(page, "Save the password");
  await says(page, "Please choose one of 15 to 128 characters.");
  await close();
});

/** What somebody without a code sees. @param {string} way @param {string} email */
const asks = async (way, email) => {
  const { page, close } = await somebody();
  await page.goto(`${APP}/${way}`);
  await askFor(page, email);
  const seen = (await page.locator("main").innerText()).replaceAll(email, "…");
  await close();
  return seen;
};

test("only whoever has the mailbox learns whether there is an account", async () => {
  const [known, unknown] = [await member(), address()];
  for (const way of ["login", "register", "reset"]) {
    assert.equal(await asks(way, known), await asks(way, unknown), way);
  }
  const told = [
    ["login", unknown, "There is no account for this address yet."],
    ["reset", unknown, "There is no account for this address yet."],
    ["register", known, "You have an account already. Please sign in."],
  ];
  for (const [way, email, sentence] of told) {
    const { page, close } = await somebody();
    await page.goto(`${APP}/${way}`);
    await answer(page, await askFor(page, email));
    await says(page, sentence);
    await page.goto(APP);
    await arrives(page, "Sign in");
    await close();
  }
});

test("passwords cannot be guessed for long, and no account is needed to be told so", async () => {
  const { page, close } = await somebody();
  for (const email of [await member(), address()]) {
    for (let guess = 0; guess < 5; guess++) {
      await withPassword(page, email, `some words, number ${guess}`);
      await says(page, "Address or password is wrong.");
    }
    await withPassword(page, email, PASSWORD);
    await says(page, "Too many wrong passwords for this address today. Please sign in with a code.");
  }
  await close();
});
