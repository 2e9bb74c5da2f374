// SPDX-License-Identifier: MIT

package otpminttest

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

const mostSends = 3

var pauses = []time.Duration{30 * time.Second, 60 * time.Second}

type send struct {
	channel otpmint.Channel
	at      time.Time
}

// A challenge, with what nobody is told.
type entry struct {
	key, to, code, purpose, locale, nonce string
	channel                               otpmint.Channel
	metadata                              map[string]string
	// The hash of what was bound.
	bind      string
	createdAt time.Time
	expiresAt time.Time
	attempts  int
	sends     []send
	ended     otpmint.Status
}

// The challenges of a fake and the rules for them.
type book struct {
	now      func() time.Time
	attempts int
	code     func(int) string
	messages []Message
	entries  []*entry
	byKey    map[string]*entry
}

func (b *book) mint(request otpmint.MintRequest) (*entry, error) {
	if request.ReturnURL != "" || request.Embed {
		return nil, refusal("no_pages")
	}
	to, err := recipient(request.To)
	if err != nil {
		return nil, err
	}
	ttl := 600
	if request.TTL != 0 {
		ttl = request.TTL
	}
	if ttl < 60 || ttl > 900 {
		return nil, fieldRefusal("/ttl", "ttl must be from 60 to 900 seconds")
	}
	length := 6
	if request.Code != nil && request.Code.Length != 0 {
		length = request.Code.Length
	}
	now := b.now()
	made := &entry{
		key: keyOf(len(b.entries)), to: to, code: b.code(length), nonce: request.Nonce,
		purpose:  or(request.Purpose, "verification"),
		locale:   or(request.Locale, "en"),
		channel:  otpmint.NoChannel,
		metadata: request.Metadata, bind: hashOf(request.Bind),
		createdAt: now, expiresAt: now.Add(time.Duration(ttl) * time.Second), attempts: b.attempts,
	}
	if request.Channel != otpmint.NoChannel {
		if made.channel, err = wayTo(to, request.Channel); err != nil {
			return nil, err
		}
	}
	b.entries = append(b.entries, made)
	b.byKey[made.key] = made
	if made.channel != otpmint.NoChannel {
		b.send(made, made.channel)
	}
	return made, nil
}

func (b *book) find(key string) (*entry, error) {
	if found := b.byKey[key]; found != nil {
		return found, nil
	}
	return nil, refusal("challenge_not_found")
}

// The latest pending one.
func (b *book) findByRecipient(to, purpose string) (*entry, error) {
	for at := len(b.entries) - 1; at >= 0; at-- {
		one := b.entries[at]
		if one.to == to && one.purpose == or(purpose, "verification") && b.status(one) == otpmint.Pending {
			return one, nil
		}
	}
	return nil, refusal("challenge_not_found")
}

func (b *book) status(one *entry) otpmint.Status {
	switch {
	case one.ended != "":
		return one.ended
	case !b.now().Before(one.expiresAt):
		return otpmint.Expired
	}
	return otpmint.Pending
}

var codePattern = regexp.MustCompile(`^[0-9A-Z]{4,10}$`)

func (b *book) verify(one *entry, typed string, bind map[string]string) error {
	code := plain(typed)
	if !codePattern.MatchString(code) {
		return refusal("not_a_code")
	}
	if err := b.mustBePending(one); err != nil {
		return err
	}
	one.attempts--
	if hashOf(bind) == one.bind && code == strings.ToUpper(one.code) {
		one.ended = otpmint.Verified
		return nil
	}
	if one.attempts == 0 {
		one.ended = otpmint.Exhausted
	}
	return refusal("code_mismatch").with("attempts_remaining", one.attempts)
}

// What was typed, without what stands between.
func plain(typed string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) {
			return -1
		}
		return r
	}, typed))
}

func (b *book) resend(one *entry, channel otpmint.Channel) error {
	if err := b.mustBePending(one); err != nil {
		return err
	}
	if one.channel == otpmint.NoChannel {
		return refusal("nothing_to_resend")
	}
	at, canBe := b.resendAt(one)
	if !canBe {
		return refusal("sends_spent")
	}
	if wait := at.Sub(b.now()); wait > 0 {
		return refusal("resend_cooldown").with("retry_after", int((wait+time.Second-1)/time.Second))
	}
	if channel == "" {
		channel = one.channel
	}
	b.send(one, channel)
	return nil
}

func (b *book) cancel(one *entry) error {
	if err := b.mustBePending(one); err != nil {
		return err
	}
	one.ended = otpmint.Canceled
	return nil
}

func (b *book) sendsRemaining(one *entry) int {
	if one.channel == otpmint.NoChannel {
		return 0
	}
	return mostSends - len(one.sends)
}

func (b *book) resendAt(one *entry) (time.Time, bool) {
	if len(one.sends) == 0 || b.sendsRemaining(one) == 0 {
		return time.Time{}, false
	}
	return one.sends[len(one.sends)-1].at.Add(pauses[len(one.sends)-1]), true
}

func (b *book) send(one *entry, channel otpmint.Channel) {
	at := b.now()
	one.channel = channel
	one.sends = append(one.sends, send{channel, at})
	b.messages = append(b.messages, Message{one.to, channel, one.code, one.purpose, one.key, at, false})
}

func (b *book) mustBePending(one *entry) error {
	if status := b.status(one); status != otpmint.Pending {
		return refusal("challenge_" + string(status))
	}
	return nil
}

var (
	mailPattern   = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
	numberPattern = regexp.MustCompile(`^\+\d{7,15}$`)
	between       = strings.NewReplacer(" ", "", "(", "", ")", "", ".", "", "/", "", "-", "")
)

func recipient(to string) (string, error) {
	if mailPattern.MatchString(to) {
		return to, nil
	}
	if number := between.Replace(to); numberPattern.MatchString(number) {
		return number, nil
	}
	return "", fieldRefusal("/to", "not a mail address that can receive a code")
}

// 23 letters that count.
func keyOf(count int) string {
	var letters []byte
	for rest := count; ; rest /= 26 {
		letters = append([]byte{byte('a' + rest%26)}, letters...)
		if rest < 26 {
			break
		}
	}
	return fmt.Sprintf("%s%s", strings.Repeat("K", 23-len(letters)), letters)
}

func hashOf(bind map[string]string) string {
	if len(bind) == 0 {
		return ""
	}
	return otpmint.BindHash(bind)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
