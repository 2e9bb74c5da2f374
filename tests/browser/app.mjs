// @ts-check
// An app whose users confirm their address on hosted pages of `otpmint dev`.

import assert from "node:assert/strict";
import http from "node:http";

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);
const KEY = "dev-only-7Q2xWm9K-not-a-secret";

/** @param {string} method @param {string} path @param {unknown} body */
export const api = async (method, path, body) => {
  const headers = { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json", Prefer: "wait=10" };
  const answer = await fetch(OTPMINT + path, { method, headers, body: JSON.stringify(body) });
  return { status: answer.status, told: await answer.json() };
};

// Whoever comes back is shown what the app fetched for the result.
const server = http.createServer(async (request, answer) => {
  const query = new URL(request.url ?? "", "http://app").searchParams;
  const result = query.get("otpmint_result");
  const said = result ? (await api("POST", "/v1/results", { result })).told : Object.fromEntries(query);
  answer.setHeader("Content-Type", "text/html; charset=utf-8");
  const icon = '<link rel="icon" href="data:,">';
  answer.end(`<!doctype html><html lang="en"><title>App</title>${icon}<pre>${JSON.stringify(said)}</pre>`);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

export const APP = `http://127.0.0.1:${port}`;
export const ORIGINS = [OTPMINT, APP];
const RETURN = `${APP}/login/done`;

const changed = await api("PATCH", "/v1/tenant", {
  name: "Acme Café",
  return_urls: [RETURN],
  policy: { resend_after: [1, 900] },
});
assert.equal(changed.status, 200, JSON.stringify(changed.told));

let drawn = 0;

/** A challenge with a page. @param {object} more */
export const challenge = async (more = {}) => {
  const to = `visitor${++drawn}.${port}@example.com`;
  const { status, told } = await api("POST", "/v1/challenges", { to, return_url: RETURN, ...more });
  assert.equal(status, 201, JSON.stringify(told));
  return { to, url: told.page_url, code: /** @type {string} */ (await mailed(to)) };
};

/** The code of the latest mail to somebody. @param {string} to */
export const mailed = async (to) => {
  const inbox = await (await fetch(`${OTPMINT}/dev/inbox.json?to=${encodeURIComponent(to)}`)).json();
  const mails = Array.isArray(inbox) ? inbox : inbox.mails;
  return mails[0]?.code;
};

/** One of the same shape that is wrong. @param {string} code */
export const wrong = (code) => (code.startsWith("7") ? "3" : "7") + code.slice(1);

/** What the app shows to whoever came back. @param {import("playwright-core").Page} page */
export const shown = async (page) => {
  await page.waitForURL(`${RETURN}*`);
  return JSON.parse((await page.textContent("pre")) ?? "");
};

export const stop = () => server.close();
