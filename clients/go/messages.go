// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"fmt"
	"time"
)

// Messages have codes that your own system makes and checks. The secret key needs the scope `relay`.
type Messages struct{ client *Client }

// RelayRequest is a code to deliver. Only To and Code are needed.
type RelayRequest struct {
	To string `json:"to"`
	// Code has 4 to 64 printable ASCII characters, delivered as they are.
	Code    string  `json:"code"`
	Channel Channel `json:"channel,omitempty"`
	// Purpose is `verification` if absent. It selects the template.
	Purpose string `json:"purpose,omitempty"`
	Locale  string `json:"locale,omitempty"`
	// ExpiresIn is how long your system accepts the code: 60 to 3600 seconds.
	ExpiresIn int `json:"expires_in,omitempty"`
	// Link is the address of a page that does the same as the code, such as a magic link. Mails carry it.
	Link string `json:"link,omitempty"`
	// Vars are for the tenant's templates.
	Vars map[string]string `json:"vars,omitempty"`
	// Metadata is returned with the message.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Limits are what the limits of your policy count this message for, such as a device.
	Limits map[string]string `json:"limits,omitempty"`
	// EndUserIP is the address of your user, for the limits.
	EndUserIP string `json:"end_user_ip,omitempty"`
}

// Message was relayed. Its code can be verified by your own system alone.
type Message struct {
	// ID is no shareable key.
	ID      string  `json:"id"`
	Purpose string  `json:"purpose"`
	Channel Channel `json:"channel"`
	// To is masked.
	To        string    `json:"to"`
	Locale    string    `json:"locale"`
	CreatedAt time.Time `json:"created_at"`
	// ExpiresAt is when it is no longer sent.
	ExpiresAt time.Time         `json:"expires_at"`
	Delivery  *Delivery         `json:"delivery"`
	Metadata  map[string]string `json:"metadata"`
}

// MessageWithDeliveries is a message with all its deliveries.
type MessageWithDeliveries struct {
	Message
	Deliveries []ChallengeDelivery `json:"deliveries"`
}

// Relay delivers a code.
func (m *Messages) Relay(ctx context.Context, request RelayRequest, more ...RelayOption) (*Message, error) {
	var all options
	for _, option := range more {
		option.relay(&all)
	}
	return asked[Message](ctx, m.client, "POST", "/v1/messages", request, all)
}

// Get returns a message with its deliveries.
func (m *Messages) Get(ctx context.Context, id string) (*MessageWithDeliveries, error) {
	path, err := pathOf("messages", letters, id, "message_not_found")
	if err != nil {
		return nil, err
	}
	return asked[MessageWithDeliveries](ctx, m.client, "GET", path, nil, options{})
}

// Format prints recipient and purpose: no code.
func (r RelayRequest) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "{%s %s}", r.To, r.Purpose) }

func (m *Message) isComplete() bool { return m.ID != "" && m.Channel != "" }
