// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"regexp"
)

// Challenges are those of a tenant.
type Challenges struct{ client *Client }

// Mint mints a code and sends it. Keep Key where your user cannot change it, such as in the session.
func (c *Challenges) Mint(ctx context.Context, request MintRequest, more ...MintOption) (*MintedChallenge, error) {
	var all options
	for _, option := range more {
		option.mint(&all)
	}
	return asked[MintedChallenge](ctx, c.client, "POST", "/v1/challenges", request, all)
}

// Get returns a challenge with its deliveries.
func (c *Challenges) Get(ctx context.Context, key string) (*ChallengeWithDeliveries, error) {
	path, err := challengePath(key)
	if err != nil {
		return nil, err
	}
	return asked[ChallengeWithDeliveries](ctx, c.client, "GET", path, nil, options{})
}

// Verify checks what the user typed, and succeeds once. It is refused with CodeMismatch if that is wrong, with
// NotACode if it is none, with ChallengeEnded if it is too late.
func (c *Challenges) Verify(ctx context.Context, key, code string, more ...VerifyOption) (*VerifiedChallenge, error) {
	path, err := challengePath(key)
	if err != nil {
		return nil, err
	}
	all := verifying(more)
	body := VerifyRequest{Code: code, Bind: all.bind, EndUserIP: all.endUserIP, Trusted: all.trusted}
	return asked[VerifiedChallenge](ctx, c.client, "POST", path+"/verify", body, all)
}

// VerifyByRecipient does the same for the latest pending challenge of this recipient and purpose, for apps that keep
// no key. An empty purpose is `verification`.
func (c *Challenges) VerifyByRecipient(
	ctx context.Context, to, purpose, code string, more ...VerifyOption,
) (*VerifiedChallenge, error) {
	all := verifying(more)
	body := VerifyByRecipientRequest{
		To: to, Purpose: purpose, Code: code, Bind: all.bind, EndUserIP: all.endUserIP, Trusted: all.trusted,
	}
	return asked[VerifiedChallenge](ctx, c.client, "POST", "/v1/verify", body, all)
}

// Resend sends the same code again, over another channel if one is given. It is refused with CannotResend if it may
// not be, or not before RetryAt.
func (c *Challenges) Resend(ctx context.Context, key string, more ...ResendOption) (*Challenge, error) {
	path, err := challengePath(key)
	if err != nil {
		return nil, err
	}
	var all options
	for _, option := range more {
		option.resend(&all)
	}
	return asked[Challenge](ctx, c.client, "POST", path+"/resend", ResendRequest{Channel: all.channel}, all)
}

// Cancel makes the code invalid. It is sent once: after ConnectionLost call it again; if that is refused with
// `challenge_canceled`, the first one has arrived.
func (c *Challenges) Cancel(ctx context.Context, key string) error {
	path, err := challengePath(key)
	if err != nil {
		return err
	}
	return c.client.send(ctx, "DELETE", path, nil, nil, options{})
}

// FetchResult exchanges what a hosted page returned, once and within 60 seconds. Compare Key with that of the
// session. It is not repeated if its answer is lost: that has used it up.
func (c *Challenges) FetchResult(ctx context.Context, result string) (*VerifiedChallenge, error) {
	body := map[string]string{"result": result}
	return asked[VerifiedChallenge](ctx, c.client, "POST", "/v1/results", body, options{})
}

func verifying(more []VerifyOption) options {
	var all options
	for _, option := range more {
		option.verify(&all)
	}
	return all
}

var letters = regexp.MustCompile(`^[A-Za-z]{1,64}$`)

func challengePath(key string) (string, error) {
	return pathOf("challenges", letters, key, "challenge_not_found")
}

// The path of a thing, or what the server says to what cannot be its name, which often comes from a form. The server
// is not asked, as `..` would lead to another route.
func pathOf(resource string, shape *regexp.Regexp, name, code string) (string, error) {
	if !shape.MatchString(name) {
		problem := Problem{Code: code, Title: "This names none of the " + resource, Status: 404}
		return "", &Error{Kind: NotFound, Problem: problem}
	}
	return "/v1/" + resource + "/" + name, nil
}
