// @ts-check
// What every login app in examples/ does. Run by tests/system/browser/apps.rs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WIDTHS, close } from "../lab.mjs";
import { codeFor, wrong } from "./mailbox.mjs";
import { APP, NAME, answer, arrives, askFor, cookies, look, member, press, says, signIn, somebody } from "./people.mjs";

after(close);

// One for all: whoever has signed in can do so again.
const email = await member();

for (const width of WIDTHS) {
  test(`somebody mistypes, signs in and signs out: ${width} px`, async () => {
    const { page, looks, close } = await somebody({ width });
    await page.goto(APP);
    await arrives(page, "Sign in");
    await looks(`${NAME}-address`);
    const code = await askFor(page, email);
    await says(page, email);
    await looks(`${NAME}-code`);
    await answer(page, wrong(code));
    await says(page, "This code is wrong. Attempts left: 4.");
    await looks(`${NAME}-wrong`);
    await answer(page, `${code.slice(0, 3)} ${code.slice(3)}`);
    await arrives(page, "Dashboard");
    await says(page, email);
    await looks(`${NAME}-dashboard`);
    await press(page, "Sign out");
    await arrives(page, "Sign in");
    await page.goBack();
    await arrives(page, "Sign in");
    await page.goto(APP);
    await arrives(page, "Sign in");
    await close();
  });
}

test("a session has a name of its own, which is worth nothing before and after", async () => {
  const { page, close } = await somebody();
  await page.goto(`${APP}/login`);
  const code = await askFor(page, email);
  const before = await cookies(page);
  await answer(page, code);
  await arrives(page, "Dashboard");
  const during = await cookies(page);
  assert.equal(await look(during), 200);
  assert.ok([302, 303].includes(await look(before)), "whoever knew the cookies before the login is signed in");
  for (const cookie of await page.context().cookies()) {
    assert.ok(cookie.httpOnly && cookie.sameSite === "Lax", `${cookie.name} can be had`);
    assert.ok(cookie.secure || NAME === "express", `${cookie.name} goes over the network in clear`);
  }
  await press(page, "Sign out");
  await arrives(page, "Sign in");
  assert.ok([302, 303].includes(await look(during)), "whoever kept the cookies is still signed in");
  await close();
});

test("forms of other sites do nothing", async () => {
  const { page, close } = await somebody();
  await signIn(page, email);
  const cookie = await cookies(page);
  const foreign = [
    { Origin: "https://evil.example" },
    { Origin: APP.replace("127.0.0.1", "evil.example"), "Sec-Fetch-Site": "cross-site" },
    { Origin: "null" },
    {},
  ];
  for (const headers of foreign) {
    const request = { method: "POST", headers: { cookie, ...headers }, body: new URLSearchParams() };
    const { status } = await fetch(`${APP}/logout`, { ...request, redirect: "manual" });
    assert.ok([400, 403].includes(status), `${status} to ${JSON.stringify(headers)}`);
  }
  assert.equal(await look(cookie), 200);
  await close();
});

test("after the last attempt another code is needed", async () => {
  const { page, looks, close } = await somebody();
  await page.goto(`${APP}/login`);
  const code = await askFor(page, email);
  for (const left of [4, 3, 2, 1]) {
    await answer(page, wrong(code));
    await says(page, `Attempts left: ${left}.`);
  }
  await answer(page, wrong(code));
  await says(page, "That was one wrong code too many. Please ask for a new one.");
  await looks(`${NAME}-spent`);
  await answer(page, await askFor(page, email));
  await arrives(page, "Dashboard");
  await close();
});

test("what can be no code is told apart, and a code is sent again after a pause", async () => {
  const { page, looks, close } = await somebody();
  await page.goto(`${APP}/login`);
  const code = await askFor(page, email);
  await answer(page, "12?");
  await says(page, "This is not a code. It did not count.");
  await press(page, "Send the code again");
  await says(page, "The code was sent a moment ago. Please try again in");
  await looks(`${NAME}-wait`);
  await answer(page, code);
  await arrives(page, "Dashboard");
  await close();
});

test("a code that is sent again is the same", async () => {
  await letResend([1, 900]);
  const { page, close } = await somebody();
  await page.goto(`${APP}/login`);
  const code = await askFor(page, email);
  const sent = page.getByText("The code is on its way again.");
  // Refused until the pause is over.
  do await press(page, "Send the code again");
  while (!(await sent.isVisible()));
  assert.equal(await codeFor(email), code);
  await answer(page, code);
  await arrives(page, "Dashboard");
  await close();
});

test("what is no address is told so", async () => {
  const { page, close } = await somebody();
  await page.goto(`${APP}/login`);
  // What a browser would not let through by itself.
  await page.getByLabel("E-mail address").evaluate((field) => field.setAttribute("type", "text"));
  await page.getByLabel("E-mail address").fill("nobody");
  await press(page, "Send me a code");
  await says(page, `This does not look like a mail address${process.env.PHONES ? " or a phone number" : ""}.`);
  await close();
});

test("without a code there is nothing to answer", async () => {
  const { page, close } = await somebody();
  await page.goto(APP + (NAME === "flask" ? "/code" : "/login/code"));
  await arrives(page, "Sign in");
  assert.equal(await page.getByLabel("Code").count(), 0);
  await close();
});

/** Sets the pauses before a code may be sent again. @param {number[]} seconds */
const letResend = async (seconds) => {
  const { OTPMINT, OTPMINT_SECRET_KEY } = process.env;
  const changed = await fetch(`${OTPMINT}/v1/tenant`, {
    method: "PATCH",
    headers: { Authorization: `Bearer ${OTPMINT_SECRET_KEY}` },
    body: JSON.stringify({ policy: { resend_after: seconds } }),
  });
  assert.equal(changed.status, 200);
};
