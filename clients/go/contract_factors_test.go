// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

const importedSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// An authenticator app (RFC 6238), whose time is the present.
type app struct {
	key  []byte
	last int64
}

func newApp(t *testing.T, secret string) *app {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	check(t, err)
	return &app{key: key}
}

// One that was not used before: that of now, or of the next step, which is accepted too.
func (a *app) code() string {
	a.last++
	if now := time.Now().Unix() / 30; now > a.last {
		a.last = now
	}
	return a.at(a.last)
}

// One that is wrong now and for some time.
func (a *app) wrong() string {
	right := map[string]bool{}
	for step := time.Now().Unix()/30 - 3; len(right) < 12; step++ {
		right[a.at(step)] = true
	}
	code := 111111
	for right[fmt.Sprint(code)] {
		code++
	}
	return fmt.Sprint(code)
}

func (a *app) at(step int64) string {
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], uint64(step))
	mac := hmac.New(sha1.New, a.key)
	mac.Write(message[:])
	sum := mac.Sum(nil)
	at := sum[19] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1_000_000)
}

func enrolled(t *testing.T, w *world) (*otpmint.FactorWithRecoveryCodes, *app) {
	t.Helper()
	factors := w.client(t).Factors
	added, err := factors.Add(ctx, otpmint.FactorRequest{Identity: "user-" + someone()})
	check(t, err)
	app := newApp(t, added.Secret)
	confirmed, err := factors.Confirm(ctx, added.Handle, app.code())
	check(t, err)
	return confirmed, app
}

func factorChecked(t *testing.T, w *world) {
	factors, identity := w.client(t).Factors, "user-"+someone()[:16]
	added, err := factors.Add(ctx, otpmint.FactorRequest{Identity: identity, Issuer: "Shop"})
	check(t, err)
	same(t, []any{added.Status, added.Identity, added.ConfirmedAt}, []any{otpmint.Unconfirmed, identity, time.Time{}})
	same(t, []any{added.Algorithm, added.Digits, added.Period}, []any{"SHA1", 6, 30})
	same(t, []string{added.QRSVG[:4], string(added.QRPNG[1:4])}, []string{"<svg", "PNG"})
	uri := fmt.Sprintf("otpauth://totp/Shop:%s?secret=%s&", identity, added.Secret)
	if told := fmt.Sprintf("%v %+v %#v", added, added, *added); contains(told, added.Secret) || !contains(added.URI, uri) {
		t.Fatal(told)
	}
	_, err = factors.Check(ctx, added.Handle, otpmint.CheckFactor{Code: "123456"})
	same(t, refused(t, err, otpmint.Other).Code, "factor_unconfirmed")
	_, err = factors.ReplaceRecoveryCodes(ctx, added.Handle)
	same(t, refused(t, err, otpmint.Other).Code, "factor_unconfirmed")

	app := newApp(t, added.Secret)
	confirmed, err := factors.Confirm(ctx, added.Handle, app.code())
	check(t, err)
	same(t, []any{confirmed.Status, len(confirmed.RecoveryCodes)}, []any{otpmint.Active, 10})
	if told := fmt.Sprintf("%v %+v %#v", confirmed, confirmed, *confirmed); contains(told, confirmed.RecoveryCodes[0]) {
		t.Fatal(told)
	}
	_, err = factors.Confirm(ctx, added.Handle, app.wrong())
	same(t, refused(t, err, otpmint.Other).Code, "factor_confirmed")

	code := app.code()
	request := otpmint.CheckFactor{Code: " " + code[:3] + "-" + code[3:], Purpose: "login", Nonce: "n-1"}
	checked, err := factors.Check(ctx, added.Handle, request)
	check(t, err)
	same(t, []any{checked.Verified, checked.Channel}, []any{true, otpmint.Channel("totp")})
	if told := fmt.Sprintf("%v %+v %#v %v", checked, *checked, *checked, request); contains(told, checked.Receipt) ||
		contains(told, request.Code) {
		t.Fatal(told)
	}
	claims, err := w.verifier(t).Verify(ctx, checked.Receipt, otpmint.Expected{Purpose: "login", Nonce: "n-1"})
	check(t, err)
	same(t, []any{claims.Subject, claims.ID[:21]}, []any{identity, added.Handle + "."})
	_, err = factors.Check(ctx, added.Handle, otpmint.CheckFactor{Code: code})
	same(t, refused(t, err, otpmint.CodeUsed).Code, "code_used")
	all, err := factors.List(ctx, identity)
	check(t, err)
	same(t, []any{len(all), all[0].Handle, all[0].Status}, []any{1, added.Handle, otpmint.Active})
	none, err := factors.List(ctx, identity+"?&=")
	check(t, err)
	same(t, len(none), 0)
	check(t, factors.Delete(ctx, added.Handle))
	_, err = factors.Get(ctx, added.Handle)
	same(t, refused(t, err, otpmint.NotFound).Code, "factor_not_found")
}

