// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"encoding/base32"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
	"github.com/otpmint/otpmint/clients/go/otpminttest"
)

// A fake whose time stands still until it is moved.
func stopped(options otpminttest.Options) (*otpminttest.Fake, *otpmint.Client) {
	options.Start = noon
	fake := otpminttest.New(options)
	return fake, fake.Client()
}

func mintAt(t *testing.T, client *otpmint.Client, request otpmint.MintRequest) *otpmint.MintedChallenge {
	t.Helper()
	minted, err := client.Challenges.Mint(ctx, request)
	check(t, err)
	return minted
}

func TestTheCodesOfTheFakeAreKnown(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	minted := mintAt(t, client, otpmint.MintRequest{To: jane.To, Purpose: "login"})
	same(t, fake.Messages(), []otpminttest.Message{{
		To: jane.To, Channel: otpmint.Email, Code: "424242", Purpose: "login", Key: minted.Key, At: noon,
	}})
	mintAt(t, client, otpmint.MintRequest{To: jane.To, Code: &otpmint.CodeShape{Length: 8}})
	same(t, fake.Messages()[1].Code, "42424242")
	_, own := stopped(otpminttest.Options{Code: func(int) string { return "1001" }})
	_, err := own.Challenges.Verify(ctx, mintAt(t, own, jane).Key, "1001")
	check(t, err)
}

func TestTheTimeOfTheFakePassesWhenTheTestSaysSo(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	minted := mintAt(t, client, otpmint.MintRequest{To: jane.To, TTL: 60})
	same(t, minted.ExpiresAt, noon.Add(time.Minute))
	fake.Advance(time.Minute - time.Nanosecond)
	found, err := client.Challenges.Get(ctx, minted.Key)
	check(t, err)
	same(t, found.Status, otpmint.Pending)
	fake.Advance(time.Nanosecond)
	_, err = client.Challenges.Verify(ctx, minted.Key, "424242")
	same(t, refused(t, err, otpmint.ChallengeEnded).Code, "challenge_expired")
}

func TestTheFakeSendsACodeThreeTimesWithPauses(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	minted := mintAt(t, client, otpmint.MintRequest{To: "+4915112345678"})
	fake.Advance(30 * time.Second)
	second, err := client.Challenges.Resend(ctx, minted.Key, otpmint.Voice)
	check(t, err)
	same(t, []any{second.Channel, second.SendsRemaining}, []any{otpmint.Voice, 1})
	fake.Advance(59 * time.Second)
	_, err = client.Challenges.Resend(ctx, minted.Key)
	same(t, refused(t, err, otpmint.CannotResend).Code, "resend_cooldown")
	fake.Advance(time.Second)
	third, err := client.Challenges.Resend(ctx, minted.Key)
	check(t, err)
	same(t, third.ResendAt.IsZero(), true)
	_, err = client.Challenges.Resend(ctx, minted.Key)
	same(t, refused(t, err, otpmint.CannotResend).Code, "sends_spent")
	same(t, []any{len(fake.Messages()), fake.Messages()[2].Channel}, []any{3, otpmint.Voice})
}

func TestAChallengeOfTheFakeTakesAsManyAnswersAsWereSet(t *testing.T) {
	_, client := stopped(otpminttest.Options{Attempts: 1})
	minted := mintAt(t, client, jane)
	_, err := client.Challenges.Verify(ctx, minted.Key, "000000")
	same(t, *refused(t, err, otpmint.CodeMismatch).AttemptsRemaining, 0)
	_, err = client.Challenges.Verify(ctx, minted.Key, "424242")
	same(t, refused(t, err, otpmint.ChallengeEnded).Code, "challenge_exhausted")
}

func TestTheFakeReturnsACodeThatTheAppDeliversOnce(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	for _, code := range []string{"424242", ""} {
		request := otpmint.MintRequest{To: jane.To, Channel: otpmint.NoChannel}
		minted, err := client.Challenges.Mint(ctx, request, otpmint.IdempotencyKey("once"))
		check(t, err)
		same(t, []any{minted.Code, minted.Delivery == nil, minted.SendsRemaining}, []any{code, true, 0})
	}
	same(t, len(fake.Messages()), 0)
}

func TestTheReceiptsOfTheFakeAreCheckedWithItsKeysAndItsClock(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	minted := mintAt(t, client, otpmint.MintRequest{To: jane.To, Nonce: "n-1"})
	verified, err := fake.Holder(minted.Key).Verify(ctx, "424242", nil)
	check(t, err)
	good := otpmint.Expected{Purpose: "verification", Nonce: "n-1"}
	verifier := fake.ReceiptVerifier()
	claims, err := verifier.Verify(ctx, verified.Receipt, good)
	check(t, err)
	same(t, claims.Subject, jane.To)
	another, _ := stopped(otpminttest.Options{})
	_, err = another.ReceiptVerifier().Verify(ctx, verified.Receipt, good)
	same(t, err, otpmint.ReceiptWrongSignature)
	fake.Advance(400 * time.Second)
	_, err = verifier.Verify(ctx, verified.Receipt, good)
	same(t, err, otpmint.ReceiptExpired)
}

