// SPDX-License-Identifier: MIT

// Package otpmint is a client of OtpMint, the self-hosted server for one-time codes.
//
// Make one [Client] for the whole process; it may be used by many goroutines at once. What a call is refused with is
// an [Error], whose Code is stable.
package otpmint

// Version is that of this library and of the description of the API that it follows.
const Version = "0.1.0"
