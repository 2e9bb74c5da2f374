// SPDX-License-Identifier: MIT

package otpminttest

import (
	"crypto/rand"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

const (
	mostFactors = 5
	guesses     = 5
	// One white pixel.
	picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
)

// In minutes, after each five wrong codes in a row.
var factorPauses = []time.Duration{1, 5, 15, 60, 360, 1440}

// A factor, with what nobody is told.
type factor struct {
	handle, identity string
	totp             totp
	createdAt        time.Time
	confirmedAt      time.Time
	usedAt           time.Time
	pausedUntil      time.Time
	lastStep         int64
	inARow           int
	// What is spent is empty, so that the place of each is its number.
	recovery []string
}

// The authenticator apps of a fake and the rules for them.
type factorBook struct {
	now func() time.Time
	all []*factor
}

func (b *factorBook) add(request otpmint.FactorRequest) (*factor, fieldsOf, error) {
	labels := []struct{ name, text string }{
		{"identity", request.Identity}, {"issuer", or(request.Issuer, "-")}, {"account", or(request.Account, "-")},
	}
	for _, label := range labels {
		isLong := utf8.RuneCountInString(label.text) > 128
		if isLong || strings.TrimSpace(label.text) == "" || strings.IndexFunc(label.text, unicode.IsControl) >= 0 {
			return nil, nil, fieldRefusal("/"+label.name, "1 to 128 printable characters")
		}
	}
	made, issuer, account, err := totpOf(request)
	if err != nil {
		return nil, nil, err
	}
	if request.Confirmed && request.Secret == "" && request.URI == "" {
		return nil, nil, fieldRefusal("/confirmed", "only a factor with `secret` or `uri` may be confirmed at once")
	}
	if request.ReturnURL != "" {
		return nil, nil, refusal("no_pages")
	}
	if len(b.of(request.Identity)) >= mostFactors {
		return nil, nil, refusal("too_many_factors")
	}
	handle := "fct_" + drawn("abcdefghijkmnpqrstuvwxyz23456789")
	one := &factor{handle: handle, identity: request.Identity, totp: made, createdAt: b.now()}
	if request.Confirmed {
		one.confirmedAt = one.createdAt
	}
	b.all = append(b.all, one)
	uri := made.uri(or(request.Issuer, or(issuer, "Fake")), or(request.Account, or(account, request.Identity)))
	return one, fieldsOf{
		"secret": base32Text.EncodeToString(made.secret), "uri": uri,
		"qr_svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`, "qr_png": picture,
	}, nil
}

func (b *factorBook) of(identity string) (found []*factor) {
	for _, one := range b.all {
		if one.identity == identity && b.isThere(one) {
			found = append(found, one)
		}
	}
	return found
}

func (b *factorBook) find(handle string) (*factor, error) {
	for _, one := range b.all {
		if one.handle == handle && b.isThere(one) {
			return one, nil
		}
	}
	return nil, refusal("factor_not_found")
}

// One that nobody confirms is deleted after a day.
func (b *factorBook) isThere(one *factor) bool {
	return one.isActive() || b.now().Sub(one.createdAt) < 24*time.Hour
}

func (b *factorBook) delete(handle string) {
	for at, one := range b.all {
		if one.handle == handle {
			b.all = append(b.all[:at:at], b.all[at+1:]...)
			return
		}
	}
}

func (b *factorBook) confirm(one *factor, typed string) ([]string, error) {
	code, err := factorCode(typed)
	if err != nil {
		return nil, err
	}
	if one.isActive() {
		return nil, refusal("factor_confirmed")
	}
	if _, _, err := b.answer(one, code); err != nil {
		return nil, err
	}
	one.confirmedAt = b.now()
	return b.replace(one)
}

func (b *factorBook) check(one *factor, typed string) (otpmint.Channel, int64, error) {
	code, err := factorCode(typed)
	if err != nil {
		return "", 0, err
	}
	if !one.isActive() {
		return "", 0, refusal("factor_unconfirmed")
	}
	return b.answer(one, code)
}

func (b *factorBook) replace(one *factor) ([]string, error) {
	if !one.isActive() {
		return nil, refusal("factor_unconfirmed")
	}
	one.recovery = nil
	var told []string
	for range [10]int{} {
		code := drawn("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
		one.recovery = append(one.recovery, code)
		told = append(told, strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, "-"))
	}
	return told, nil
}

func (b *factorBook) answer(one *factor, code string) (otpmint.Channel, int64, error) {
	now := b.now()
	if wait := one.pausedUntil.Sub(now); wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		return "", 0, refusal("factor_paused").with("retry_after", seconds).with("retry_at", timestamp(one.pausedUntil))
	}
	switch {
	case len(code) == 16 && one.isActive():
		for number, recovery := range one.recovery {
			if recovery == code {
				one.recovery[number] = ""
				one.right(now)
				return "recovery", int64(number), nil
			}
		}
	case len(code) == one.totp.digits:
		steps := one.totp.steps(code, now)
		for _, step := range steps {
			if step > one.lastStep {
				one.lastStep = step
				one.right(now)
				return "totp", step, nil
			}
		}
		if len(steps) > 0 {
			// No guess, so it is not counted.
			return "", 0, refusal("code_used")
		}
	default:
		return "", 0, notACode()
	}
	return "", 0, one.wrong(now)
}

func (one *factor) right(now time.Time) {
	one.inARow, one.pausedUntil, one.usedAt = 0, time.Time{}, now
}

func (one *factor) wrong(now time.Time) error {
	one.inARow++
	left := (guesses - one.inARow%guesses) % guesses
	if left == 0 {
		at := one.inARow/guesses - 1
		if at >= len(factorPauses) {
			at = len(factorPauses) - 1
		}
		one.pausedUntil = now.Add(factorPauses[at] * time.Minute)
	}
	return refusal("code_mismatch").with("attempts_remaining", left)
}

func (one *factor) isActive() bool { return !one.confirmedAt.IsZero() }

func (b *factorBook) view(one *factor) fieldsOf {
	left := 0
	for _, code := range one.recovery {
		if code != "" {
			left++
		}
	}
	view := fieldsOf{
		"factor": one.handle, "identity": one.identity, "status": otpmint.Unconfirmed, "algorithm": one.totp.algorithm,
		"digits": one.totp.digits, "period": one.totp.period, "recovery_codes_remaining": left,
		"created_at": timestamp(one.createdAt), "confirmed_at": nil, "used_at": nil, "paused_until": nil,
	}
	if one.isActive() {
		view["status"], view["confirmed_at"] = otpmint.Active, timestamp(one.confirmedAt)
	}
	if !one.usedAt.IsZero() {
		view["used_at"] = timestamp(one.usedAt)
	}
	if b.now().Before(one.pausedUntil) {
		view["paused_until"] = timestamp(one.pausedUntil)
	}
	return view
}

var factorCodePattern = regexp.MustCompile(`^([0-9]{4,8}|[2-9A-HJKMNP-Z]{16})$`)

func factorCode(typed string) (string, error) {
	if code := plain(typed); factorCodePattern.MatchString(code) {
		return code, nil
	}
	return "", notACode()
}

func notACode() error {
	return fieldRefusal("/code", "the digits that the app shows, or a recovery code; this did not count")
}

// 16 of these letters, good enough for a fake.
func drawn(letters string) string {
	var bytes [16]byte
	_, err := rand.Read(bytes[:])
	must(err)
	for at, one := range bytes {
		bytes[at] = letters[int(one)%len(letters)]
	}
	return string(bytes[:])
}
