// SPDX-License-Identifier: MIT

package otpmint

import (
	"fmt"
	"time"
)

// What goes over the wire, as docs/api.md describes it. A test compares each of these with docs/openapi.json.
// A text that is null is empty here, and a time that is null is zero.

// Channel is how a code travels.
type Channel string

// The channels. With NoChannel nothing is sent, and the answer to a mint has the code: needs the scope `reveal`.
const (
	Email     Channel = "email"
	SMS       Channel = "sms"
	WhatsApp  Channel = "whatsapp"
	Voice     Channel = "voice"
	Telegram  Channel = "telegram"
	NoChannel Channel = "none"
)

// Status is pending, and then one of the others for good.
type Status string

// How a challenge stands.
const (
	Pending   Status = "pending"
	Verified  Status = "verified"
	Expired   Status = "expired"
	Exhausted Status = "exhausted"
	Canceled  Status = "canceled"
)

// DeliveryStatus is how a message stands.
type DeliveryStatus string

// A message is queued, then sent and perhaps delivered, or failed.
const (
	Queued    DeliveryStatus = "queued"
	Sent      DeliveryStatus = "sent"
	Delivered DeliveryStatus = "delivered"
	Failed    DeliveryStatus = "failed"
)

// CodeShape is the form of a code; what is left out is that of the policy.
type CodeShape struct {
	Length int `json:"length,omitempty"`
	// Alphabet is `digits` or `unambiguous`.
	Alphabet string `json:"alphabet,omitempty"`
}

// MintRequest is what a mint is for. Only To is needed, and not even that with ReturnURL or Embed: then the page asks.
type MintRequest struct {
	// To is a mail address or a phone number.
	To string `json:"to,omitempty"`
	// Ask is what a page asks for: `email`, `phone` or `either`.
	Ask     string  `json:"ask,omitempty"`
	Channel Channel `json:"channel,omitempty"`
	// Purpose is `verification` if absent.
	Purpose string `json:"purpose,omitempty"`
	Locale  string `json:"locale,omitempty"`
	// TTL is in seconds, 60 to 900.
	TTL  int        `json:"ttl,omitempty"`
	Code *CodeShape `json:"code,omitempty"`
	// Metadata is returned with the challenge and part of the receipt: no secrets here.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Nonce ties the receipt to one session.
	Nonce string `json:"nonce,omitempty"`
	// Vars are for the tenant's templates.
	Vars map[string]string `json:"vars,omitempty"`
	// Origin is the host of the page that may take the code from a text message.
	Origin string `json:"origin,omitempty"`
	// AppHash is the hash of the Android app that may take it.
	AppHash string `json:"app_hash,omitempty"`
	// Bind must be repeated exactly at the verification.
	Bind map[string]string `json:"bind,omitempty"`
	// ReturnURL requests a hosted page: where it sends the user afterwards.
	ReturnURL string `json:"return_url,omitempty"`
	// Embed requests a hosted page that may be shown in a frame.
	Embed bool `json:"embed,omitempty"`
	// Limits are what the limits of your policy count this mint for, such as a device.
	Limits map[string]string `json:"limits,omitempty"`
	// EndUserIP is the address of your user, for the limits.
	EndUserIP string `json:"end_user_ip,omitempty"`
	// Trusted says that you vouch for the device of your user: a lockout by others then leaves it a small reserve.
	Trusted bool `json:"trusted,omitempty"`
}

// VerifyRequest is an answer to a challenge.
type VerifyRequest struct {
	// Code is as the user typed it: spaces, dashes and lower case are understood.
	Code      string            `json:"code"`
	Bind      map[string]string `json:"bind,omitempty"`
	EndUserIP string            `json:"end_user_ip,omitempty"`
	Trusted   bool              `json:"trusted,omitempty"`
}

// VerifyByRecipientRequest is an answer to the latest challenge of a recipient.
type VerifyByRecipientRequest struct {
	To        string            `json:"to"`
	Purpose   string            `json:"purpose,omitempty"`
	Code      string            `json:"code"`
	Bind      map[string]string `json:"bind,omitempty"`
	EndUserIP string            `json:"end_user_ip,omitempty"`
	Trusted   bool              `json:"trusted,omitempty"`
}

