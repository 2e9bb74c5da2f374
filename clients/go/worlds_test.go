// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"testing"

	otpmint "github.com/otpmint/otpmint/clients/go"
	"github.com/otpmint/otpmint/clients/go/otpminttest"
)

var ctx = context.Background()

// A server to tell the contract with: the real one, and the fake that has to behave like it.
type world struct {
	baseURL, secretKey, audience string
	transport                    http.RoundTripper
	// The codes that were sent to a recipient, the latest first.
	codes func(t *testing.T, to string) []string
	// A key that may relay, as a tenant's first may not.
	relayKey func(t *testing.T) string
}

var relaying struct {
	once   sync.Once
	Secret string
}

func realWorld(t *testing.T) *world {
	w := &world{baseURL: devServer(t), secretKey: secretKey, transport: http.DefaultTransport}
	w.codes = func(t *testing.T, to string) []string { return inbox(t, w.baseURL, to) }
	w.relayKey = func(t *testing.T) string {
		relaying.once.Do(func() {
			body := map[string]any{"name": "relay", "scopes": []string{"relay"}}
			check(t, w.client(t).Request(ctx, "POST", "/v1/tenant/keys", body, &relaying))
		})
		return relaying.Secret
	}
	var tenant struct{ Tenant string }
	check(t, w.client(t).Request(ctx, "GET", "/v1/tenant", nil, &tenant))
	w.audience = tenant.Tenant
	return w
}

func fakeWorld(*testing.T) *world {
	fake := otpminttest.New(otpminttest.Options{})
	w := &world{baseURL: fake.BaseURL(), secretKey: fake.SecretKey(), audience: fake.Audience(), transport: fake}
	w.relayKey = func(*testing.T) string { return fake.SecretKey() }
	w.codes = func(_ *testing.T, to string) (codes []string) {
		for _, message := range fake.Messages() {
			if message.To == to {
				codes = append([]string{message.Code}, codes...)
			}
		}
		return codes
	}
	return w
}

func (w *world) code(t *testing.T, to string) string {
	t.Helper()
	codes := w.codes(t, to)
	if len(codes) == 0 {
		t.Fatalf("nothing was sent to %s", to)
	}
	return codes[0]
}

func (w *world) client(t *testing.T) *otpmint.Client { return w.clientOver(t, w.transport) }

// A client that may relay messages, and loses the first answers.
func (w *world) relaying(t *testing.T, losing int) *otpmint.Client {
	t.Helper()
	client, err := otpmint.New(w.baseURL, w.relayKey(t), over(&recorder{inner: w.transport, losing: losing}))
	check(t, err)
	return client
}

// The factors of a client that loses the first answers.
func (w *world) losing(t *testing.T, count int) *otpmint.Factors {
	t.Helper()
	return w.clientOver(t, &recorder{inner: w.transport, losing: count}).Factors
}

func (w *world) clientOver(t *testing.T, transport http.RoundTripper) *otpmint.Client {
	t.Helper()
	client, err := otpmint.New(w.baseURL, w.secretKey, over(transport))
	check(t, err)
	return client
}

func (w *world) holder(t *testing.T, key string) *otpmint.Holder {
	t.Helper()
	holder, err := otpmint.NewHolder(w.baseURL, key, over(w.transport))
	check(t, err)
	return holder
}

func (w *world) verifier(t *testing.T) *otpmint.ReceiptVerifier {
	t.Helper()
	verifier, err := otpmint.NewReceiptVerifier(w.baseURL, w.audience, over(w.transport))
	check(t, err)
	return verifier
}

func over(transport http.RoundTripper) otpmint.Setting {
	return otpmint.WithHTTPClient(&http.Client{Transport: transport})
}

// Carries each request out, loses the answers to the first ones, and notes their keys.
type recorder struct {
	inner  http.RoundTripper
	losing int

	mutex sync.Mutex
	keys  []string
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.keys = append(r.keys, request.Header.Get("Idempotency-Key"))
	response, err := r.inner.RoundTrip(request)
	if len(r.keys) <= r.losing && err == nil {
		response.Body.Close()
		return nil, errors.New("lost by the test")
	}
	return response, err
}

// A recipient of one test alone: the limits count each.
func someone() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x@example.com", b)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, found, expected any) {
	t.Helper()
	if !reflect.DeepEqual(found, expected) {
		t.Fatalf("found %v instead of %v", found, expected)
	}
}

// The error of a call, which must be of this kind.
func refused(t *testing.T, err error, kind otpmint.Kind) *otpmint.Error {
	t.Helper()
	var found *otpmint.Error
	if !errors.Is(err, kind) || !errors.As(err, &found) {
		t.Fatalf("%v is not %v", err, kind)
	}
	return found
}
