// SPDX-License-Identifier: MIT

package otpmint

import "time"

// What a call may have besides its subject. Which call takes which option is checked by the compiler.
type options struct {
	idempotencyKey *string
	wait           time.Duration
	bind           map[string]string
	endUserIP      string
	trusted        bool
	channel        Channel
	headers        map[string]string
}

// A MintOption is an option of Mint: an IdempotencyKey or a Wait.
type MintOption interface{ mint(*options) }

// A VerifyOption is an option of Verify and VerifyByRecipient: an IdempotencyKey, a Bind, an EndUserIP or
// Trusted.
type VerifyOption interface{ verify(*options) }

// A ResendOption is an option of Resend: an IdempotencyKey, a Wait or a Channel.
type ResendOption interface{ resend(*options) }

// A FactorOption is an option of what changes a factor once: an IdempotencyKey.
type FactorOption interface{ factor(*options) }

// A RelayOption is an option of Relay: an IdempotencyKey or a Wait.
type RelayOption interface{ relay(*options) }

// A RequestOption is an option of Request: an IdempotencyKey, a Wait or Headers.
type RequestOption interface{ request(*options) }

// IdempotencyKey is a key of your own, to repeat a call later or elsewhere; otherwise each call gets a new one.
type IdempotencyKey string

func (k IdempotencyKey) set(o *options) {
	text := string(k)
	o.idempotencyKey = &text
}

func (k IdempotencyKey) mint(o *options)    { k.set(o) }
func (k IdempotencyKey) verify(o *options)  { k.set(o) }
func (k IdempotencyKey) resend(o *options)  { k.set(o) }
func (k IdempotencyKey) factor(o *options)  { k.set(o) }
func (k IdempotencyKey) relay(o *options)   { k.set(o) }
func (k IdempotencyKey) request(o *options) { k.set(o) }

// Wait is how long to wait for the outcome of the message, at most 10 seconds. Otherwise Delivery is queued.
type Wait time.Duration

func (w Wait) mint(o *options)    { o.wait = time.Duration(w) }
func (w Wait) resend(o *options)  { o.wait = time.Duration(w) }
func (w Wait) relay(o *options)   { o.wait = time.Duration(w) }
func (w Wait) request(o *options) { o.wait = time.Duration(w) }

// Bind is what was bound by the mint, which the verification must repeat exactly.
type Bind map[string]string

func (b Bind) verify(o *options) { o.bind = b }

// EndUserIP is the address of your user, for the limits.
type EndUserIP string

func (ip EndUserIP) verify(o *options) { o.endUserIP = string(ip) }

// Trusted says whether you vouch for the device of your user: a lockout by others then leaves it a small reserve.
type Trusted bool

func (t Trusted) verify(o *options) { o.trusted = bool(t) }

// Headers are further headers of a request.
type Headers map[string]string

func (h Headers) request(o *options) { o.headers = h }

// A resend over another channel than before.
func (c Channel) resend(o *options) { o.channel = c }

// The server takes whole seconds; less than one would be none.
func wholeSeconds(wait time.Duration) int64 {
	return int64((wait + time.Second - 1) / time.Second)
}
