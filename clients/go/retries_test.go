// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
	"github.com/otpmint/otpmint/clients/go/otpminttest"
)

const anyKey = "aaaaaaaaaaaaaaaaaaaaaaa"

var jane = otpmint.MintRequest{To: "jane@example.com"}

// A client of a fake that notes what it is sent.
func counted(changes ...otpmint.Setting) (*otpminttest.Fake, *recorder, *otpmint.Client) {
	fake := otpminttest.New(otpminttest.Options{})
	sent := &recorder{inner: fake}
	return fake, sent, fake.Client(append([]otpmint.Setting{over(sent)}, changes...)...)
}

func TestWhatMayPassIsTriedAgainWithTheSameKey(t *testing.T) {
	for _, status := range []int{502, 503, 504} {
		fake, sent, client := counted()
		fake.RefuseNext(status, "store_unavailable", -1)
		fake.RefuseNext(status, "store_unavailable", -1)
		_, err := client.Challenges.Mint(ctx, jane)
		check(t, err)
		same(t, sent.keys, []string{sent.keys[0], sent.keys[0], sent.keys[0]})
	}
}

func TestEachCallHasAKeyOfItsOwn(t *testing.T) {
	_, sent, client := counted()
	for range [2]int{} {
		_, err := client.Challenges.Mint(ctx, jane)
		check(t, err)
	}
	if len(sent.keys) != 2 || sent.keys[0] == sent.keys[1] {
		t.Fatal(sent.keys)
	}
}

func TestItEndsAfterAsManyRetriesAsWereAskedFor(t *testing.T) {
	for tries, changes := range map[int][]otpmint.Setting{
		3: nil, 2: {otpmint.WithRetries(1)}, 1: {otpmint.WithRetries(0)},
	} {
		fake, sent, client := counted(changes...)
		for range [9]int{} {
			fake.LoseNextAnswer()
		}
		_, err := client.Challenges.Mint(ctx, jane)
		refused(t, err, otpmint.ConnectionLost)
		same(t, []int{len(sent.keys), len(fake.Messages())}, []int{tries, 1})
	}
}

func TestAShortWaitIsWaitedOutAndALongOneIsTold(t *testing.T) {
	fake, sent, client := counted()
	fake.RefuseNext(429, "mint_per_tenant", 1)
	begun := time.Now()
	_, err := client.Challenges.Mint(ctx, jane)
	check(t, err)
	if took := time.Since(begun); took < time.Second || len(sent.keys) != 2 {
		t.Fatalf("after %s, in %d tries", took, len(sent.keys))
	}
	for _, one := range []struct {
		status, after int
		kind          otpmint.Kind
	}{{429, 4, otpmint.RateLimited}, {429, -1, otpmint.RateLimited}, {503, 60, otpmint.Unavailable}} {
		fake, sent, client := counted()
		fake.RefuseNext(one.status, "sends_per_recipient", one.after)
		_, err := client.Challenges.Mint(ctx, jane)
		refused(t, err, one.kind)
		same(t, len(sent.keys), 1)
	}
}

func TestWhileTheFirstRequestIsCarriedOutTheRetryWaits(t *testing.T) {
	fake, sent, client := counted()
	fake.RefuseNext(409, "idempotency_key_in_use", 1)
	_, err := client.Challenges.Mint(ctx, jane)
	check(t, err)
	same(t, len(sent.keys), 2)
}

func TestWhatIsRefusedForGoodIsSentOnce(t *testing.T) {
	_, sent, client := counted()
	_, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: "nobody"})
	refused(t, err, otpmint.InvalidField)
	_, err = client.Challenges.Get(ctx, anyKey)
	refused(t, err, otpmint.NotFound)
	same(t, len(sent.keys), 2)
}

