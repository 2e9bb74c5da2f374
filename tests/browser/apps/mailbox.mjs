// @ts-check
// The mails that `otpmint dev` has caught.

const OTPMINT = /** @type {string} */ (process.env.OTPMINT);

/** @type {Set<number>} */
const read = new Set();

/** The code of the mail to this address that was not read yet, as soon as it is there. @param {string} to */
export const codeFor = async (to) => {
  for (let tries = 0; tries < 500; tries++) {
    const { mails } = await (await fetch(`${OTPMINT}/dev/inbox.json?to=${encodeURIComponent(to)}`)).json();
    const unread = mails.find(({ id }) => !read.has(id));
    if (unread) {
      read.add(unread.id);
      return /** @type {string} */ (unread.code);
    }
    await new Promise((again) => setTimeout(again, 20));
  }
  throw new Error(`no mail to ${to}`);
};

/** One of the same shape that is wrong. @param {string} code */
export const wrong = (code) => (code.startsWith("7") ? "3" : "7") + code.slice(1);