func TestTheAppOfTheFakeShowsACodeInEachPeriod(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	added, err := client.Factors.Add(ctx, otpmint.FactorRequest{Identity: "user-17"})
	check(t, err)
	code := fake.AppCode(added.Handle)
	_, err = client.Factors.Confirm(ctx, added.Handle, otherThan(code))
	refused(t, err, otpmint.CodeMismatch)
	_, err = client.Factors.Confirm(ctx, added.Handle, code)
	check(t, err)
	_, err = client.Factors.Check(ctx, added.Handle, otpmint.CheckFactor{Code: code})
	refused(t, err, otpmint.CodeUsed)
	fake.Advance(30 * time.Second)
	_, err = client.Factors.Check(ctx, added.Handle, otpmint.CheckFactor{Code: fake.AppCode(added.Handle)})
	check(t, err)
}

func TestTheCodesOfTheAppAreThoseOfTheStandard(t *testing.T) {
	fake := otpminttest.New(otpminttest.Options{Start: time.Unix(59, 0)})
	for algorithm, one := range map[string]struct {
		size int
		code string
	}{"SHA1": {20, "94287082"}, "SHA256": {32, "46119246"}, "SHA512": {64, "90693936"}} {
		secret := base32.StdEncoding.EncodeToString([]byte(strings.Repeat("1234567890", 7)[:one.size]))
		request := otpmint.FactorRequest{Identity: "u", Secret: secret, Algorithm: algorithm, Digits: 8, Confirmed: true}
		added, err := fake.Client().Factors.Add(ctx, request)
		check(t, err)
		same(t, fake.AppCode(added.Handle), one.code)
	}
}

func TestThePausesOfTheFakeGrowAndARightCodeEndsTheRow(t *testing.T) {
	fake, _ := stopped(otpminttest.Options{})
	client := fake.Client(otpmint.WithRetries(0))
	added, err := client.Factors.Add(ctx, otpmint.FactorRequest{Identity: "u", Secret: importedSecret, Confirmed: true})
	check(t, err)
	answer := func(code string) error {
		_, err := client.Factors.Check(ctx, added.Handle, otpmint.CheckFactor{Code: code})
		return err
	}
	for _, minutes := range []time.Duration{1, 5, 15, 60, 360, 1440, 1440} {
		for left := 4; left >= 0; left-- {
			same(t, *refused(t, answer("ABCDEFGHABCDEFGH"), otpmint.CodeMismatch).AttemptsRemaining, left)
		}
		fake.Advance(minutes*time.Minute - time.Second)
		refused(t, answer(fake.AppCode(added.Handle)), otpmint.RateLimited)
		fake.Advance(time.Second)
	}
	check(t, answer(fake.AppCode(added.Handle)))
	same(t, *refused(t, answer("ABCDEFGHABCDEFGH"), otpmint.CodeMismatch).AttemptsRemaining, 4)
}

func TestAFactorOfTheFakeThatNobodyConfirmsIsDeletedAfterADay(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	added, err := client.Factors.Add(ctx, otpmint.FactorRequest{Identity: "user-17"})
	check(t, err)
	fake.Advance(24*time.Hour - time.Second)
	_, err = client.Factors.Get(ctx, added.Handle)
	check(t, err)
	fake.Advance(time.Second)
	_, err = client.Factors.Get(ctx, added.Handle)
	refused(t, err, otpmint.NotFound)
}

func TestWhatIsRelayedIsRecordedByTheFake(t *testing.T) {
	fake, client := stopped(otpminttest.Options{})
	sent, err := client.Messages.Relay(ctx, otpmint.RelayRequest{To: "+4915112345678", Code: "a token", Purpose: "login"})
	check(t, err)
	same(t, fake.Messages(), []otpminttest.Message{{
		To: "+4915112345678", Channel: otpmint.SMS, Code: "a token", Purpose: "login", Key: sent.ID, At: noon, Relayed: true,
	}})
}

func TestTheFakeIsOneServerWithItsOwnRoutesAlone(t *testing.T) {
	fake, client := stopped(otpminttest.Options{BaseURL: "https://otp.example/mint"})
	mintAt(t, client, jane)
	same(t, refused(t, client.Request(ctx, "GET", "/v1/tenant", nil, nil), otpmint.NotFound).Code, "not_found")
	_, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: jane.To, Embed: true})
	same(t, refused(t, err, otpmint.Other).Code, "no_pages")
	elsewhere, err := otpmint.New("https://otp.example", fake.SecretKey(), over(fake), otpmint.WithRetries(0))
	check(t, err)
	_, err = elsewhere.Challenges.Mint(ctx, jane)
	refused(t, err, otpmint.ConnectionLost)
}

func TestTheFakeServesHTTP(t *testing.T) {
	fake, _ := stopped(otpminttest.Options{})
	server := httptest.NewServer(fake)
	defer server.Close()
	client, err := otpmint.New(server.URL, fake.SecretKey())
	check(t, err)
	fake.LoseNextAnswer()
	minted := mintAt(t, client, jane)
	_, err = client.Challenges.Verify(ctx, minted.Key, "424242")
	check(t, err)
	same(t, len(fake.Messages()), 1)
}
