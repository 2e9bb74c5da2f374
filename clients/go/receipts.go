// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"sort"
	"strings"
	"time"
)

// ReceiptFault is why a receipt proves nothing here. It is an error itself: errors.Is(err, otpmint.ReceiptExpired).
type ReceiptFault string

// The faults.
const (
	ReceiptMalformed      ReceiptFault = "malformed"
	ReceiptWrongType      ReceiptFault = "wrong_type"
	ReceiptWrongAlgorithm ReceiptFault = "wrong_algorithm"
	ReceiptUnknownKey     ReceiptFault = "unknown_key"
	ReceiptWrongSignature ReceiptFault = "wrong_signature"
	ReceiptWrongIssuer    ReceiptFault = "wrong_issuer"
	ReceiptWrongAudience  ReceiptFault = "wrong_audience"
	ReceiptExpired        ReceiptFault = "expired"
	ReceiptFromTheFuture  ReceiptFault = "from_the_future"
	ReceiptWrongPurpose   ReceiptFault = "wrong_purpose"
	ReceiptWrongNonce     ReceiptFault = "wrong_nonce"
	ReceiptWrongChallenge ReceiptFault = "wrong_challenge"
	ReceiptWrongBind      ReceiptFault = "wrong_bind"
)

// Error does not quote the receipt, as that names its recipient.
func (f ReceiptFault) Error() string { return "otpmint: the receipt is refused: " + string(f) }

