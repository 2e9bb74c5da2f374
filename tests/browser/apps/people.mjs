// @ts-check
// Those who use an app: what they do on its pages.

import { visitor } from "../lab.mjs";
import { codeFor } from "./mailbox.mjs";

/** Where the app is, and what it is called. */
export const APP = /** @type {string} */ (process.env.APP);
export const NAME = /** @type {string} */ (process.env.NAME);
export const PASSWORD = "four plain words suffice";

/** @typedef {import("playwright-core").Page} Page */

/** Somebody in front of a browser. @param {{ width?: number }} options */
export const somebody = (options = {}) => visitor({ ...options, origins: [APP] });

/** Waits for a text with this meaning. @param {Page} page @param {string} text */
export const says = (page, text) => page.locator("main").getByText(text).first().waitFor();

/** Waits for the page with this heading. @param {Page} page @param {string} title */
export const arrives = (page, title) => page.getByRole("heading", { name: title, exact: true }).waitFor();

/** Sends a form, and waits for the page that answers. @param {Page} page @param {string} name */
export const press = async (page, name) => {
  const answered = page.waitForEvent("load");
  await page.getByRole("button", { name, exact: true }).click();
  await answered;
};

/** Asks for a code, on the page that is open. @param {Page} page @param {string} email */
export const askFor = async (page, email) => {
  await page.getByLabel("E-mail address").fill(email);
  await press(page, "Send me a code");
  await page.getByLabel("Code").waitFor();
  return codeFor(email);
};

/** @param {Page} page @param {string} code */
export const answer = async (page, code) => {
  await page.getByLabel("Code").fill(code);
  await press(page, "Continue");
};

/** Signs in, from wherever the page is. @param {Page} page @param {string} email */
export const signIn = async (page, email) => {
  await page.goto(`${APP}/login`);
  await answer(page, await askFor(page, email));
  await arrives(page, "Dashboard");
};

/** Makes an account and is signed in with it. @param {Page} page @param {string} email */
export const register = async (page, email) => {
  await page.goto(`${APP}/register`);
  await answer(page, await askFor(page, email));
  await page.getByLabel("New password").fill(PASSWORD);
  await press(page, "Save the password");
  await arrives(page, "Dashboard");
};

let drawn = 0;

/** An address that nobody has used. */
export const address = () => `visitor${++drawn}.${process.pid}@example.com`;

/** An address that may sign in; most apps let everybody who proves to have it. */
export const member = async () => {
  const email = address();
  if (!process.env.REGISTERS) return email;
  const { page, close } = await somebody();
  await register(page, email);
  await close();
  return email;
};

/** What the browser sends along. @param {Page} page */
export const cookies = async (page) => {
  const all = await page.context().cookies();
  return all.map(({ name, value }) => `${name}=${value}`).join("; ");
};

/** The status of a page, for whoever has these cookies. @param {string} cookie */
export const look = async (cookie, path = "/") =>
  (await fetch(APP + path, { headers: { cookie }, redirect: "manual" })).status;
