// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

func relayed(t *testing.T, w *world) {
	to, messages := someone(), w.relaying(t, 0).Messages
	request := otpmint.RelayRequest{
		To: to, Code: "314159", Purpose: "login", Locale: "de", ExpiresIn: 120, Metadata: map[string]string{"flow": "17"},
	}
	if told := fmt.Sprintf("%v %+v %#v", request, request, request); contains(told, request.Code) {
		t.Fatal(told)
	}
	sent, err := messages.Relay(ctx, request, otpmint.Wait(10*time.Second))
	check(t, err)
	same(t, []any{sent.Purpose, sent.Channel, sent.Locale}, []any{"login", otpmint.Email, "de"})
	same(t, []any{sent.To, sent.Delivery.Status}, []any{to[:1] + "***@e***.com", otpmint.Sent})
	same(t, sent.Metadata, request.Metadata)
	same(t, sent.ExpiresAt.Sub(sent.CreatedAt), 2*time.Minute)
	same(t, w.code(t, to), "314159")
	found, err := messages.Get(ctx, sent.ID)
	check(t, err)
	same(t, []any{found.ID, len(found.Deliveries), found.Deliveries[0].Status}, []any{sent.ID, 1, otpmint.Sent})
}

func relayedOnly(t *testing.T, w *world) {
	to, challenges := someone(), w.client(t).Challenges
	sent, err := w.relaying(t, 0).Messages.Relay(ctx, otpmint.RelayRequest{To: to, Code: "314159", Purpose: "login"})
	check(t, err)
	_, err = challenges.Get(ctx, sent.ID)
	refused(t, err, otpmint.NotFound)
	_, err = challenges.Verify(ctx, sent.ID, "314159")
	refused(t, err, otpmint.NotFound)
	_, err = challenges.VerifyByRecipient(ctx, to, "login", "314159")
	refused(t, err, otpmint.NotFound)
}

func lostRelay(t *testing.T, w *world) {
	to, messages := someone(), w.relaying(t, 2).Messages
	request, key := otpmint.RelayRequest{To: to, Code: "314159"}, otpmint.IdempotencyKey("flow-"+to)
	sent, err := messages.Relay(ctx, request, key, otpmint.Wait(10*time.Second))
	check(t, err)
	again, err := messages.Relay(ctx, request, key)
	check(t, err)
	same(t, again.ID, sent.ID)
	same(t, len(w.codes(t, to)), 1)
	request.Code = "271828"
	_, err = messages.Relay(ctx, request, key)
	same(t, refused(t, err, otpmint.Other).Code, "idempotency_key_reused")
}

func relayNamed(t *testing.T, w *world) {
	client, to := w.relaying(t, 0), someone()
	for _, one := range []struct {
		pointer string
		body    map[string]any
	}{
		{"/to", map[string]any{"to": "nobody", "code": "314159"}},
		{"/code", map[string]any{"to": to, "code": "314"}},
		{"/code", map[string]any{"to": to, "code": " 314159"}},
		{"/channel", map[string]any{"to": to, "code": "314159", "channel": "sms"}},
		{"/channel", map[string]any{"to": to, "code": "314159", "channel": "none"}},
		{"/expires_in", map[string]any{"to": to, "code": "314159", "expires_in": 5}},
		{"/colour", map[string]any{"to": to, "code": "314159", "colour": "red"}},
	} {
		err := client.Request(ctx, "POST", "/v1/messages", one.body, nil)
		same(t, refused(t, err, otpmint.InvalidField).Errors[0].Pointer, one.pointer)
	}
}

func noMessage(t *testing.T, w *world) {
	messages := w.relaying(t, 0).Messages
	for _, id := range []string{strings.Repeat("a", 23), "made-up", "", "..", "../tenant"} {
		_, err := messages.Get(ctx, id)
		same(t, refused(t, err, otpmint.NotFound).Code, "message_not_found")
	}
}
