// @ts-check
// The messages that `otpmint dev` has caught.

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);

/** @type {Set<string>} */
const read = new Set();

/** The message to this address or number that was not read yet, as soon as it is there. @param {string} to */
export const messageFor = async (to) => {
  for (let tries = 0; tries < 500; tries++) {
    const { mails, messages } = await (await fetch(`${OTPMINT}/dev/inbox.json?to=${encodeURIComponent(to)}`)).json();
    const name = ({ id, channel = "email" }) => `${channel} ${id}`;
    const unread = [...mails, ...messages].find((message) => !read.has(name(message)));
    if (unread) {
      read.add(name(unread));
      return /** @type {{ code: string, text: string, channel?: string }} */ (unread);
    }
    await new Promise((again) => setTimeout(again, 20));
  }
  throw new Error(`no message to ${to}`);
};

/** Its code. @param {string} to */
export const codeFor = async (to) => (await messageFor(to)).code;

/** One of the same shape that is wrong. @param {string} code */
export const wrong = (code) => (code.startsWith("7") ? "3" : "7") + code.slice(1);