// ReceiptClaims are what a receipt says.
type ReceiptClaims struct {
	Issuer string
	// Audience is the tenant's handle.
	Audience string
	// Subject is the recipient that answered; of a factor, the identity of its user.
	Subject string
	Purpose string
	Channel Channel
	// ID is the shareable key of the challenge: accept it once, and remember it until ExpiresAt.
	ID        string
	Nonce     string
	Metadata  map[string]string
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// Expected is what a receipt has to be for. Nonce of the mint or Key of the challenge ties it to one session: one of
// them is needed.
type Expected struct {
	Purpose string
	Nonce   string
	Key     string
	// Bind is what was bound, from the transaction that you are about to execute.
	Bind map[string]string
}

// ReceiptVerifier checks receipts by their signature, without a call for each. Many goroutines may use it.
type ReceiptVerifier struct {
	// Issuer is the server's setting `receipts.issuer`; `otpmint` if empty.
	Issuer string
	// Tolerance is by how much the clocks may differ.
	Tolerance time.Duration
	// Now is the time; time.Now by default.
	Now      func() time.Time
	audience string
	keys     keySource
}

// NewReceiptVerifier checks receipts of a tenant, tnt_…, with the keys of the server at baseURL, which it keeps for five minutes.
func NewReceiptVerifier(baseURL, audience string, changes ...Setting) (*ReceiptVerifier, error) {
	transport, err := newTransport(baseURL, "", changes)
	if err != nil {
		return nil, err
	}
	verifier, err := newVerifier(audience)
	if err != nil {
		return nil, err
	}
	verifier.keys = &fetchedKeys{transport: transport, now: func() time.Time { return verifier.now() }}
	return verifier, nil
}

// NewOfflineReceiptVerifier checks receipts with a copy of the set of keys, for a backend that makes no calls.
func NewOfflineReceiptVerifier(jwks []byte, audience string) (*ReceiptVerifier, error) {
	keys, err := parseKeys(jwks)
	if err != nil {
		return nil, err
	}
	verifier, err := newVerifier(audience)
	if err != nil {
		return nil, err
	}
	verifier.keys = fixedKeys(keys)
	return verifier, nil
}

func newVerifier(audience string) (*ReceiptVerifier, error) {
	if audience == "" {
		return nil, errors.New("otpmint: the audience must be your tenant's handle")
	}
	return &ReceiptVerifier{Tolerance: 10 * time.Second, audience: audience}, nil
}

// Verify returns the claims of a receipt that is good for this; otherwise a ReceiptFault, or ErrKeysUnavailable.
func (v *ReceiptVerifier) Verify(ctx context.Context, receipt string, expected Expected) (*ReceiptClaims, error) {
	// A session that has lost its nonce must not accept a receipt without one.
	if expected.Purpose == "" || (expected.Nonce == "" && expected.Key == "") {
		return nil, errors.New("otpmint: expect a purpose, and a nonce or key")
	}
	parts, err := takeApart(receipt)
	if err != nil {
		return nil, err
	}
	key, err := v.keys.find(ctx, parts.kid)
	if err != nil {
		return nil, err
	}
	if key == nil {
		return nil, ReceiptUnknownKey
	}
	if !isSigned(key, parts.signed, parts.signature) {
		return nil, ReceiptWrongSignature
	}
	if err := v.check(&parts.claims); err != nil {
		return nil, err
	}
	if err := compare(&parts.claims, parts.bind, expected); err != nil {
		return nil, err
	}
	return &parts.claims, nil
}

func (v *ReceiptVerifier) now() time.Time {
	if v.Now == nil {
		return time.Now()
	}
	return v.Now()
}

func (v *ReceiptVerifier) check(claims *ReceiptClaims) error {
	issuer := v.Issuer
	if issuer == "" {
		issuer = "otpmint"
	}
	now := v.now()
	switch {
	case claims.Issuer != issuer:
		return ReceiptWrongIssuer
	case claims.Audience != v.audience:
		return ReceiptWrongAudience
	case !now.Before(claims.ExpiresAt.Add(v.Tolerance)):
		return ReceiptExpired
	case claims.IssuedAt.After(now.Add(v.Tolerance)):
		return ReceiptFromTheFuture
	}
	return nil
}

func compare(claims *ReceiptClaims, bind string, expected Expected) error {
	// A receipt for one transaction is none for anything else, so what was bound cannot be left out either.
	hash := ""
	if len(expected.Bind) > 0 {
		hash = BindHash(expected.Bind)
	}
	switch {
	case claims.Purpose != expected.Purpose:
		return ReceiptWrongPurpose
	case expected.Nonce != "" && claims.Nonce != expected.Nonce:
		return ReceiptWrongNonce
	case expected.Key != "" && claims.ID != expected.Key:
		return ReceiptWrongChallenge
	case bind != hash:
		return ReceiptWrongBind
	}
	return nil
}

// The signature is r and s, 32 bytes each (RFC 7518).
func isSigned(key *ecdsa.PublicKey, signed string, signature []byte) bool {
	if len(signature) != 64 {
		return false
	}
	digest := sha256.Sum256([]byte(signed))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	return ecdsa.Verify(key, digest[:], r, s)
}

// BindHash is the hash of bound fields, as `bind` of a receipt has it.
func BindHash(fields map[string]string) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	var text strings.Builder
	for at, name := range names {
		if at > 0 {
			text.WriteByte(',')
		}
		quote(&text, name)
		text.WriteByte(':')
		quote(&text, fields[name])
	}
	digest := sha256.Sum256([]byte("{" + text.String() + "}"))
	return base64.RawURLEncoding.EncodeToString(digest[:])
}

var escapes = map[byte]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

// A text in JSON, with no escapes but the necessary ones. encoding/json has others for some characters, by version.
func quote(to *strings.Builder, text string) {
	const hex = "0123456789abcdef"
	to.WriteByte('"')
	for at := 0; at < len(text); at++ {
		b := text[at]
		if escaped, isSpecial := escapes[b]; isSpecial {
			to.WriteString(escaped)
		} else if b < ' ' {
			to.WriteString(`\u00`)
			to.WriteByte(hex[b>>4])
			to.WriteByte(hex[b&15])
		} else {
			to.WriteByte(b)
		}
	}
	to.WriteByte('"')
}