func TestWhatTheServerWouldDoTwiceIsSentOnce(t *testing.T) {
	fake, sent, client := counted()
	minted, err := client.Challenges.Mint(ctx, jane)
	check(t, err)
	holder := fake.Holder(minted.Key, over(sent))
	sent.keys = nil
	for _, call := range []func() error{
		func() error { return client.Challenges.Cancel(ctx, minted.Key) },
		func() error { _, err := client.Challenges.FetchResult(ctx, "otpr_x"); return err },
		func() error { return client.Request(ctx, "POST", "/v1/tenant/templates/lint", nil, nil) },
		func() error { return client.Request(ctx, "PATCH", "/v1/tenant", nil, nil) },
		func() error { _, err := holder.Verify(ctx, "000000", nil); return err },
		func() error { _, err := holder.Resend(ctx); return err },
	} {
		fake.RefuseNext(503, "shutting_down", 1)
		refused(t, call(), otpmint.Unavailable)
	}
	same(t, sent.keys, make([]string, 6))
}

func TestReadingIsTriedAgain(t *testing.T) {
	fake, sent, client := counted()
	minted, err := client.Challenges.Mint(ctx, jane)
	check(t, err)
	for _, read := range []func() error{
		func() error { _, err := client.Challenges.Get(ctx, minted.Key); return err },
		func() error { _, err := fake.Holder(minted.Key, over(sent)).Status(ctx); return err },
	} {
		sent.keys = nil
		fake.LoseNextAnswer()
		check(t, read())
		same(t, sent.keys, []string{"", ""})
	}
}

func TestAKeyIsGivenOnlyToARouteThatTakesIt(t *testing.T) {
	_, sent, client := counted()
	mine := otpmint.IdempotencyKey("mine")
	for _, err := range []error{
		client.Request(ctx, "POST", "/v1/results", nil, nil, mine),
		client.Request(ctx, "GET", "/v1/challenges", nil, nil, mine),
		client.Request(ctx, "POST", "/v1/challenges", nil, nil, otpmint.IdempotencyKey("a\nb")),
		client.Request(ctx, "GET", ".evil.example/", nil, nil),
	} {
		if err == nil {
			t.Fatal("it was sent")
		}
	}
	same(t, len(sent.keys), 0)
}

// Never answers, until it is given up.
type silent struct{}

func (silent) RoundTrip(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

func TestTheTimeIsForTheCallWithAllItsRetries(t *testing.T) {
	_, _, slow := counted(over(silent{}), otpmint.WithTimeout(50*time.Millisecond))
	_, err := slow.Challenges.Mint(ctx, jane)
	refused(t, err, otpmint.TimedOut)
	// A pause that would be longer than the time is left out: the reason is worth more than "timed out".
	fake, sent, client := counted(otpmint.WithTimeout(500 * time.Millisecond))
	fake.RefuseNext(429, "mint_per_tenant", 1)
	_, err = client.Challenges.Mint(ctx, jane)
	refused(t, err, otpmint.RateLimited)
	same(t, len(sent.keys), 1)
}

func TestTheCallerCanGiveUp(t *testing.T) {
	fake, _, waiting := counted()
	_, _, slow := counted(over(silent{}))
	for _, client := range []*otpmint.Client{waiting, slow} {
		fake.RefuseNext(503, "shutting_down", 3)
		own, cancel := context.WithCancel(ctx)
		time.AfterFunc(30*time.Millisecond, cancel)
		_, err := client.Challenges.Mint(own, jane)
		refused(t, err, otpmint.GivenUp)
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	own, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	_, err := slow.Challenges.Mint(own, jane)
	refused(t, err, otpmint.TimedOut)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

func TestWhatCannotBeAShareableKeyIsNotSent(t *testing.T) {
	fake, sent, client := counted()
	for _, odd := range []string{"", "..", "a/../b", "a?b", "a b", "ä", "a\n"} {
		_, err := client.Challenges.Get(ctx, odd)
		refused(t, err, otpmint.NotFound)
		_, err = otpmint.NewHolder(fake.BaseURL(), odd)
		refused(t, err, otpmint.NotFound)
		_, err = client.Factors.Get(ctx, odd)
		same(t, refused(t, err, otpmint.NotFound).Code, "factor_not_found")
	}
	same(t, len(sent.keys), 0)
}
