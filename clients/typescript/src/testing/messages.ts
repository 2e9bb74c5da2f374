// SPDX-License-Identifier: MIT

import type { Message, RelayRequest } from "../types.js";
import { parseBody } from "./bodies.js";
import { type FakeMessage, keyOf, recipient, wayTo } from "./book.js";
import { Refusal } from "./problems.js";
import type { Route } from "./route.js";
import { deliveriesView, masked, timestamp } from "./views.js";

/** The relayed messages of a fake. */
export class MessageBook {
  readonly routes: Route[];
  readonly #sent = new Map<string, Message>();
  readonly #outbox: FakeMessage[];
  readonly #now: () => number;

  constructor(outbox: FakeMessage[], now: () => number) {
    this.#outbox = outbox;
    this.#now = now;
    this.routes = [
      { method: "POST", path: /^\/v1\/messages$/, keyed: true, run: ({ text }) => this.#relay(text) },
      { method: "GET", path: /^\/v1\/messages\/([^/]+)$/, run: (_, name) => this.#get(name) },
    ];
  }

  async #relay(text: string): Promise<Response> {
    const request = parseBody<RelayRequest>(text, "relay");
    const { code, purpose = "verification", locale = "en", expires_in = 600, metadata = {} } = request;
    const to = recipient(request.to);
    if (!/^[!-~][ -~]{2,62}[!-~]$/.test(code)) {
      throw Refusal.field("/code", "4 to 64 printable ASCII characters, no space at either end");
    }
    const channel = wayTo(to, request.channel);
    if (expires_in < 60 || expires_in > 3600) {
      throw Refusal.field("/expires_in", "expires_in must be from 60 to 3600 seconds");
    }
    const now = this.#now();
    const message: Message = {
      // Apart from the keys of challenges, which begin with other letters.
      id: keyOf(this.#sent.size).replaceAll("K", "M"),
      purpose,
      channel,
      to: masked(to),
      locale,
      created_at: timestamp(now),
      expires_at: timestamp(now + expires_in * 1000),
      delivery: { status: "sent", at: timestamp(now), error: null },
      metadata,
    };
    this.#sent.set(message.id, message);
    this.#outbox.push({ to, channel, code, purpose, key: message.id, at: new Date(now), relayed: true });
    return Response.json(message, { status: 201, headers: { Location: `/v1/messages/${message.id}` } });
  }

  async #get(id: string): Promise<Response> {
    const message = this.#sent.get(id);
    if (message === undefined) throw Refusal.of("message_not_found");
    const sends = this.#outbox.filter(({ key }) => key === id);
    const deliveries = deliveriesView(sends.map(({ channel, at }) => ({ channel, at: at.getTime() })));
    return Response.json({ ...message, deliveries });
  }
}
