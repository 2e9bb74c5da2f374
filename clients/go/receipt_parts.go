// SPDX-License-Identifier: MIT

package otpmint

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// What docs/openapi.json allows a receipt.
const longestReceipt = 65_536

// A receipt that was taken apart, and nothing more: it may be forged.
type unchecked struct {
	kid       string
	claims    ReceiptClaims
	bind      string
	signed    string
	signature []byte
}

func takeApart(receipt string) (*unchecked, error) {
	parts := strings.Split(receipt, ".")
	if len(receipt) > longestReceipt || len(parts) != 3 {
		return nil, ReceiptMalformed
	}
	header, ok := objectIn(parts[0])
	if !ok {
		return nil, ReceiptMalformed
	}
	if header["typ"] != "otpmint-receipt+jwt" {
		return nil, ReceiptWrongType
	}
	// The header chooses nothing: there is one algorithm. An extension that must be understood is not (RFC 7515).
	if _, isCritical := header["crit"]; isCritical || header["alg"] != "ES256" {
		return nil, ReceiptWrongAlgorithm
	}
	kid, hasKid := header["kid"].(string)
	body, hasBody := objectIn(parts[1])
	signature, hasSignature := fromBase64URL(parts[2])
	if !hasKid || !hasBody || !hasSignature {
		return nil, ReceiptMalformed
	}
	found := &unchecked{kid: kid, signed: parts[0] + "." + parts[1], signature: signature}
	if !found.readClaims(body) {
		return nil, ReceiptMalformed
	}
	return found, nil
}

func (u *unchecked) readClaims(body map[string]any) bool {
	var channel string
	for name, to := range map[string]*string{
		"iss": &u.claims.Issuer, "aud": &u.claims.Audience, "sub": &u.claims.Subject,
		"purpose": &u.claims.Purpose, "channel": &channel, "jti": &u.claims.ID,
	} {
		text, isText := body[name].(string)
		if !isText {
			return false
		}
		*to = text
	}
	u.claims.Channel = Channel(channel)
	for name, to := range map[string]*string{"nonce": &u.claims.Nonce, "bind": &u.bind} {
		value, isThere := body[name]
		text, isText := value.(string)
		if isThere && !isText {
			return false
		}
		*to = text
	}
	for name, to := range map[string]*time.Time{"iat": &u.claims.IssuedAt, "exp": &u.claims.ExpiresAt} {
		seconds, isNumber := body[name].(float64)
		// Beyond the year 9999 a time could wrap.
		if !isNumber || seconds < 0 || seconds > 253_402_300_799 {
			return false
		}
		whole, part := math.Modf(seconds)
		*to = time.Unix(int64(whole), int64(part*1e9))
	}
	return u.readMetadata(body)
}

func (u *unchecked) readMetadata(body map[string]any) bool {
	value, isThere := body["metadata"]
	fields, isObject := value.(map[string]any)
	if isThere && !isObject {
		return false
	}
	u.claims.Metadata = make(map[string]string, len(fields))
	for name, value := range fields {
		text, isText := value.(string)
		if !isText {
			return false
		}
		u.claims.Metadata[name] = text
	}
	return true
}

// A map, as a struct would also take names in other cases.
func objectIn(part string) (map[string]any, bool) {
	text, ok := fromBase64URL(part)
	if !ok || !utf8.Valid(text) {
		return nil, false
	}
	var object map[string]any
	err := json.Unmarshal(text, &object)
	return object, err == nil && object != nil
}

func fromBase64URL(part string) ([]byte, bool) {
	// The decoder ignores line breaks.
	if strings.ContainsAny(part, "\r\n") {
		return nil, false
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return decoded, err == nil
}
