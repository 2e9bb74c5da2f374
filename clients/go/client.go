// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Client is the API with a secret key, for a backend.
type Client struct {
	// Challenges of the tenant.
	Challenges *Challenges
	// Factors are the authenticator apps of the tenant's users.
	Factors *Factors
	// Messages have codes of your own system.
	Messages  *Messages
	transport *transport
}

// New returns a client of the server at baseURL, such as https://otp.example.com, with the secret key of a tenant.
func New(baseURL, secretKey string, changes ...Setting) (*Client, error) {
	if err := checkSecretKey(secretKey); err != nil {
		return nil, err
	}
	transport, err := newTransport(baseURL, secretKey, changes)
	if err != nil {
		return nil, err
	}
	client := &Client{transport: transport}
	client.Challenges = &Challenges{client: client}
	client.Factors = &Factors{client: client}
	client.Messages = &Messages{client: client}
	return client, nil
}

// Request calls any route of the API, and decodes its answer into out unless that is nil. A GET is sent again after
// a failure that may pass, and so is what takes an Idempotency-Key, which is added. Everything else is sent once.
func (c *Client) Request(ctx context.Context, method, path string, body, out any, more ...RequestOption) error {
	var all options
	for _, option := range more {
		option.request(&all)
	}
	return c.send(ctx, method, path, body, out, all)
}

func (c *Client) send(ctx context.Context, method, path string, body, out any, all options) error {
	one := call{method: method, path: path, wait: all.wait, headers: map[string]string{}}
	for name, value := range all.headers {
		one.headers[name] = value
	}
	if all.wait > 0 {
		one.headers["Prefer"] = fmt.Sprintf("wait=%d", wholeSeconds(all.wait))
	}
	isKeyed := takesKey(method, path)
	switch {
	case isKeyed && all.idempotencyKey == nil:
		one.headers["Idempotency-Key"] = newKey()
	case isKeyed && isVisible(*all.idempotencyKey) && len(*all.idempotencyKey) <= 255:
		one.headers["Idempotency-Key"] = *all.idempotencyKey
	case isKeyed:
		return fmt.Errorf("otpmint: an idempotency key has 1 to 255 visible ASCII characters")
	case all.idempotencyKey != nil:
		return fmt.Errorf("otpmint: %s %s takes no idempotency key", method, path)
	}
	one.repeatable = isKeyed || method == "GET"
	if body != nil {
		// Made once: a retry must be the same byte for byte.
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("otpmint: the body cannot be written as JSON: %w", err)
		}
		one.body = text
	}
	return c.transport.send(ctx, one, out)
}

func asked[T any](ctx context.Context, c *Client, method, path string, body any, all options) (*T, error) {
	var answer T
	if err := c.send(ctx, method, path, body, &answer, all); err != nil {
		return nil, err
	}
	return &answer, nil
}

var keyedPath = regexp.MustCompile(`^/v1/(` + strings.Join([]string{
	`challenges(/[^/]+/(verify|resend))?`,
	`verify`,
	`messages`,
	`factors(/[^/]+/(confirm|check|recovery-codes))?`,
	`tenant/keys(/[^/]+/rotate)?`,
	`tenant/routes`,
	`tenant/sandbox/keys`,
	`tenant/webhooks(/[^/]+/(rotate|test|deliveries/[^/]+/replay))?`,
	`admin/tenants(/[^/]+/keys)?`,
	`admin/tokens`,
}, "|") + `)$`)

// Whether a route carries out a request with the same Idempotency-Key only once. Others ignore it, so it would
// promise what is not so.
func takesKey(method, path string) bool {
	path, _, _ = strings.Cut(path, "?")
	return method == "POST" && keyedPath.MatchString(path)
}

// A random UUID.
func newKey() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		// Never so on a system that can run a server; without randomness two calls could share a key.
		panic("otpmint: no randomness: " + err.Error())
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
