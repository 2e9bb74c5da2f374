// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

const secret = "otpm_SecretSecretSecretSecret"

// The error for one answer.
func errorFor(t *testing.T, status int, header http.Header, body string) *otpmint.Error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	client, err := otpmint.New(server.URL, secret, otpmint.WithRetries(0))
	check(t, err)
	_, err = client.Challenges.Mint(ctx, jane)
	var found *otpmint.Error
	if !errors.As(err, &found) {
		t.Fatalf("%v is no Error", err)
	}
	return found
}

func TestEachProblemHasItsKind(t *testing.T) {
	for _, one := range []struct {
		status int
		code   string
		kind   otpmint.Kind
	}{
		{403, "code_mismatch", otpmint.CodeMismatch},
		{422, "not_a_code", otpmint.NotACode},
		{410, "challenge_verified", otpmint.ChallengeEnded},
		{410, "challenge_expired", otpmint.ChallengeEnded},
		{410, "challenge_exhausted", otpmint.ChallengeEnded},
		{410, "challenge_canceled", otpmint.ChallengeEnded},
		{404, "challenge_not_found", otpmint.NotFound},
		{429, "resend_cooldown", otpmint.CannotResend},
		{409, "send_under_way", otpmint.CannotResend},
		{409, "sends_spent", otpmint.CannotResend},
		{409, "nothing_to_resend", otpmint.CannotResend},
		{422, "number_refused", otpmint.RecipientRefused},
		{422, "country_not_allowed", otpmint.RecipientRefused},
		{422, "invalid_field", otpmint.InvalidField},
		{422, "invalid_parameter", otpmint.InvalidField},
		{429, "sends_per_recipient", otpmint.RateLimited},
		{429, "named_limit", otpmint.RateLimited},
		{401, "invalid_secret_key", otpmint.Unauthorized},
		{403, "insufficient_scope", otpmint.Forbidden},
		{503, "queue_full", otpmint.Unavailable},
		{409, "no_account", otpmint.Other},
	} {
		found := errorFor(t, one.status, nil, fmt.Sprintf(`{"code":%q,"title":"A title.","status":1}`, one.code))
		same(t, []any{found.Kind, found.Code, found.Status}, []any{one.kind, one.code, one.status})
	}
}

func TestAnErrorHasWhatTheProblemTells(t *testing.T) {
	header := http.Header{"Retry-After": {"90"}, "X-Request-Id": {"request-17"}}
	found := errorFor(t, 429, header, `{"code":"factor_paused","title":"A title.","detail":"too long",
		"errors":[{"pointer":"/ttl","detail":"x"}],"attempts_remaining":0,"retry_at":"2026-01-15T12:00:00Z"}`)
	same(t, found.Error(), "otpmint: A title. (factor_paused): too long")
	same(t, found.Errors, []otpmint.FieldProblem{{Pointer: "/ttl", Detail: "x"}})
	same(t, []any{*found.AttemptsRemaining, found.RequestID}, []any{0, "request-17"})
	same(t, found.PausedUntil, time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	if wait := time.Until(found.RetryAt); wait < 80*time.Second || wait > 90*time.Second {
		t.Fatal(wait)
	}
}

func TestAnAnswerThatIsNotOtpMintsSaysSo(t *testing.T) {
	for _, one := range []struct {
		status int
		body   string
		kind   otpmint.Kind
	}{
		{502, "<h1>Bad Gateway</h1>", otpmint.Unavailable},
		{429, "slow down", otpmint.RateLimited},
		{403, "{}", otpmint.UnexpectedAnswer},
		{404, "null", otpmint.UnexpectedAnswer},
		{200, "<h1>Welcome</h1>", otpmint.UnexpectedAnswer},
		{200, "{}", otpmint.UnexpectedAnswer},
		{200, "[]", otpmint.UnexpectedAnswer},
		{302, "", otpmint.UnexpectedAnswer},
		{307, "", otpmint.UnexpectedAnswer},
	} {
		found := errorFor(t, one.status, http.Header{"Location": {"/elsewhere"}}, one.body)
		same(t, []any{found.Kind, found.Code, found.Status}, []any{one.kind, "unexpected_answer", one.status})
	}
}

func TestTheSecretKeyIsInNoError(t *testing.T) {
	echo := "refused: Bearer " + secret
	quoting := &http.Client{Transport: failing(echo)}
	client, err := otpmint.New("https://otp.example", secret, otpmint.WithHTTPClient(quoting), otpmint.WithRetries(0))
	check(t, err)
	_, failed := client.Challenges.Mint(ctx, jane)
	for _, thing := range []any{
		client, *client, failed,
		errorFor(t, 400, nil, fmt.Sprintf(`{"code":"invalid_json","title":%q,"detail":%q}`, echo, echo)),
		errorFor(t, 500, nil, echo),
	} {
		if told := fmt.Sprintf("%v %+v %#v %s", thing, thing, thing, thing); contains(told, secret) {
			t.Fatal(told)
		}
	}
}

type failing string

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New(string(f)) }

func TestSettingsThatCannotWorkAreRefusedWithoutBeingQuoted(t *testing.T) {
	for _, one := range [][3]string{
		{"otp.example", "otpm_secret", "absolute"},
		{"ftp://otp.example", "otpm_secret", "absolute"},
		{"https://otpm_secret@otp.example", "otpm_secret", "user name"},
		{"https://otp.example/?otpm_secret", "otpm_secret", "end with its path"},
		{"https://otp.example", "otpm_secret\n", "visible"},
		{"https://otp.example", "", "visible"},
	} {
		_, err := otpmint.New(one[0], one[1])
		if err == nil || !contains(err.Error(), one[2]) || contains(err.Error(), "otpm_secret") {
			t.Fatalf("%q: %v", one[0], err)
		}
	}
}

func TestABaseMayHaveAPath(t *testing.T) {
	var seen string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		seen = request.URL.Path + " " + request.Header.Get("Authorization") + " " + request.Header.Get("User-Agent")
		w.WriteHeader(204)
	}))
	defer server.Close()
	client, err := otpmint.New(server.URL+"/mint/", secret)
	check(t, err)
	check(t, client.Request(ctx, "DELETE", "/v1/tenant/logo", nil, nil))
	same(t, seen, "/mint/v1/tenant/logo Bearer "+secret+" otpmint-go/"+otpmint.Version)
}
