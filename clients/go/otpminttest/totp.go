// SPDX-License-Identifier: MIT

package otpminttest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash"
	"net/url"
	"strconv"
	"strings"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

// A secret of an authenticator app, and how its codes are made (RFC 6238).
type totp struct {
	secret         []byte
	algorithm      string
	digits, period int
}

var hashes = map[string]func() hash.Hash{"SHA1": sha1.New, "SHA256": sha256.New, "SHA512": sha512.New}

var sizes = map[string]int{"SHA1": 20, "SHA256": 32, "SHA512": 64}

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

func (t totp) code(step int64) string {
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], uint64(step))
	mac := hmac.New(hashes[t.algorithm], t.secret)
	mac.Write(message[:])
	tag := mac.Sum(nil)
	at := tag[len(tag)-1] & 15
	number := binary.BigEndian.Uint32(tag[at:at+4]) & 0x7fffffff
	text := fmt.Sprintf("%010d", number)
	return text[len(text)-t.digits:]
}

func (t totp) step(now time.Time) int64 { return now.Unix() / int64(t.period) }

// The steps that a code belongs to: that of now, the one before and the one after.
func (t totp) steps(code string, now time.Time) (found []int64) {
	for step := t.step(now) - 1; step <= t.step(now)+1; step++ {
		if t.code(step) == code {
			found = append(found, step)
		}
	}
	return found
}

func (t totp) uri(issuer, account string) string {
	escape := func(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
	return fmt.Sprintf("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=%s&digits=%d&period=%d", escape(issuer),
		escape(account), base32Text.EncodeToString(t.secret), escape(issuer), t.algorithm, t.digits, t.period)
}

// What a request brings or wants, with the issuer and the account of its URI.
func totpOf(request otpmint.FactorRequest) (made totp, issuer, account string, err error) {
	if request.URI != "" {
		for _, one := range []struct {
			name   string
			isSaid bool
		}{
			{"algorithm", request.Algorithm != ""}, {"digits", request.Digits != 0},
			{"period", request.Period != 0}, {"secret", request.Secret != ""},
		} {
			if one.isSaid {
				return made, "", "", fieldRefusal("/"+one.name, "the `uri` says it already: leave it out")
			}
		}
		return ofURI(request.URI)
	}
	made = totp{algorithm: or(request.Algorithm, "SHA1"), digits: request.Digits, period: request.Period}
	if made.digits == 0 {
		made.digits = 6
	}
	if made.period == 0 {
		made.period = 30
	}
	if err := made.check(); err != nil {
		return made, "", "", err
	}
	if request.Secret == "" {
		made.secret = make([]byte, sizes[made.algorithm])
		_, err = rand.Read(made.secret)
		must(err)
		return made, "", "", nil
	}
	if made.secret = decoded(request.Secret); made.secret == nil {
		return made, "", "", fieldRefusal("/secret", "10 to 64 bytes in base32: letters, and digits from 2 to 7")
	}
	return made, "", "", nil
}

func (t totp) check() error {
	switch {
	case sizes[t.algorithm] == 0:
		return fieldRefusal("/algorithm", "one of SHA1, SHA256 and SHA512")
	case t.digits != 6 && t.digits != 8:
		return fieldRefusal("/digits", "digits is 6 or 8")
	case t.period < 15 || t.period > 60:
		return fieldRefusal("/period", "period is from 15 to 60 seconds")
	}
	return nil
}

func ofURI(text string) (made totp, issuer, account string, err error) {
	uri, err := url.Parse(strings.TrimSpace(text))
	if err != nil || uri.Scheme != "otpauth" || !strings.EqualFold(uri.Host, "totp") {
		return made, "", "", fieldRefusal("/uri", "must begin with otpauth://totp/: the fake reads no other export")
	}
	told := uri.Query()
	made = totp{secret: decoded(told.Get("secret")), algorithm: strings.ToUpper(or(told.Get("algorithm"), "SHA1"))}
	made.digits, _ = strconv.Atoi(or(told.Get("digits"), "6"))
	made.period, _ = strconv.Atoi(or(told.Get("period"), "30"))
	if made.secret == nil || made.check() != nil {
		return made, "", "", fieldRefusal("/uri", "must have a secret of 10 to 64 bytes, in base32, and a usual shape")
	}
	before, account, isSplit := strings.Cut(strings.TrimPrefix(uri.Path, "/"), ":")
	if !isSplit {
		before, account = "", before
	}
	return made, or(told.Get("issuer"), before), strings.TrimSpace(account), nil
}

func decoded(text string) []byte {
	plain := strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimRight(strings.TrimSpace(text), "="))
	secret, err := base32Text.DecodeString(strings.ToUpper(plain))
	if err != nil || len(secret) < 10 || len(secret) > 64 {
		return nil
	}
	return secret
}
