// SPDX-License-Identifier: MIT

export { FakeOtpMint, type FakeOtpMintOptions, type FakeRefusal } from "./fake.js";
export type { FakeMessage } from "./book.js";
