// SPDX-License-Identifier: MIT

package otpmint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The longest body that is read. The server's are far shorter.
const longestBody = 4 << 20

// One call of the API, the same in each try.
type call struct {
	method string
	// From the slash after the host on.
	path    string
	body    []byte
	headers map[string]string
	// Whether the server does nothing twice if it gets this twice.
	repeatable bool
	wait       time.Duration
}

// Sends requests, again if that is safe, and turns refusals into errors.
type transport struct {
	base     string
	settings settings
	// A function, so that nothing that prints this prints the secret key; empty for a holder.
	secretKey func() string
}

func newTransport(baseURL, secretKey string, changes []Setting) (*transport, error) {
	base, err := checkedBaseURL(baseURL)
	if err != nil {
		return nil, err
	}
	all := settingsOf(changes)
	// A redirect is not followed: it would take the secret key along.
	own := *all.http
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	all.http = &own
	return &transport{base: base, settings: all, secretKey: func() string { return secretKey }}, nil
}

// Decodes the body of a success into out, unless that is nil or there is none.
func (t *transport) send(ctx context.Context, one call, out any) error {
	// Otherwise the path could continue the name of the host.
	if !strings.HasPrefix(one.path, "/") {
		return errors.New("otpmint: a path begins with a slash")
	}
	timeout := t.settings.timeout + one.wait
	inner, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for tried := 1; ; tried++ {
		err, asked := t.try(inner, one, out)
		if err == nil {
			return nil
		}
		if inner.Err() != nil {
			return late(ctx, timeout)
		}
		pause, isPassing := pauseBefore(tried, err, asked)
		if !one.repeatable || !isPassing || tried > t.settings.retries || !allows(inner, pause) {
			return err
		}
		if !sleep(inner, pause) {
			return late(ctx, timeout)
		}
	}
}

// One try: what went wrong, and the seconds that the server asks to wait.
func (t *transport) try(ctx context.Context, one call, out any) (*Error, *int) {
	request, err := http.NewRequestWithContext(ctx, one.method, t.base+one.path, bytes.NewReader(one.body))
	if err != nil {
		return t.lost(err), nil
	}
	for name, value := range one.headers {
		request.Header.Set(name, value)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "otpmint-go/"+Version)
	if one.body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if key := t.secretKey(); key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := t.settings.http.Do(request)
	if err != nil {
		return t.lost(err), nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestBody))
	if err != nil {
		return t.lost(err), nil
	}
	// A proxy may echo what it was sent.
	body = []byte(t.redacted(string(body)))
	if response.StatusCode < 200 || response.StatusCode > 299 {
		refused := refusal(response.StatusCode, response.Header, body)
		if seconds, isThere := secondsToWait(response.Header); isThere {
			return refused, &seconds
		}
		return refused, nil
	}
	return read(response, body, out), nil
}

// Whether an answer has what it cannot be without.
type complete interface{ isComplete() bool }

func read(response *http.Response, body []byte, out any) *Error {
	if out == nil || response.StatusCode == http.StatusNoContent {
		return nil
	}
	err := json.Unmarshal(body, out)
	answer, isChecked := out.(complete)
	if err == nil && (!isChecked || answer.isComplete()) {
		return nil
	}
	problem := Problem{
		Code:   "unexpected_answer",
		Title:  "The answer is a success, but not what this call returns",
		Status: response.StatusCode,
	}
	return &Error{Kind: UnexpectedAnswer, Problem: problem, RequestID: response.Header.Get("X-Request-Id")}
}

// The failure itself is not kept: a RoundTripper of the caller's may quote the request.
func (t *transport) lost(err error) *Error {
	detail := t.redacted(err.Error())
	return &Error{
		Kind:    ConnectionLost,
		Problem: Problem{Code: "connection_lost", Title: "There was no answer", Detail: detail},
	}
}

func (t *transport) redacted(text string) string {
	if key := t.secretKey(); key != "" {
		return strings.ReplaceAll(text, key, "…")
	}
	return text
}

// The caller's context has ended, or the time of the call has.
func late(caller context.Context, timeout time.Duration) *Error {
	if errors.Is(caller.Err(), context.Canceled) {
		problem := Problem{Code: "given_up", Title: "The context was canceled"}
		return &Error{Kind: GivenUp, Problem: problem, context: caller.Err()}
	}
	title := fmt.Sprintf("There was no answer within %s", timeout)
	if caller.Err() != nil {
		title = "There was no answer before the deadline of the context"
	}
	return &Error{
		Kind:    TimedOut,
		Problem: Problem{Code: "timed_out", Title: title},
		context: context.DeadlineExceeded,
	}
}