func recoveryCode(t *testing.T, w *world) {
	factors := w.client(t).Factors
	factor, _ := enrolled(t, w)
	use := func(code string) (*otpmint.CheckedFactor, error) {
		return factors.Check(ctx, factor.Handle, otpmint.CheckFactor{Code: code})
	}
	first, second := factor.RecoveryCodes[0], factor.RecoveryCodes[1]
	checked, err := use(strings.ReplaceAll(strings.ToLower(first), "-", " "))
	check(t, err)
	same(t, []any{checked.Channel, checked.RecoveryCodesRemaining}, []any{otpmint.Channel("recovery"), 9})
	_, err = use(first)
	same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, 4)
	replaced, err := factors.ReplaceRecoveryCodes(ctx, factor.Handle)
	check(t, err)
	same(t, []int{replaced.RecoveryCodesRemaining, len(replaced.RecoveryCodes)}, []int{10, 10})
	_, err = use(second)
	refused(t, err, otpmint.CodeMismatch)
	_, err = use(replaced.RecoveryCodes[9])
	check(t, err)
}

func factorPaused(t *testing.T, w *world) {
	factors := w.client(t).Factors
	factor, app := enrolled(t, w)
	for left := 4; left >= 0; left-- {
		_, err := factors.Check(ctx, factor.Handle, otpmint.CheckFactor{Code: app.wrong()})
		same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, left)
	}
	_, err := factors.Check(ctx, factor.Handle, otpmint.CheckFactor{Code: app.code()})
	paused := refused(t, err, otpmint.RateLimited)
	same(t, []any{paused.Code, paused.Status}, []any{"factor_paused", 429})
	found, err := factors.Get(ctx, factor.Handle)
	check(t, err)
	same(t, paused.PausedUntil, found.PausedUntil)
	if differs := paused.RetryAt.Sub(found.PausedUntil); differs > 5*time.Second || differs < -5*time.Second {
		t.Fatalf("%s from the end of the pause", differs)
	}
}

func noFactorCode(t *testing.T, w *world) {
	factors := w.client(t).Factors
	factor, app := enrolled(t, w)
	for _, typed := range []string{"", "12", "1234", "12345678", "12345O", "ABCD-EFGH-2345-678"} {
		_, err := factors.Check(ctx, factor.Handle, otpmint.CheckFactor{Code: typed})
		same(t, refused(t, err, otpmint.InvalidField).Errors[0].Pointer, "/code")
	}
	_, err := factors.Check(ctx, factor.Handle, otpmint.CheckFactor{Code: app.wrong()})
	same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, 4)
}

