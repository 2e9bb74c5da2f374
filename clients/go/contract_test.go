// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

// What the client relies on, told to the real server and to the fake.
func TestContract(t *testing.T) {
	for name, make := range map[string]func(*testing.T) *world{"server": realWorld, "fake": fakeWorld} {
		make := make
		t.Run(name, func(t *testing.T) {
			for name, story := range stories {
				story := story
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					story(t, make(t))
				})
			}
		})
	}
}

var stories = map[string]func(*testing.T, *world){
	"a code is minted, read and verified":                                             minted,
	"a phone number gets a text message":                                              texted,
	"the latest code is verified by its recipient and purpose":                        byRecipient,
	"a wrong code costs an attempt, and what is no code costs none":                   wrong,
	"a challenge that has ended says how":                                             ended,
	"a canceled challenge takes no code":                                              canceled,
	"a code is not sent again at once":                                                notAtOnce,
	"a field that is wrong is named":                                                  named,
	"an unknown challenge is not found":                                               unknown,
	"a wrong secret key is refused, and not told":                                     wrongKey,
	"a mint whose answer is lost sends one message":                                   lostMint,
	"a verification whose answer is lost succeeds, and a wrong one costs one attempt": lostVerification,
	"a key of the caller's repeats an answer, and belongs to one request":             ownKey,
	"a receipt proves who answered what":                                              receipt,
	"bound fields are part of the code and of the receipt":                            bound,
	"a holder sees the challenge and verifies without a secret key":                   holder,
	"a holder has no keys for retries":                                                holderWithKey,

	"an app is added, confirmed and checked":              factorChecked,
	"a recovery code works once":                          recoveryCode,
	"five wrong codes pause a factor":                     factorPaused,
	"what can be no code of an app costs nothing":         noFactorCode,
	"what an app holds already is imported":               factorImported,
	"a call of a factor that is lost is carried out once": lostFactor,
	"what is no handle finds nothing":                     noFactor,
	"a code of another system is delivered":               relayed,
	"a code of another system cannot be verified":         relayedOnly,
	"a relayed message whose answer is lost is sent once": lostRelay,
	"a field of a relayed message that is wrong is named": relayNamed,
	"an unknown message is not found":                     noMessage,
}

func minted(t *testing.T, w *world) {
	client, to := w.client(t), someone()
	request := otpmint.MintRequest{To: to, Purpose: "login", Metadata: map[string]string{"order": "17"}}
	minted, err := client.Challenges.Mint(ctx, request, otpmint.Wait(5*time.Second))
	check(t, err)
	same(t, minted.Status, otpmint.Pending)
	same(t, minted.To, to[:1]+"***@e***.com")
	same(t, []int{minted.AttemptsRemaining, minted.SendsRemaining}, []int{5, 2})
	same(t, minted.Delivery.Status, otpmint.Sent)
	verified, err := client.Challenges.Verify(ctx, minted.Key, w.code(t, to))
	check(t, err)
	same(t, verified.Status, otpmint.Verified)
	same(t, strings.Count(verified.Receipt, "."), 2)
	if told := fmt.Sprintf("%v %+v %#v %s %d", verified, verified, *verified, verified, verified); contains(told, verified.Receipt) {
		t.Fatal("the receipt is printed")
	}
	fetched, err := client.Challenges.Get(ctx, minted.Key)
	check(t, err)
	same(t, fetched.Status, otpmint.Verified)
	same(t, fetched.Metadata, map[string]string{"order": "17"})
	same(t, len(fetched.Deliveries), 1)
	same(t, fetched.Deliveries[0].Channel, otpmint.Email)
	same(t, fetched.Deliveries[0].Status, otpmint.Sent)
}

func texted(t *testing.T, w *world) {
	client := w.client(t)
	minted, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: "+49 151 12345678"})
	check(t, err)
	same(t, []any{minted.Channel, minted.To}, []any{otpmint.SMS, "+49 *** ***78"})
	_, err = client.Challenges.Verify(ctx, minted.Key, w.code(t, "+4915112345678"))
	check(t, err)
}

