// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

const (
	hookSecret  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	hookBody    = `{"type":"ping","timestamp":"2026-01-15T12:00:00Z","data":{}}`
)

func sign(secret, id, body string) string {
	key, _ := base64.StdEncoding.DecodeString(secret[len("whsec_"):])
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", id, noon.Unix(), body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func hookHeader(signature string) http.Header {
	header := http.Header{}
	header.Set("webhook-id", "evt_1")
	header.Set("webhook-timestamp", fmt.Sprint(noon.Unix()))
	header.Set("webhook-signature", signature)
	return header
}

func hooksAt(t *testing.T, at time.Time) *otpmint.WebhookVerifier {
	t.Helper()
	verifier, err := otpmint.NewWebhookVerifier(hookSecret)
	check(t, err)
	verifier.Now = func() time.Time { return at }
	return verifier
}

func invalid(t *testing.T, err error, why string) {
	t.Helper()
	if !errors.Is(err, otpmint.ErrInvalidWebhook) || !contains(err.Error(), why) {
		t.Fatalf("%v is not %q", err, why)
	}
}

func TestTheExampleOfStandardWebhooksIsSigned(t *testing.T) {
	header := http.Header{}
	header.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	header.Set("webhook-timestamp", "1614265330")
	header.Set("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	_, err := hooksAt(t, time.Unix(1_614_265_330, 0)).Verify(header, []byte(`{"test": 2432232314}`))
	// The signature is good; that this is no event of OtpMint is found out afterwards.
	invalid(t, err, "no event")
}

func TestOneOfSeveralSignaturesIsEnough(t *testing.T) {
	good, bad := sign(hookSecret, "evt_1", hookBody), sign(otherSecret, "evt_1", hookBody)
	for _, all := range []string{good, bad + " " + good, good + " " + bad, "v1a,x " + good} {
		event, err := hooksAt(t, noon).Verify(hookHeader(all), []byte(hookBody))
		check(t, err)
		same(t, []any{event.ID, event.Type, event.Timestamp}, []any{"evt_1", "ping", noon})
		if _, isAboutOne := event.Challenge(); isAboutOne {
			t.Fatal("a ping is about no challenge")
		}
	}
	for _, none := range []string{
		bad, "v2" + good[2:], good[3:], good[:len(good)-8], "v1,", "v1,?", "nonsense", sign(hookSecret, "evt_2", hookBody),
	} {
		_, err := hooksAt(t, noon).Verify(hookHeader(none), []byte(hookBody))
		invalid(t, err, "no signature matches")
	}
	_, err := hooksAt(t, noon).Verify(hookHeader(good), []byte(hookBody+" "))
	invalid(t, err, "no signature matches")
}

func TestAMissingOrDoubledHeaderIsRefused(t *testing.T) {
	for _, name := range []string{"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
		header := hookHeader(sign(hookSecret, "evt_1", hookBody))
		header.Add(name, header.Get(name))
		_, err := hooksAt(t, noon).Verify(header, []byte(hookBody))
		invalid(t, err, name)
		header.Del(name)
		_, err = hooksAt(t, noon).Verify(header, []byte(hookBody))
		invalid(t, err, name)
	}
}

func TestARequestThatIsTooOldOrTooFarAheadIsRefused(t *testing.T) {
	header := hookHeader(sign(hookSecret, "evt_1", hookBody))
	for _, seconds := range []int{-300, 300, -301, 301} {
		at := noon.Add(time.Duration(seconds) * time.Second)
		_, err := hooksAt(t, at).Verify(header, []byte(hookBody))
		if seconds == 300 || seconds == -300 {
			check(t, err)
		} else {
			invalid(t, err, "too old")
		}
	}
	for _, stamp := range []string{"NaN", "-5", "1e9", "٣", "9999999999999"} {
		header.Set("webhook-timestamp", stamp)
		_, err := hooksAt(t, noon).Verify(header, []byte(hookBody))
		invalid(t, err, "time")
	}
}

func TestASecretThatIsNoneIsAMistakeOfTheCaller(t *testing.T) {
	for _, secret := range []string{"", "whsec_", "whsec_?", hookSecret[6:]} {
		if _, err := otpmint.NewWebhookVerifier(secret); err == nil || contains(err.Error(), "MfKQ9r8") {
			t.Fatalf("%q: %v", secret, err)
		}
	}
	if told := fmt.Sprintf("%+v %#v", hooksAt(t, noon), *hooksAt(t, noon)); contains(told, "49 242 144") {
		t.Fatal(told)
	}
}