func factorImported(t *testing.T, w *world) {
	client, identity := w.client(t), "user-"+someone()
	request := otpmint.FactorRequest{Identity: identity, Secret: strings.ToLower(importedSecret), Confirmed: true}
	imported, err := client.Factors.Add(ctx, request)
	check(t, err)
	same(t, []any{imported.Status, imported.Secret}, []any{otpmint.Active, importedSecret})
	_, err = client.Factors.Check(ctx, imported.Handle, otpmint.CheckFactor{Code: newApp(t, importedSecret).code()})
	check(t, err)
	uri := "otpauth://totp/Old%20Shop:jane?digits=8&period=60&algorithm=SHA256&secret=" + importedSecret
	other, err := client.Factors.Add(ctx, otpmint.FactorRequest{Identity: identity, URI: uri})
	check(t, err)
	same(t, []any{other.Status, other.Digits, other.Period, other.Algorithm}, []any{otpmint.Unconfirmed, 8, 60, "SHA256"})
	same(t, contains(other.URI, "Old%20Shop:jane"), true)
	for pointer, fields := range map[string]map[string]any{
		"/secret":    {"secret": "too short"},
		"/uri":       {"uri": "https://example.com"},
		"/digits":    {"digits": 6, "uri": uri},
		"/confirmed": {"confirmed": true},
		"/period":    {"period": 5},
		"/algorithm": {"algorithm": "MD5"},
		"/issuer":    {"issuer": "\n"},
		"/colour":    {"colour": "red"},
	} {
		fields["identity"] = identity
		err := client.Request(ctx, "POST", "/v1/factors", fields, nil)
		same(t, refused(t, err, otpmint.InvalidField).Errors[0].Pointer, pointer)
	}
	for range [3]int{} {
		_, err := client.Factors.Add(ctx, otpmint.FactorRequest{Identity: identity})
		check(t, err)
	}
	_, err = client.Factors.Add(ctx, otpmint.FactorRequest{Identity: identity})
	same(t, refused(t, err, otpmint.Other).Code, "too_many_factors")
}

func lostFactor(t *testing.T, w *world) {
	factors, identity := w.client(t).Factors, "user-"+someone()
	lost, err := w.losing(t, 1).Add(ctx, otpmint.FactorRequest{Identity: identity})
	check(t, err)
	if lost.Secret == "" || lost.URI == "" || lost.QRSVG == "" || len(lost.QRPNG) == 0 {
		t.Fatal("a secret was lost")
	}
	all, err := factors.List(ctx, identity)
	check(t, err)
	same(t, len(all), 1)

	added, app := lost, newApp(t, lost.Secret)
	confirmed, err := w.losing(t, 1).Confirm(ctx, added.Handle, app.code())
	check(t, err)
	same(t, []any{confirmed.Status, len(confirmed.RecoveryCodes)}, []any{otpmint.Active, 10})
	_, err = w.losing(t, 2).Check(ctx, added.Handle, otpmint.CheckFactor{Code: app.wrong()})
	same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, 4)
	checked, err := w.losing(t, 2).Check(ctx, added.Handle, otpmint.CheckFactor{Code: app.code()})
	check(t, err)
	same(t, strings.Count(checked.Receipt, "."), 2)

	replaced, err := w.losing(t, 1).ReplaceRecoveryCodes(ctx, added.Handle)
	check(t, err)
	same(t, len(replaced.RecoveryCodes), 10)
	// What takes no key is sent once.
	refused(t, w.losing(t, 1).Delete(ctx, added.Handle), otpmint.ConnectionLost)
	_, err = factors.Get(ctx, added.Handle)
	refused(t, err, otpmint.NotFound)
}

func noFactor(t *testing.T, w *world) {
	factors := w.client(t).Factors
	for _, handle := range []string{"fct_2222222222222222", "made-up", "", "..", "../tenant", "a b", "é"} {
		_, err := factors.Check(ctx, handle, otpmint.CheckFactor{Code: "123456"})
		same(t, refused(t, err, otpmint.NotFound).Code, "factor_not_found")
	}
	_, err := factors.FetchResult(ctx, "otpr_made_up")
	same(t, refused(t, err, otpmint.NotFound).Code, "result_not_found")
}
