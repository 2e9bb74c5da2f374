// @ts-check
// The shell script that signs somebody in. Run by tests/system/browser/apps.rs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { codeFor, wrong } from "./mailbox.mjs";

const SCRIPT = /** @type {string} */ (process.env.SCRIPT);

/** The script as it runs. */
const start = (more = {}) => {
  const script = spawn("sh", [SCRIPT], { env: { ...process.env, ...more } });
  let said = "";
  let read = 0;
  script.stdout.on("data", (text) => (said += text));
  script.stderr.on("data", (text) => (said += text));
  const ended = once(script, "close").then(([code]) => code);

  /** Waits until it says something new. @param {string} text */
  const says = async (text) => {
    while (!said.includes(text, read)) {
      const more = Promise.race([once(script.stderr, "data"), once(script.stdout, "data"), ended]);
      if (typeof (await more) === "number" && !said.includes(text, read)) assert.fail(`${text}: ${said}`);
    }
    read = said.indexOf(text, read) + text.length;
  };
  /** @param {string} text */
  const types = (text) => script.stdin.write(`${text}\n`);
  return { says, types, ended };
};

test("the right code signs in, a wrong one does not", async () => {
  const { says, types, ended } = start();
  await says("E-mail address: ");
  types("sh@example.com");
  await says("Code: ");
  const code = await codeFor("sh@example.com");
  types(wrong(code));
  await says("This code is wrong. Attempts left: 4.");
  await says("Code: ");
  types("12?");
  await says("It did not count.");
  types(code);
  await says("sh@example.com is signed in.");
  assert.equal(await ended, 0);
});

test("five wrong codes end it", async () => {
  const { says, types, ended } = start();
  types("five@example.com");
  const code = wrong(await codeFor("five@example.com"));
  for (let times = 0; times < 5; times++) types(code);
  await says("That was one wrong code too many.");
  assert.equal(await ended, 1);
});

const REFUSED = [
  ["what is no address", "nobody", "This does not look like a mail address."],
  ["what would end the quotes", 'a"b@example.com', "This has characters that do not belong there."],
  ["what would escape them", "a\\b@example.com", "This has characters that do not belong there."],
];
for (const [what, typed, sentence] of REFUSED) {
  test(`${what} is told so`, async () => {
    const { says, types, ended } = start();
    types(typed);
    await says(sentence);
    assert.equal(await ended, 1);
  });
}

test("a server that is not there signs nobody in", async () => {
  const { says, types, ended } = start({ OTPMINT_URL: "http://127.0.0.1:1" });
  types("sh@example.com");
  await says("OtpMint cannot be reached.");
  assert.equal(await ended, 1);
});

test("a wrong secret key signs nobody in", async () => {
  const { says, types, ended } = start({ OTPMINT_SECRET_KEY: "wrong" });
  types("sh@example.com");
  await says("Codes cannot be sent or checked at the moment.");
  assert.equal(await ended, 1);
});
