// SPDX-License-Identifier: MIT

export { Challenges } from "./challenges.js";
export {
  type CallOptions,
  type KeyedOptions,
  OtpMint,
  type OtpMintOptions,
  type RequestOptions,
  type SendingOptions,
} from "./client.js";
export * from "./errors.js";
export { Factors } from "./factors.js";
export { OtpMintHolder, type OtpMintHolderOptions } from "./holder.js";
export { Messages } from "./messages.js";
export type { TransportOptions } from "./transport.js";
export type * from "./types.js";