func byRecipient(t *testing.T, w *world) {
	client, to := w.client(t), someone()
	request := otpmint.MintRequest{To: to, Purpose: "login"}
	_, err := client.Challenges.Mint(ctx, request, otpmint.Wait(5*time.Second))
	check(t, err)
	latest, err := client.Challenges.Mint(ctx, request, otpmint.Wait(5*time.Second))
	check(t, err)
	code := w.code(t, to)
	_, err = client.Challenges.VerifyByRecipient(ctx, to, "payment", code)
	refused(t, err, otpmint.NotFound)
	verified, err := client.Challenges.VerifyByRecipient(ctx, to, "login", code)
	check(t, err)
	same(t, []any{verified.Key, verified.Status}, []any{latest.Key, otpmint.Verified})
}

// A challenge with its code.
func mint(t *testing.T, w *world, request otpmint.MintRequest) (*otpmint.MintedChallenge, string) {
	t.Helper()
	minted, err := w.client(t).Challenges.Mint(ctx, request)
	check(t, err)
	return minted, w.code(t, request.To)
}

func wrong(t *testing.T, w *world) {
	client := w.client(t)
	minted, code := mint(t, w, otpmint.MintRequest{To: someone()})
	_, err := client.Challenges.Verify(ctx, minted.Key, otherThan(code))
	mismatch := refused(t, err, otpmint.CodeMismatch)
	same(t, []any{mismatch.Code, mismatch.Status, *mismatch.AttemptsRemaining}, []any{"code_mismatch", 403, 4})
	if len(mismatch.RequestID) < 8 {
		t.Fatal("no id of the request")
	}
	_, err = client.Challenges.Verify(ctx, minted.Key, "12345?")
	refused(t, err, otpmint.NotACode)
	verified, err := client.Challenges.Verify(ctx, minted.Key, strings.Join(strings.Split(code, ""), " "))
	check(t, err)
	same(t, verified.AttemptsRemaining, 3)
}

func ended(t *testing.T, w *world) {
	client := w.client(t)
	minted, code := mint(t, w, otpmint.MintRequest{To: someone()})
	for remaining := 4; remaining >= 0; remaining-- {
		_, err := client.Challenges.Verify(ctx, minted.Key, otherThan(code))
		same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, remaining)
	}
	_, err := client.Challenges.Verify(ctx, minted.Key, code)
	late := refused(t, err, otpmint.ChallengeEnded)
	same(t, []any{late.Code, late.Status}, []any{"challenge_exhausted", 410})
	_, err = client.Challenges.Resend(ctx, minted.Key)
	same(t, refused(t, err, otpmint.ChallengeEnded).Code, "challenge_exhausted")
	other, code := mint(t, w, otpmint.MintRequest{To: someone()})
	_, err = client.Challenges.Verify(ctx, other.Key, code)
	check(t, err)
	_, err = client.Challenges.Verify(ctx, other.Key, code)
	same(t, refused(t, err, otpmint.ChallengeEnded).Code, "challenge_verified")
}

func canceled(t *testing.T, w *world) {
	client := w.client(t)
	minted, code := mint(t, w, otpmint.MintRequest{To: someone()})
	check(t, client.Challenges.Cancel(ctx, minted.Key))
	gone, err := client.Challenges.Get(ctx, minted.Key)
	check(t, err)
	same(t, gone.Status, otpmint.Canceled)
	_, err = client.Challenges.Verify(ctx, minted.Key, code)
	same(t, refused(t, err, otpmint.ChallengeEnded).Code, "challenge_canceled")
	refused(t, client.Challenges.Cancel(ctx, minted.Key), otpmint.ChallengeEnded)
}

func notAtOnce(t *testing.T, w *world) {
	client := w.client(t)
	minted, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: someone()}, otpmint.Wait(5*time.Second))
	check(t, err)
	_, err = client.Challenges.Resend(ctx, minted.Key)
	early := refused(t, err, otpmint.CannotResend)
	same(t, []any{early.Code, early.Status}, []any{"resend_cooldown", 429})
	if differs := early.RetryAt.Sub(minted.ResendAt); differs > 2*time.Second || differs < -2*time.Second {
		t.Fatalf("%s from resend_at", differs)
	}
}

