// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"time"
)

// Factors are the authenticator apps of a tenant's users. What is shown once is repeated for an hour.
type Factors struct{ client *Client }

// FactorRequest is a new factor. Only Identity is needed.
type FactorRequest struct {
	// Identity is your name for the user: an id that does not change, and no mail address.
	Identity string `json:"identity"`
	// Issuer and Account are what the app shows.
	Issuer  string `json:"issuer,omitempty"`
	Account string `json:"account,omitempty"`
	// Algorithm is `SHA1` if absent; some apps ignore any other.
	Algorithm string `json:"algorithm,omitempty"`
	Digits    int    `json:"digits,omitempty"`
	Period    int    `json:"period,omitempty"`
	// Secret or URI import what the app holds already.
	Secret string `json:"secret,omitempty"`
	URI    string `json:"uri,omitempty"`
	// Confirmed makes an import active at once.
	Confirmed bool `json:"confirmed,omitempty"`
	// ReturnURL requests a hosted page on which the user sets up the app: one of the tenant's `return_urls`.
	ReturnURL string `json:"return_url,omitempty"`
	// Locale is the language of that page, such as `pt-BR`.
	Locale string `json:"locale,omitempty"`
}

// ConfirmFactor is the first code of an app.
type ConfirmFactor struct {
	Code string `json:"code"`
}

// CheckFactor is a code of an app, or a recovery code.
type CheckFactor struct {
	Code string `json:"code"`
	// Purpose and Nonce go into the receipt.
	Purpose string `json:"purpose,omitempty"`
	Nonce   string `json:"nonce,omitempty"`
}

// Factor is an authenticator app of one of the tenant's users.
type Factor struct {
	// Handle is `fct_…`.
	Handle   string `json:"factor"`
	Identity string `json:"identity"`
	// Status is `unconfirmed` until the first right code, then `active`.
	Status                 Status    `json:"status"`
	Algorithm              string    `json:"algorithm"`
	Digits                 int       `json:"digits"`
	Period                 int       `json:"period"`
	RecoveryCodesRemaining int       `json:"recovery_codes_remaining"`
	CreatedAt              time.Time `json:"created_at"`
	ConfirmedAt            time.Time `json:"confirmed_at"`
	UsedAt                 time.Time `json:"used_at"`
	PausedUntil            time.Time `json:"paused_until"`
}

// How a factor stands.
const (
	Unconfirmed Status = "unconfirmed"
	Active      Status = "active"
)

// NewFactor is a factor that was just added. Its secret is shown only once.
type NewFactor struct {
	Factor
	// Secret is in base32, for users who type it. Like the next three it is empty if the hosted page shows it.
	Secret string `json:"secret"`
	// URI is what the QR code says.
	URI   string `json:"uri"`
	QRSVG string `json:"qr_svg"`
	// QRPNG is the picture; the API has it in base64.
	QRPNG []byte `json:"qr_png"`
	// PageURL is the hosted page, for 15 minutes, if one was requested.
	PageURL string `json:"page_url"`
}

// FactorWithRecoveryCodes is a factor with recovery codes, which are shown only once.
type FactorWithRecoveryCodes struct {
	Factor
	RecoveryCodes []string `json:"recovery_codes"`
}

// CheckedFactor is a factor whose code was right, with the proof.
type CheckedFactor struct {
	Factor
	// Verified is always true: a wrong code is an error.
	Verified bool `json:"verified"`
	// Channel is what made the code: `totp` or `recovery`.
	Channel Channel `json:"channel"`
	Receipt string  `json:"receipt"`
}

// Add adds a factor, which is unconfirmed unless it is imported as confirmed.
func (f *Factors) Add(ctx context.Context, request FactorRequest, more ...FactorOption) (*NewFactor, error) {
	return asked[NewFactor](ctx, f.client, "POST", "/v1/factors", request, onceOf(more))
}

