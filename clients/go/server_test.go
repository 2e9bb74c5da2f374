// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

// What only the real server has: hosted pages, events, the sandbox.

func TestAnyRouteIsARequestAway(t *testing.T) {
	w := realWorld(t)
	var added struct{ Key, Secret string }
	body := map[string]any{"name": "Client", "scopes": []string{"verify"}}
	check(t, w.client(t).Request(ctx, "POST", "/v1/tenant/keys", body, &added))
	verifying, err := otpmint.New(w.baseURL, added.Secret)
	check(t, err)
	_, err = verifying.Challenges.Mint(ctx, otpmint.MintRequest{To: someone()})
	same(t, refused(t, err, otpmint.Forbidden).Code, "insufficient_scope")
	check(t, w.client(t).Request(ctx, "DELETE", "/v1/tenant/keys/"+added.Key, nil, nil))
}

func TestTheResultOfAHostedPageIsFetchedOnce(t *testing.T) {
	w := realWorld(t)
	request := otpmint.MintRequest{To: someone(), ReturnURL: w.baseURL + "/dev/returned"}
	minted, code := mint(t, w, request)
	form := strings.NewReader(url.Values{"code": {code}}.Encode())
	post, err := http.NewRequest("POST", minted.PageURL+"/verify", form)
	check(t, err)
	post.Header.Set("Origin", w.baseURL)
	post.Header.Set("Accept", "application/json")
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(post)
	check(t, err)
	defer answer.Body.Close()
	var told struct{ Location string }
	check(t, json.NewDecoder(answer.Body).Decode(&told))
	location, err := url.Parse(told.Location)
	check(t, err)
	result := location.Query().Get("otpmint_result")
	verified, err := w.client(t).Challenges.FetchResult(ctx, result)
	check(t, err)
	same(t, []any{verified.Key, verified.Status}, []any{minted.Key, otpmint.Verified})
	_, err = w.client(t).Challenges.FetchResult(ctx, result)
	same(t, refused(t, err, otpmint.NotFound).Code, "result_not_found")
}

type posted struct {
	header http.Header
	body   []byte
}

func TestADeliveredEventIsVerifiedWithTheOldSecretAndWithTheNewOne(t *testing.T) {
	w := realWorld(t)
	client := w.client(t)
	events := make(chan posted, 9)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		events <- posted{request.Header, body}
		w.WriteHeader(204)
	}))
	defer app.Close()
	next := func() posted {
		select {
		case one := <-events:
			return one
		case <-time.After(30 * time.Second):
			t.Fatal("no event came")
			return posted{}
		}
	}
	var hook struct{ Webhook, Secret string }
	body := map[string]any{"url": app.URL + "/hook", "events": []string{"challenge.verified"}}
	check(t, client.Request(ctx, "POST", "/v1/tenant/webhooks", body, &hook))
	minted, code := mint(t, w, otpmint.MintRequest{To: someone(), Metadata: map[string]string{"order": "17"}})
	_, err := client.Challenges.Verify(ctx, minted.Key, code)
	check(t, err)
	one := next()
	verifier, err := otpmint.NewWebhookVerifier(hook.Secret)
	check(t, err)
	event, err := verifier.Verify(one.header, one.body)
	check(t, err)
	challenge, isAboutOne := event.Challenge()
	same(t, []any{event.Type, isAboutOne, challenge.Key}, []any{"challenge.verified", true, minted.Key})
	same(t, challenge.Metadata, map[string]string{"order": "17"})
	_, err = verifier.Verify(one.header, bytes.ReplaceAll(one.body, []byte("verified"), []byte("canceled")))
	invalid(t, err, "no signature matches")

	// While the secret is being replaced, either is good.
	var rotated struct{ Secret string }
	path := "/v1/tenant/webhooks/" + hook.Webhook
	check(t, client.Request(ctx, "POST", path+"/rotate", map[string]any{}, &rotated))
	check(t, client.Request(ctx, "POST", path+"/test", nil, nil))
	one = next()
	for _, secret := range []string{hook.Secret, rotated.Secret} {
		verifier, err := otpmint.NewWebhookVerifier(secret)
		check(t, err)
		event, err := verifier.Verify(one.header, one.body)
		check(t, err)
		same(t, event.Type, "ping")
	}
	check(t, client.Request(ctx, "DELETE", path, nil, nil))
}

// Development servers have no limit in force: that a mint beyond one is RateLimited is told in errors_test.go.
func TestAMintNamesWhatTheLimitsOfItsTenantCount(t *testing.T) {
	w := realWorld(t)
	client := w.client(t)
	named := map[string]any{"device": []string{"1/10m"}}
	policy := map[string]any{"policy": map[string]any{"limits": map[string]any{"named": named}}}
	check(t, client.Request(ctx, "PATCH", "/v1/tenant", policy, nil))
	request := otpmint.MintRequest{To: someone(), Limits: map[string]string{"device": "7f1b6c0e"}}
	_, err := client.Challenges.Mint(ctx, request)
	check(t, err)
	request.Limits = map[string]string{"devise": "7f1b6c0e"}
	_, err = client.Challenges.Mint(ctx, request)
	same(t, refused(t, err, otpmint.InvalidField).Errors[0].Pointer, "/limits/devise")
}

func TestACodeThatTheAppDeliversIsNotPrinted(t *testing.T) {
	w := realWorld(t)
	var added struct{ Secret string }
	scopes := map[string]any{"scopes": []string{"mint", "verify", "reveal"}}
	check(t, w.client(t).Request(ctx, "POST", "/v1/tenant/sandbox/keys", scopes, &added))
	client, err := otpmint.New(w.baseURL, added.Secret)
	check(t, err)
	minted, err := client.Challenges.Mint(ctx, otpmint.MintRequest{To: someone(), Channel: otpmint.NoChannel})
	check(t, err)
	if told := fmt.Sprintf("%v %+v %#v", minted, *minted, minted); minted.Code == "" || contains(told, minted.Code) {
		t.Fatal(told)
	}
	_, err = client.Challenges.Resend(ctx, minted.Key)
	same(t, refused(t, err, otpmint.CannotResend).Code, "nothing_to_resend")
	_, err = client.Challenges.Verify(ctx, minted.Key, minted.Code)
	check(t, err)
}