func named(t *testing.T, w *world) {
	client := w.client(t)
	_, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: "nobody"})
	field := refused(t, err, otpmint.InvalidField)
	same(t, []any{field.Status, field.Errors[0].Pointer}, []any{422, "/to"})
	post := func(path string, body map[string]any) error { return client.Request(ctx, "POST", path, body, nil) }
	err = post("/v1/challenges", map[string]any{"to": someone(), "colour": "red"})
	same(t, refused(t, err, otpmint.InvalidField).Errors[0].Pointer, "/colour")
	refused(t, post("/v1/verify", map[string]any{"to": someone()}), otpmint.InvalidField)
	check(t, post("/v1/challenges", map[string]any{"to": someone(), "ttl": nil}))
	err = post("/v1/challenges", map[string]any{"to": someone(), "bind": nil})
	same(t, refused(t, err, otpmint.InvalidField).Errors[0].Pointer, "/bind")
}

func unknown(t *testing.T, w *world) {
	for _, key := range []string{strings.Repeat("a", 23), "made-up", "..", ""} {
		_, err := w.client(t).Challenges.Get(ctx, key)
		same(t, refused(t, err, otpmint.NotFound).Code, "challenge_not_found")
	}
}

func wrongKey(t *testing.T, w *world) {
	secret := "otpm_wrongwrongwrongwrong"
	stranger, err := otpmint.New(w.baseURL, secret, over(w.transport))
	check(t, err)
	_, err = stranger.Challenges.Mint(ctx, otpmint.MintRequest{To: someone()})
	no := refused(t, err, otpmint.Unauthorized)
	same(t, []any{no.Code, no.Status}, []any{"invalid_secret_key", 401})
	for _, thing := range []any{no, *no, stranger, *stranger, stranger.Challenges, *stranger.Challenges} {
		if told := fmt.Sprintf("%v %+v %#v %s", thing, thing, thing, thing); contains(told, secret) {
			t.Fatal(told)
		}
	}
}

func lostMint(t *testing.T, w *world) {
	to, lossy := someone(), &recorder{inner: w.transport, losing: 2}
	minted, err := w.clientOver(t, lossy).Challenges.Mint(ctx, otpmint.MintRequest{To: to})
	check(t, err)
	_, err = w.client(t).Challenges.Verify(ctx, minted.Key, w.code(t, to))
	check(t, err)
	same(t, len(w.codes(t, to)), 1)
	same(t, lossy.keys, []string{lossy.keys[0], lossy.keys[0], lossy.keys[0]})
	same(t, len(lossy.keys[0]), 36)
}

func lostVerification(t *testing.T, w *world) {
	minted, code := mint(t, w, otpmint.MintRequest{To: someone()})
	lossy := func() *otpmint.Client { return w.clientOver(t, &recorder{inner: w.transport, losing: 1}) }
	_, err := lossy().Challenges.Verify(ctx, minted.Key, otherThan(code))
	same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, 4)
	right, err := lossy().Challenges.Verify(ctx, minted.Key, code)
	check(t, err)
	same(t, right.AttemptsRemaining, 3)
	_, err = w.verifier(t).Verify(ctx, right.Receipt, otpmint.Expected{Purpose: "verification", Key: minted.Key})
	check(t, err)
}

func ownKey(t *testing.T, w *world) {
	client, to := w.client(t), someone()
	key := otpmint.IdempotencyKey("order-" + to)
	first, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: to}, key)
	check(t, err)
	again, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: to}, key)
	check(t, err)
	same(t, again, first)
	_, err = client.Challenges.Mint(ctx, otpmint.MintRequest{To: someone()}, key)
	other := refused(t, err, otpmint.Other)
	same(t, []any{other.Code, other.Status}, []any{"idempotency_key_reused", 422})
}

