// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"encoding/json"
	"fmt"
)

// Holder is what anyone may do who holds the shareable key of a challenge, such as an app on a phone. A challenge
// that has ended is refused with NotFound.
type Holder struct {
	transport *transport
	path      string
}

// NewHolder returns a client for one challenge, without a secret key.
func NewHolder(baseURL, key string, changes ...Setting) (*Holder, error) {
	path, err := challengePath(key)
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(baseURL, "", changes)
	if err != nil {
		return nil, err
	}
	return &Holder{transport: transport, path: path}, nil
}

// Status is the challenge while it is pending.
func (h *Holder) Status(ctx context.Context) (*PublicChallenge, error) {
	var answer PublicChallenge
	one := call{method: "GET", path: h.path, repeatable: true}
	if err := h.transport.send(ctx, one, &answer); err != nil {
		return nil, err
	}
	return &answer, nil
}

// Verify checks what the user typed. Give Receipt to your backend. It is sent once: the server takes no
// Idempotency-Key without a secret key, so after ConnectionLost look at Status. A nil bind binds nothing.
func (h *Holder) Verify(ctx context.Context, code string, bind Bind) (*VerifiedPublicChallenge, error) {
	body, err := json.Marshal(VerifyRequest{Code: code, Bind: bind})
	if err != nil {
		return nil, fmt.Errorf("otpmint: the code cannot be written as JSON: %w", err)
	}
	var answer VerifiedPublicChallenge
	if err := h.transport.send(ctx, call{method: "POST", path: h.path + "/verify", body: body}, &answer); err != nil {
		return nil, err
	}
	return &answer, nil
}

// Resend sends the same code again, to where it went before. It is sent once, as above.
func (h *Holder) Resend(ctx context.Context) (*PublicChallenge, error) {
	var answer PublicChallenge
	if err := h.transport.send(ctx, call{method: "POST", path: h.path + "/resend"}, &answer); err != nil {
		return nil, err
	}
	return &answer, nil
}
