// SPDX-License-Identifier: MIT

package otpmint

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ErrInvalidWebhook: the request is not from your OtpMint, or too old. Answer 400.
var ErrInvalidWebhook = errors.New("otpmint: the webhook is refused")

// Event is something that happened. It may come again with the same ID: remember it.
type Event struct {
	ID string `json:"-"`
	// Type is such as `challenge.verified`. Types may be added: ignore those that you do not know.
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	// Data is what docs/webhooks.md says for the type.
	Data json.RawMessage `json:"data"`
}

// Challenge is the challenge as it was then, of an event that is about one.
func (e *Event) Challenge() (*Challenge, bool) {
	kind, _, _ := strings.Cut(e.Type, ".")
	if kind != "challenge" && kind != "delivery" && kind != "recipient" {
		return nil, false
	}
	var challenge Challenge
	err := json.Unmarshal(e.Data, &challenge)
	return &challenge, err == nil && challenge.isComplete()
}

// WebhookVerifier checks that requests are from your OtpMint (Standard Webhooks, HMAC-SHA256).
type WebhookVerifier struct {
	// Tolerance is how old, or how far ahead, a request may be; five minutes by default.
	Tolerance time.Duration
	// Now is the time; time.Now by default.
	Now func() time.Time
	// A function, so that nothing that prints this prints the key.
	key func() []byte
}

// NewWebhookVerifier takes the secret of a webhook, `whsec_…`.
func NewWebhookVerifier(secret string) (*WebhookVerifier, error) {
	text := strings.TrimPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(text)
	// An empty key would accept what anyone can sign.
	if err != nil || len(key) == 0 || text == secret {
		return nil, errors.New("otpmint: the secret of a webhook is whsec_ and base64")
	}
	return &WebhookVerifier{Tolerance: 5 * time.Minute, Now: time.Now, key: func() []byte { return key }}, nil
}

var stampPattern = regexp.MustCompile(`^[0-9]{1,12}$`)

// Verify returns the event of a request after its signature was checked, or ErrInvalidWebhook. The body is what was
// received, byte for byte. After a rotation a request has two signatures; one that matches is enough.
func (v *WebhookVerifier) Verify(header http.Header, body []byte) (*Event, error) {
	id, err := only(header, "Webhook-Id")
	if err != nil {
		return nil, err
	}
	stamp, err := only(header, "Webhook-Timestamp")
	if err != nil {
		return nil, err
	}
	signatures, err := only(header, "Webhook-Signature")
	if err != nil {
		return nil, err
	}
	if !stampPattern.MatchString(stamp) {
		return nil, fmt.Errorf("%w: its time is none", ErrInvalidWebhook)
	}
	seconds, _ := strconv.ParseInt(stamp, 10, 64)
	age := v.Now().Sub(time.Unix(seconds, 0))
	if age > v.Tolerance || age < -v.Tolerance {
		return nil, fmt.Errorf("%w: it is too old, or from the future", ErrInvalidWebhook)
	}
	mac := hmac.New(sha256.New, v.key())
	fmt.Fprintf(mac, "%s.%s.", id, stamp)
	mac.Write(body)
	if !anyMatches(signatures, mac.Sum(nil)) {
		return nil, fmt.Errorf("%w: no signature matches", ErrInvalidWebhook)
	}
	event := &Event{ID: id}
	if err := json.Unmarshal(body, event); err != nil || event.Type == "" || event.Timestamp.IsZero() {
		return nil, fmt.Errorf("%w: it is signed, but no event", ErrInvalidWebhook)
	}
	return event, nil
}

// The value of a header that is there once. Two would leave open which one was signed.
func only(header http.Header, name string) (string, error) {
	values := header.Values(name)
	if len(values) != 1 || values[0] == "" {
		return "", fmt.Errorf("%w: it needs one header %s", ErrInvalidWebhook, name)
	}
	return values[0], nil
}

func anyMatches(signatures string, expected []byte) bool {
	matches := false
	for _, one := range strings.Split(signatures, " ") {
		text := strings.TrimPrefix(one, "v1,")
		sent, err := base64.StdEncoding.DecodeString(text)
		if err == nil && text != one && hmac.Equal(sent, expected) {
			matches = true
		}
	}
	return matches
}
