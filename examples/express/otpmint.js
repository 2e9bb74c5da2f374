// SPDX-License-Identifier: MIT
// OtpMint's v1 API, as far as this app needs it.

const { OTPMINT_URL, OTPMINT_SECRET_KEY, PAGE_HOST } = process.env;
if (!OTPMINT_URL || !OTPMINT_SECRET_KEY) throw new Error("set OTPMINT_URL and OTPMINT_SECRET_KEY");

// A challenge that has come to one of these takes no further answer.
const ENDED = {
  challenge_expired: "This code has expired.",
  challenge_exhausted: "That was one wrong code too many.",
  challenge_verified: "This code has been used before.",
  challenge_canceled: "This code is not valid any more.",
  challenge_not_found: "This code is not valid any more.",
};

const REFUSED = {
  invalid_field: "This does not look like a mail address or a phone number.",
  number_refused: "Codes cannot be sent to this number.",
  country_not_allowed: "Codes cannot be sent to this number.",
  not_a_code: "This is not a code. It did not count.",
  code_mismatch: "This code is wrong.",
  send_under_way: "The message is still on its way.",
  sends_spent: "This code cannot be sent again.",
  resend_cooldown: "The code was sent a moment ago.",
  sends_per_recipient: "This address was sent too many codes.",
  failures_per_recipient: "There were too many wrong codes for this address.",
  recipient_lockout: "There were too many wrong codes for this address.",
};

const UNAVAILABLE = "Codes cannot be sent or checked at the moment.";

/** OtpMint has said no. The message is for the person in front of the browser. */
export class Refused extends Error {
  /** @param {{ code?: string, attempts_remaining?: number, retry_after?: number }} problem */
  constructor({ code = "unavailable", attempts_remaining: attempts, retry_after: wait }) {
    const ended = attempts === 0 ? ENDED.challenge_exhausted : ENDED[code];
    const sentences = [ended ?? REFUSED[code] ?? UNAVAILABLE];
    if (ended) sentences.push("Please ask for a new one.");
    else if (attempts !== undefined) sentences.push(`Attempts left: ${attempts}.`);
    if (wait !== undefined) sentences.push(`Please try again in ${duration(wait)}.`);
    super(sentences.join(" "));
    this.ended = ended !== undefined;
  }
}

/** Sends a code. Returns the challenge's shareable key. */
export async function mint(to, purpose, endUserIp) {
  // `origin` is the last line of a text message, by which a phone offers the code to this app's page alone.
  const challenge = await post("/v1/challenges", { to, purpose, origin: PAGE_HOST, end_user_ip: endUserIp });
  return challenge.key;
}

/** Returns the address that is proved if the code is right, which it is once; else throws. */
export async function verify(key, code, endUserIp) {
  const { receipt } = await post(`/v1/challenges/${key}/verify`, { code, end_user_ip: endUserIp });
  // A number is the same however it was written. OtpMint itself has just said so: no signature is needed.
  return JSON.parse(Buffer.from(receipt.split(".")[1], "base64url").toString()).sub.toLowerCase();
}

/** Sends the same code again. */
export async function resend(key) {
  await post(`/v1/challenges/${key}/resend`, {});
}

async function post(path, body) {
  const { status, told } = await ask(path, body);
  if (status < 300) return told;
  if (!ENDED[told.code] && !REFUSED[told.code]) console.warn(`OtpMint refused with ${status} ${told.code}`);
  throw new Refused(told);
}

async function ask(path, body) {
  try {
    const answer = await fetch(new URL(path, OTPMINT_URL), {
      method: "POST",
      headers: { Authorization: `Bearer ${OTPMINT_SECRET_KEY}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error", // the key would go along
      signal: AbortSignal.timeout(10_000),
    });
    return { status: answer.status, told: await answer.json() };
  } catch (error) {
    console.error(`OtpMint does not answer as it should: ${error.name}`);
    throw new Refused({});
  }
}

function duration(seconds) {
  if (seconds <= 5) return "a moment";
  return seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
