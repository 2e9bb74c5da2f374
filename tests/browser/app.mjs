// @ts-check
// An app whose users confirm their address on hosted pages of `otpmint dev`.

import assert from "node:assert/strict";
import http from "node:http";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
export const KEY = "dev-only-7Q2xWm9K-not-a-secret";
/** Of the sandbox, over whose channels everything can be sent. */
export const TEST_KEY = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF";

/** JSON, or bytes as they are. @param {string} method @param {string} path @param {unknown} body */
export const api = async (method, path, body = undefined, key = KEY) => {
  const type = body instanceof Uint8Array ? "image/png" : "application/json";
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": type, Prefer: "wait=10" };
  const sent = body instanceof Uint8Array ? body : JSON.stringify(body);
  const answer = await fetch(OTPMINT + path, { method, headers, body: sent });
  return { status: answer.status, told: await answer.json() };
};

// Whoever comes back is shown what the app fetched for the result; by `/login/on` by way of another origin.
const server = http.createServer(async (request, answer) => {
  const { pathname, search, searchParams: query } = new URL(request.url ?? "", "http://app");
  if (pathname === "/login/on") return answer.writeHead(302, { Location: `${ELSEWHERE}/login/done${search}` }).end();
  const result = query.get("otpmint_result");
  const key = pathname === "/login/done-in-sandbox" ? TEST_KEY : KEY;
  const results = pathname === "/login/done-with-factor" ? "/v1/factors/results" : "/v1/results";
  const said = result ? (await api("POST", results, { result }, key)).told : Object.fromEntries(query);
  answer.setHeader("Content-Type", "text/html; charset=utf-8");
  const icon = '<link rel="icon" href="data:,">';
  answer.end(`<!doctype html><html lang="en"><title>App</title>${icon}<pre>${JSON.stringify(said)}</pre>`);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

export const APP = `http://127.0.0.1:${port}`;
/** The same app under another name, which is another origin. */
const ELSEWHERE = `http://localhost:${port}`;
export const ORIGINS = [OTPMINT, APP, ELSEWHERE];
const RETURN = `${APP}/login/done`;
/** Where visitors of the sandbox's pages come back. */
export const RETURN_TEST = `${APP}/login/done-in-sandbox`;
/** Where visitors come back who have set up an authenticator app. */
const RETURN_FACTOR = `${APP}/login/done-with-factor`;
/** Leads on to another origin. */
export const RETURN_ON = `${APP}/login/on`;

const changed = await api("PATCH", "/v1/tenant", {
  name: "Acme Café",
  return_urls: [RETURN, RETURN_ON, RETURN_FACTOR],
  policy: { resend_after: [1, 900] },
});
assert.equal(changed.status, 200, JSON.stringify(changed.told));

let drawn = 0;

/** An address that nobody has used. */
export const address = () => `visitor${++drawn}.${port}@example.com`;

/** The code that was sent there last. @param {string} to @returns {Promise<string>} */
export const mailed = async (to) => {
  for (;;) {
    const inbox = await (await fetch(`${OTPMINT}/dev/inbox.json?to=${encodeURIComponent(to)}`)).json();
    const [mail] = Array.isArray(inbox) ? inbox : inbox.mails;
    if (mail) return mail.code;
    await new Promise((passed) => setTimeout(passed, 20));
  }
};

/** A challenge with a page. @param {object} more */
export const challenge = async (more = {}) => {
  const to = address();
  const { status, told } = await api("POST", "/v1/challenges", { to, return_url: RETURN, ...more });
  assert.equal(status, 201, JSON.stringify(told));
  return { to, url: told.page_url, code: await mailed(to) };
};

/** The address of a page that asks for one. @param {object} more @returns {Promise<string>} */
export const asking = async (more = {}) => {
  const { status, told } = await api("POST", "/v1/challenges", { return_url: RETURN, ...more });
  assert.equal(status, 201, JSON.stringify(told));
  return told.page_url;
};

/** A factor with a page. @param {object} more */
export const factor = async (more = {}) => {
  const identity = `user-${++drawn}`;
  const { status, told } = await api("POST", "/v1/factors", { identity, return_url: RETURN_FACTOR, ...more });
  assert.equal(status, 201, JSON.stringify(told));
  return { identity, id: told.factor, url: told.page_url };
};

/** Whom a receipt is for. @param {string} receipt @returns {string} */
export const subject = (receipt) => JSON.parse(Buffer.from(receipt.split(".")[1], "base64url").toString()).sub;

/** One of the same shape that is wrong. @param {string} code */
export const wrong = (code) => (code.startsWith("7") ? "3" : "7") + code.slice(1);

/** What the app shows to whoever came back. @param {import("playwright-core").Page} page */
export const shown = async (page) => {
  await page.waitForURL("**/login/done*");
  return JSON.parse((await page.textContent("pre")) ?? "");
};

export const stop = () => server.close();