// ResendRequest is another message with the same code.
type ResendRequest struct {
	Channel Channel `json:"channel,omitempty"`
}

// Delivery is the latest message of a challenge.
type Delivery struct {
	Status DeliveryStatus `json:"status"`
	At     time.Time      `json:"at"`
	// Error is a word from the table of delivery codes in docs/api.md.
	Error string `json:"error"`
}

// ChallengeDelivery is one of the messages of a challenge.
type ChallengeDelivery struct {
	Channel  Channel        `json:"channel"`
	Route    string         `json:"route"`
	Status   DeliveryStatus `json:"status"`
	QueuedAt time.Time      `json:"queued_at"`
	At       time.Time      `json:"at"`
	Error    string         `json:"error"`
}

// Challenge is a challenge as its tenant sees it.
type Challenge struct {
	// Key is the shareable key.
	Key     string  `json:"key"`
	Status  Status  `json:"status"`
	Purpose string  `json:"purpose"`
	Channel Channel `json:"channel"`
	// To is masked; empty while a hosted page asks for it.
	To                string    `json:"to"`
	Locale            string    `json:"locale"`
	CreatedAt         time.Time `json:"created_at"`
	ExpiresAt         time.Time `json:"expires_at"`
	AttemptsRemaining int       `json:"attempts_remaining"`
	SendsRemaining    int       `json:"sends_remaining"`
	// ResendAt is when the next message may be sent.
	ResendAt time.Time         `json:"resend_at"`
	Delivery *Delivery         `json:"delivery"`
	Nonce    string            `json:"nonce"`
	Metadata map[string]string `json:"metadata"`
	PageURL  string            `json:"page_url,omitempty"`
}

// MintedChallenge is the answer to a mint.
type MintedChallenge struct {
	Challenge
	// Code is there only over NoChannel, and only in the first answer.
	Code string `json:"code,omitempty"`
}

// ChallengeWithDeliveries is a challenge with all its messages.
type ChallengeWithDeliveries struct {
	Challenge
	Deliveries []ChallengeDelivery `json:"deliveries"`
}

// VerifiedChallenge is the answer to the right code.
type VerifiedChallenge struct {
	Challenge
	// Receipt is the signed proof. It is missing from the answer to a repeated request only, once it has expired or
	// after the server has crashed in between.
	Receipt string `json:"receipt,omitempty"`
}

// PublicDelivery is a message, as a holder sees it.
type PublicDelivery struct {
	Status DeliveryStatus `json:"status"`
}

// PublicChallenge is a challenge as a holder of its shareable key sees it.
type PublicChallenge struct {
	Key               string          `json:"key"`
	Status            Status          `json:"status"`
	Purpose           string          `json:"purpose"`
	Channel           Channel         `json:"channel"`
	To                string          `json:"to"`
	Locale            string          `json:"locale"`
	ExpiresAt         time.Time       `json:"expires_at"`
	AttemptsRemaining int             `json:"attempts_remaining"`
	SendsRemaining    int             `json:"sends_remaining"`
	ResendAt          time.Time       `json:"resend_at"`
	Delivery          *PublicDelivery `json:"delivery"`
}

// VerifiedPublicChallenge is the answer to the right code, for a holder.
type VerifiedPublicChallenge struct {
	PublicChallenge
	// Receipt is for your backend, which checks it.
	Receipt string `json:"receipt"`
}

// Neither a code nor a receipt belongs into a log, where what is printed is likely to end.

// Format prints key and status.
func (c MintedChallenge) Format(f fmt.State, _ rune) { printWithout(f, c.Key, c.Status) }

// Format prints key and status.
func (c VerifiedChallenge) Format(f fmt.State, _ rune) { printWithout(f, c.Key, c.Status) }

// Format prints key and status.
func (c VerifiedPublicChallenge) Format(f fmt.State, _ rune) { printWithout(f, c.Key, c.Status) }

func printWithout(f fmt.State, handle string, status Status) {
	fmt.Fprintf(f, "{%s %s}", handle, status)
}

// A success without it is none of the server's: a proxy has answered.
func (c *Challenge) isComplete() bool       { return c.Key != "" && c.Status != "" }
func (c *PublicChallenge) isComplete() bool { return c.Key != "" && c.Status != "" }
