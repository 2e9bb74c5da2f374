// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as otpmint from "otpmint";
import { OtpMint, OtpMintError } from "otpmint";

const SECRET = "otpm_SecretSecretSecretSecret";
const to = "jane@example.com";

function problem(status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Response {
  return Response.json({ type: `/problems/${code}`, title: "A title.", status, code, ...more }, { status, headers });
}

/** The error for one answer. */
async function errorFor(answer: () => Response | Promise<Response>): Promise<OtpMintError> {
  const fetch = async () => answer();
  const client = new OtpMint({ baseUrl: "https://otp.example", secretKey: SECRET, fetch, retries: 0 });
  return client.challenges.mint({ to }).then(
    () => assert.fail("it was not refused"),
    (error: OtpMintError) => error,
  );
}

test("each problem has its class", async () => {
  for (const [status, code, name] of [
    [403, "code_mismatch", "CodeMismatchError"],
    [422, "not_a_code", "NotACodeError"],
    [410, "challenge_verified", "ChallengeEndedError"],
    [410, "challenge_expired", "ChallengeEndedError"],
    [410, "challenge_exhausted", "ChallengeEndedError"],
    [410, "challenge_canceled", "ChallengeEndedError"],
    [404, "challenge_not_found", "NotFoundError"],
    [429, "resend_cooldown", "CannotResendError"],
    [409, "send_under_way", "CannotResendError"],
    [409, "sends_spent", "CannotResendError"],
    [409, "nothing_to_resend", "CannotResendError"],
    [422, "number_refused", "RecipientRefusedError"],
    [422, "country_not_allowed", "RecipientRefusedError"],
    [422, "invalid_field", "InvalidFieldError"],
    [422, "invalid_parameter", "InvalidFieldError"],
    [429, "sends_per_recipient", "RateLimitedError"],
    [401, "invalid_secret_key", "AuthenticationError"],
    [403, "insufficient_scope", "PermissionError"],
    [503, "queue_full", "UnavailableError"],
    [409, "no_account", "OtpMintError"],
    [418, "constructor", "OtpMintError"],
  ] as const) {
    const error = await errorFor(() => problem(status, code));
    assert.deepEqual([error.name, error.code, error.status], [name, code, status]);
    assert.ok(error instanceof otpmint[name] && error instanceof OtpMintError && error instanceof Error);
  }
});

test("an error has what the problem tells", async () => {
  const errors = [{ pointer: "/ttl", detail: "too long" }];
  const headers = { "Retry-After": "90", "X-Request-Id": "request-17" };
  const begun = Date.now();
  const error = await errorFor(() => {
    return problem(429, "mint_per_tenant", { detail: "too long", errors, attempts_remaining: 0 }, headers);
  });
  assert.equal(error.message, "A title. (mint_per_tenant): too long");
  assert.deepEqual([error.detail, error.errors, error.attemptsRemaining], ["too long", errors, 0]);
  assert.equal(error.requestId, "request-17");
  const wait = (error.retryAt?.getTime() ?? 0) - begun;
  assert.ok(wait >= 90_000 && wait < 100_000, `${wait} ms`);
});

test("an answer that is not OtpMint's says so", async () => {
  for (const [make, name] of [
    [() => new Response("<h1>Bad Gateway</h1>", { status: 502 }), "UnavailableError"],
    [() => new Response("slow down", { status: 429 }), "RateLimitedError"],
    [() => new Response("{}", { status: 403 }), "UnexpectedAnswerError"],
    [() => new Response("null", { status: 404 }), "UnexpectedAnswerError"],
    [() => new Response("<h1>Welcome</h1>", { status: 200 }), "UnexpectedAnswerError"],
    [() => Response.redirect("https://elsewhere.example/", 302), "UnexpectedAnswerError"],
  ] as const) {
    const error = await errorFor(make);
    assert.deepEqual([error.name, error.code], [name, "unexpected_answer"]);
  }
});

test("the secret key is in no error and in no picture of a client", async () => {
  const echo = `refused: Bearer ${SECRET}`;
  const client = new OtpMint({ baseUrl: "https://otp.example", secretKey: SECRET });
  for (const thing of [
    client,
    await errorFor(() => problem(400, "invalid_json", { detail: echo, title: echo })),
    await errorFor(() => new Response(echo, { status: 500 })),
    await errorFor(() => Promise.reject(Object.assign(new Error(echo, { cause: new Error(echo) }), { echo }))),
    await errorFor(() => Promise.reject(echo)),
  ]) {
    const told = `${inspect(thing, { depth: 9, showHidden: true })} ${JSON.stringify(thing)} ${String(thing)}`;
    assert.ok(!told.includes(SECRET), told);
  }
});

test("words and fields of a later server are passed on", async () => {
  const later = { key: "CnPYvKqMbdXhwRzTgJsLfAe", status: "suspended", channel: "pigeon", weather: "fair" };
  const delivery = { status: "circling", at: null, error: "hawk" };
  const fetch = async () => Response.json({ ...later, delivery });
  const client = new OtpMint({ baseUrl: "https://otp.example", secretKey: SECRET, fetch, retries: 0 });
  const found = await client.challenges.get(later.key);
  const status: otpmint.ChallengeStatus = found.status;
  assert.deepEqual([status, found.channel, found.delivery?.status], ["suspended", "pigeon", "circling"]);
});

test("settings that cannot work are refused without being quoted", () => {
  for (const [settings, message] of [
    [{ baseUrl: "otp.example" }, /absolute/],
    [{ baseUrl: "ftp://otp.example" }, /http/],
    [{ baseUrl: "https://otpm_secret@otp.example" }, /user name/],
    [{ baseUrl: "https://otp.example/?otpm_secret" }, /end with its path/],
    [{ secretKey: "otpm_secret\n" }, /visible/],
    [{ secretKey: "" }, /visible/],
  ] as const) {
    const make = () => new OtpMint({ baseUrl: "https://otp.example", secretKey: "otpm_secret", ...settings });
    assert.throws(make, (error: Error) => message.test(error.message) && !error.message.includes("otpm_secret"));
  }
});