// List returns the factors of a user.
func (f *Factors) List(ctx context.Context, identity string) ([]Factor, error) {
	path := "/v1/factors?" + url.Values{"identity": {identity}}.Encode()
	answer, err := asked[factorList](ctx, f.client, "GET", path, nil, options{})
	if err != nil {
		return nil, err
	}
	return answer.Data, nil
}

// Get returns a factor.
func (f *Factors) Get(ctx context.Context, handle string) (*Factor, error) {
	return onFactor[Factor](ctx, f, "GET", handle, "", nil)
}

// Confirm activates a factor by its first right code.
func (f *Factors) Confirm(
	ctx context.Context, handle, code string, more ...FactorOption,
) (*FactorWithRecoveryCodes, error) {
	body := ConfirmFactor{Code: code}
	return onFactor[FactorWithRecoveryCodes](ctx, f, "POST", handle, "/confirm", body, more...)
}

// Check checks a code of the app, or a recovery code. It is refused with CodeMismatch if that is wrong, with CodeUsed
// if it was accepted before, with InvalidField if it is none, with RateLimited while the factor is paused.
func (f *Factors) Check(
	ctx context.Context, handle string, request CheckFactor, more ...FactorOption,
) (*CheckedFactor, error) {
	return onFactor[CheckedFactor](ctx, f, "POST", handle, "/check", request, more...)
}

// ReplaceRecoveryCodes makes ten new ones; the former are no longer accepted.
func (f *Factors) ReplaceRecoveryCodes(
	ctx context.Context, handle string, more ...FactorOption,
) (*FactorWithRecoveryCodes, error) {
	return onFactor[FactorWithRecoveryCodes](ctx, f, "POST", handle, "/recovery-codes", nil, more...)
}

// FetchResult exchanges what the page of a factor returned, once and within 15 minutes. Compare Handle with that of
// the session. It is not repeated if its answer is lost: that has used it up.
func (f *Factors) FetchResult(ctx context.Context, result string) (*CheckedFactor, error) {
	body := map[string]string{"result": result}
	return asked[CheckedFactor](ctx, f.client, "POST", "/v1/factors/results", body, options{})
}

// Delete deletes a factor with its recovery codes.
func (f *Factors) Delete(ctx context.Context, handle string) error {
	path, err := pathOf("factors", factorHandle, handle, "factor_not_found")
	if err != nil {
		return err
	}
	return f.client.send(ctx, "DELETE", path, nil, nil, options{})
}

type factorList struct {
	Data []Factor `json:"data"`
}

var factorHandle = regexp.MustCompile(`^fct_[0-9a-z]{1,64}$`)

func onFactor[T any](
	ctx context.Context, f *Factors, method, handle, verb string, body any, more ...FactorOption,
) (*T, error) {
	path, err := pathOf("factors", factorHandle, handle, "factor_not_found")
	if err != nil {
		return nil, err
	}
	return asked[T](ctx, f.client, method, path+verb, body, onceOf(more))
}

func onceOf(more []FactorOption) options {
	var all options
	for _, option := range more {
		option.factor(&all)
	}
	return all
}

// Format prints handle and status.
func (f NewFactor) Format(s fmt.State, _ rune) { printWithout(s, f.Handle, f.Status) }

// Format prints handle and status.
func (f FactorWithRecoveryCodes) Format(s fmt.State, _ rune) { printWithout(s, f.Handle, f.Status) }

// Format prints handle and status.
func (f CheckedFactor) Format(s fmt.State, _ rune) { printWithout(s, f.Handle, f.Status) }

// Format prints identity and issuer: neither secret nor URI.
func (r FactorRequest) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "{%s %s}", r.Identity, r.Issuer) }

// Format prints the purpose: no code.
func (c CheckFactor) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "{%s}", c.Purpose) }

// Format prints no code.
func (ConfirmFactor) Format(s fmt.State, _ rune) { fmt.Fprint(s, "{}") }

func (f *Factor) isComplete() bool { return f.Handle != "" && f.Status != "" }
