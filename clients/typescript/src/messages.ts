// SPDX-License-Identifier: MIT

import type { CallOptions, SendingOptions } from "./client.js";
import { messagePath } from "./paths.js";
import { type Send, waiting } from "./sending.js";
import type { Message, MessageWithDeliveries, RelayRequest } from "./types.js";

/** Messages with codes that your own system makes and checks. The secret key needs the scope `relay`. */
export class Messages {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Delivers a code. */
  relay(request: RelayRequest, options: SendingOptions = {}): Promise<Message> {
    return this.#send("POST", "/v1/messages", request, waiting(options));
  }

  async get(id: string, options: CallOptions = {}): Promise<MessageWithDeliveries> {
    return this.#send("GET", messagePath(id), undefined, options);
  }
}