func receipt(t *testing.T, w *world) {
	to := someone()
	request := otpmint.MintRequest{To: to, Purpose: "login", Nonce: "n-1", Metadata: map[string]string{"a": "b"}}
	minted, code := mint(t, w, request)
	verified, err := w.client(t).Challenges.Verify(ctx, minted.Key, code)
	check(t, err)
	verifier := w.verifier(t)
	good := otpmint.Expected{Purpose: "login", Nonce: "n-1", Key: minted.Key}
	claims, err := verifier.Verify(ctx, verified.Receipt, good)
	check(t, err)
	same(t, []any{claims.Subject, claims.ID, claims.Channel}, []any{to, minted.Key, otpmint.Email})
	same(t, claims.Metadata, map[string]string{"a": "b"})
	for fault, expected := range map[otpmint.ReceiptFault]otpmint.Expected{
		otpmint.ReceiptWrongPurpose:   {Purpose: "payment", Nonce: "n-1"},
		otpmint.ReceiptWrongNonce:     {Purpose: "login", Nonce: "n-2"},
		otpmint.ReceiptWrongChallenge: {Purpose: "login", Key: "other"},
		otpmint.ReceiptWrongBind:      {Purpose: "login", Key: minted.Key, Bind: otpmint.Bind{"amount": "1"}},
	} {
		_, err := verifier.Verify(ctx, verified.Receipt, expected)
		same(t, err, fault)
	}
}

func bound(t *testing.T, w *world) {
	client := w.client(t)
	// Names whose order differs in bytes, in UTF-16 and as numbers, and text that JSON has to escape, or need not.
	bind := otpmint.Bind{
		"10": "a", "2": "b", "\uff21": "c", "\U00010000": "d", "amount": "9.99 €",
		"text": "\"\\/\x01\x7f\n\b\f<&>\u2028",
	}
	other := otpmint.Bind{}
	for name, text := range bind {
		other[name] = text
	}
	other["amount"] = "99.9 €"
	minted, code := mint(t, w, otpmint.MintRequest{To: someone(), Bind: bind})
	_, err := client.Challenges.Verify(ctx, minted.Key, code, other)
	refused(t, err, otpmint.CodeMismatch)
	verified, err := client.Challenges.Verify(ctx, minted.Key, code, bind)
	check(t, err)
	expected := otpmint.Expected{Purpose: "verification", Key: minted.Key, Bind: bind}
	_, err = w.verifier(t).Verify(ctx, verified.Receipt, expected)
	check(t, err)
	for _, bad := range []otpmint.Bind{other, nil} {
		expected.Bind = bad
		_, err := w.verifier(t).Verify(ctx, verified.Receipt, expected)
		same(t, err, otpmint.ReceiptWrongBind)
	}
}

func holder(t *testing.T, w *world) {
	to := someone()
	request := otpmint.MintRequest{To: to, Purpose: "login", Nonce: "n-1"}
	minted, err := w.client(t).Challenges.Mint(ctx, request, otpmint.Wait(5*time.Second))
	check(t, err)
	holder := w.holder(t, minted.Key)
	seen, err := holder.Status(ctx)
	check(t, err)
	same(t, []any{seen.Status, seen.Purpose, seen.Delivery.Status}, []any{otpmint.Pending, "login", otpmint.Sent})
	code := w.code(t, to)
	_, err = holder.Verify(ctx, otherThan(code), nil)
	same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, 4)
	_, err = holder.Resend(ctx)
	same(t, refused(t, err, otpmint.CannotResend).Code, "resend_cooldown")
	verified, err := holder.Verify(ctx, code, nil)
	check(t, err)
	same(t, verified.Status, otpmint.Verified)
	_, err = w.verifier(t).Verify(ctx, verified.Receipt, otpmint.Expected{Purpose: "login", Nonce: "n-1"})
	check(t, err)
	_, err = holder.Status(ctx)
	refused(t, err, otpmint.NotFound)
	_, err = holder.Verify(ctx, code, nil)
	refused(t, err, otpmint.NotFound)
}

// Which is why nothing of a holder's is repeated.
func holderWithKey(t *testing.T, w *world) {
	minted, _ := mint(t, w, otpmint.MintRequest{To: someone()})
	url := w.baseURL + "/v1/challenges/" + minted.Key + "/verify"
	request, err := http.NewRequest("POST", url, strings.NewReader(`{"code":"000000"}`))
	check(t, err)
	request.Header.Set("Idempotency-Key", "k")
	answer, err := w.transport.RoundTrip(request)
	check(t, err)
	defer answer.Body.Close()
	same(t, answer.StatusCode, 400)
}
