// SPDX-License-Identifier: MIT

package otpminttest

import (
	"fmt"
	"strings"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

type fieldsOf = map[string]any

// A challenge, as its tenant sees it.
func (b *book) view(one *entry) fieldsOf {
	view := b.common(one)
	view["status"] = b.status(one)
	view["created_at"] = timestamp(one.createdAt)
	view["delivery"] = nil
	if len(one.sends) > 0 {
		last := one.sends[len(one.sends)-1]
		view["delivery"] = fieldsOf{"status": otpmint.Sent, "at": timestamp(last.at), "error": nil}
	}
	view["nonce"] = nil
	if one.nonce != "" {
		view["nonce"] = one.nonce
	}
	view["metadata"] = orEmpty(one.metadata)
	return view
}

func deliveries(sends []send) []fieldsOf {
	all := []fieldsOf{}
	for _, sent := range sends {
		at := timestamp(sent.at)
		all = append(all, fieldsOf{
			"channel": sent.channel, "route": nil, "status": otpmint.Sent, "queued_at": at, "at": at, "error": nil,
		})
	}
	return all
}

// A challenge, as a holder of its key sees it.
func (b *book) publicView(one *entry) fieldsOf {
	view := b.common(one)
	view["status"] = otpmint.Pending
	if one.ended == otpmint.Verified {
		view["status"] = otpmint.Verified
	}
	view["delivery"] = nil
	if len(one.sends) > 0 {
		view["delivery"] = fieldsOf{"status": otpmint.Sent}
	}
	return view
}

func (b *book) common(one *entry) fieldsOf {
	view := fieldsOf{
		"key": one.key, "purpose": one.purpose, "channel": one.channel, "to": masked(one.to), "locale": one.locale,
		"expires_at": timestamp(one.expiresAt), "attempts_remaining": one.attempts,
		"sends_remaining": b.sendsRemaining(one), "resend_at": nil,
	}
	if at, canBe := b.resendAt(one); canBe {
		view["resend_at"] = timestamp(at)
	}
	return view
}

// What the receipt of a challenge says.
func claims(one *entry) fieldsOf {
	said := fieldsOf{"sub": one.to, "purpose": one.purpose, "channel": one.channel, "jti": one.key}
	if one.nonce != "" {
		said["nonce"] = one.nonce
	}
	if one.bind != "" {
		said["bind"] = one.bind
	}
	if len(one.metadata) > 0 {
		said["metadata"] = one.metadata
	}
	return said
}

// What the receipt of a factor says.
func factorClaims(one *factor, channel otpmint.Channel, number int64, asked otpmint.CheckFactor) fieldsOf {
	said := fieldsOf{
		"sub": one.identity, "purpose": or(asked.Purpose, "verification"), "channel": channel,
		"jti": fmt.Sprintf("%s.%d", one.handle, number),
	}
	if asked.Nonce != "" {
		said["nonce"] = asked.Nonce
	}
	return said
}

// A receipt that says this.
func receipt(said fieldsOf, audience string, now time.Time) fieldsOf {
	more := fieldsOf{
		"iss": "otpmint", "aud": audience, "iat": now.Unix(), "exp": now.Unix() + 300, "amr": []string{"otp"},
	}
	return merged(said, more)
}

func orEmpty(fields map[string]string) map[string]string {
	if fields == nil {
		return map[string]string{}
	}
	return fields
}

// j***@e***.com, or +49 *** ***78.
func masked(to string) string {
	local, domain, isMail := strings.Cut(to, "@")
	if !isMail {
		return to[:3] + " *** ***" + to[len(to)-2:]
	}
	return local[:1] + "***@" + domain[:1] + "***" + domain[strings.LastIndex(domain, "."):]
}

func timestamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
