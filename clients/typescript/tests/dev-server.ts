// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What `otpmint dev` prints and always is. */
export const SECRET_KEY = "dev-only-7Q2xWm9K-not-a-secret";

const BINARY = process.env["OTPMINT_BIN"] ?? fileURLToPath(new URL("../../../target/debug/otpmint", import.meta.url));

export interface DevServer {
  baseUrl: string;
  /** The code in the latest message to a recipient, as soon as there is one. */
  codeOf(to: string): Promise<string>;
  /** How many messages were sent to a recipient. */
  messagesTo(to: string): Promise<number>;
  stop(): Promise<void>;
}

interface Inbox {
  mails: { code: string }[];
  messages: { code: string }[];
}

/** Starts `otpmint dev` on a free port. */
export async function startDevServer(): Promise<DevServer> {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: build it, or set OTPMINT_BIN`);
  // Not port 0: the server would not know its own address, without which it has no hosted pages.
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(BINARY, ["dev", "--listen", listen], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const baseUrl = await addressIn(child.stdout);
  const inbox = async (to: string, wait: number) => {
    const query = new URLSearchParams({ to, wait: String(wait) });
    return (await (await fetch(`${baseUrl}/dev/inbox.json?${query}`)).json()) as Inbox;
  };
  return {
    baseUrl,
    async codeOf(to) {
      // Patient, as the machine may be busy.
      for (let tried = 0; tried < 6; tried += 1) {
        const { mails, messages } = await inbox(to, 10);
        const [latest] = [...mails, ...messages];
        if (latest !== undefined) return latest.code;
      }
      throw new Error(`nothing was sent to ${to}`);
    },
    async messagesTo(to) {
      const { mails, messages } = await inbox(to, 0);
      return mails.length + messages.length;
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

/** Where it listens, as soon as it says so. */
async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface(output);
  let said = "";
  for await (const line of lines) {
    const found = /^ *API +(http:\S+)$/.exec(line);
    if (found?.[1] !== undefined) {
      // The rest is of no interest, but a full pipe would stop the server.
      output.resume();
      return found[1];
    }
    said += `${line}\n`;
  }
  throw new Error(`otpmint dev did not start: ${said}`);
}
