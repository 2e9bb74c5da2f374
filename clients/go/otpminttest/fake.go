// SPDX-License-Identifier: MIT

// Package otpminttest is an OtpMint in memory, for the tests of your app: challenges, factors, relayed messages and
// receipts of one tenant. Nothing is sent, and its time passes when you say so.
//
// It has no limits for recipients and addresses (use RefuseNext), no hosted pages and no webhooks. The same contract
// is tested with it and with a real server.
package otpminttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

// Options change what a fake does. The zero value is good.
type Options struct {
	// BaseURL is https://otpmint.test by default.
	BaseURL string
	// SecretKey is otpm_test_fake by default.
	SecretKey string
	// Audience is the tenant's handle, tnt_fake by default.
	Audience string
	// Attempts is how many answers a challenge takes; 5 by default.
	Attempts int
	// Code returns the code for each challenge; `42` repeated by default, as in a sandbox: 424242.
	Code func(length int) string
	// Start is the time at first; the present by default, from which time passes as it does.
	Start time.Time
}

// Message would have been sent.
type Message struct {
	To      string
	Channel otpmint.Channel
	Code    string
	Purpose string
	// Key is the shareable key of its challenge, or the id of a relayed message.
	Key string
	At  time.Time
	// Relayed says whether the code came from the app, by Messages.Relay.
	Relayed bool
}

// Fake is the OtpMint in memory: a RoundTripper for clients, and a Handler for a server of your own.
type Fake struct {
	options Options
	signer  *signer

	mutex    sync.Mutex
	book     *book
	factors  *factorBook
	relayed  map[string]fieldsOf
	memory   map[string]kept
	refusals []*refused
	losing   int
	answers  int
	ahead    time.Duration
}

// New makes a fake.
func New(options Options) *Fake {
	if options.BaseURL == "" {
		options.BaseURL = "https://otpmint.test"
	}
	if options.SecretKey == "" {
		options.SecretKey = "otpm_test_fake"
	}
	if options.Audience == "" {
		options.Audience = "tnt_fake"
	}
	if options.Attempts == 0 {
		options.Attempts = 5
	}
	if options.Code == nil {
		options.Code = func(length int) string { return strings.Repeat("42", length)[:length] }
	}
	fake := &Fake{options: options, signer: newSigner(), memory: map[string]kept{}, relayed: map[string]fieldsOf{}}
	fake.factors = &factorBook{now: fake.time}
	fake.book = &book{now: fake.time, attempts: options.Attempts, code: options.Code, byKey: map[string]*entry{}}
	return fake
}

// Client is a client of the fake, to be given to your app.
func (f *Fake) Client(changes ...otpmint.Setting) *otpmint.Client {
	client, err := otpmint.New(f.BaseURL(), f.SecretKey(), f.with(changes)...)
	must(err)
	return client
}

// Holder is a client of a holder of this key.
func (f *Fake) Holder(key string, changes ...otpmint.Setting) *otpmint.Holder {
	holder, err := otpmint.NewHolder(f.BaseURL(), key, f.with(changes)...)
	must(err)
	return holder
}

// ReceiptVerifier checks the receipts of the fake, by its clock.
func (f *Fake) ReceiptVerifier() *otpmint.ReceiptVerifier {
	verifier, err := otpmint.NewReceiptVerifier(f.BaseURL(), f.options.Audience, f.with(nil)...)
	must(err)
	verifier.Now = f.Now
	return verifier
}

func (f *Fake) with(changes []otpmint.Setting) []otpmint.Setting {
	return append([]otpmint.Setting{otpmint.WithHTTPClient(&http.Client{Transport: f})}, changes...)
}

// BaseURL is for a client that your app makes itself, over the fake as its transport.
func (f *Fake) BaseURL() string { return f.options.BaseURL }

// SecretKey is that of the tenant.
func (f *Fake) SecretKey() string { return f.options.SecretKey }

// Audience is the tenant's handle.
func (f *Fake) Audience() string { return f.options.Audience }

// Now is the time of the fake.
func (f *Fake) Now() time.Time {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.time()
}

func (f *Fake) time() time.Time {
	if f.options.Start.IsZero() {
		return time.Now().Add(f.ahead)
	}
	return f.options.Start.Add(f.ahead)
}

// Advance lets time pass.
func (f *Fake) Advance(by time.Duration) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.ahead += by
}

// Messages would have been sent, oldest first.
func (f *Fake) Messages() []Message {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]Message(nil), f.book.messages...)
}

// AppCode is what the user's authenticator app shows now, or nothing if there is no such factor. It is accepted once:
// Advance by 30 seconds for the next one.
func (f *Fake) AppCode(handle string) string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	found, err := f.factors.find(handle)
	if err != nil {
		return ""
	}
	return found.totp.code(found.totp.step(f.time()))
}

// RefuseNext refuses the next request before anything is done, such as with 429 and sends_per_recipient. A negative
// retryAfter leaves Retry-After out. Several are refused one after the other.
func (f *Fake) RefuseNext(status int, code string, retryAfter int) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	one := &refused{status: status, problem: map[string]any{"code": code, "title": code}}
	if retryAfter >= 0 {
		one.problem["retry_after"] = retryAfter
	}
	f.refusals = append(f.refusals, one)
}

// LoseNextAnswer carries out the next request, and loses its answer: the connection breaks.
func (f *Fake) LoseNextAnswer() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.losing++
}

// RoundTrip answers a request.
func (f *Fake) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	path := strings.TrimPrefix(request.URL.String(), f.options.BaseURL+"/")
	if path == request.URL.String() {
		return nil, errors.New("this is another server than the fake")
	}
	answer, isLost, err := f.answer(request, "/"+path)
	if err != nil {
		return nil, err
	}
	if isLost {
		return nil, errors.New("the fake loses this answer")
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", answer.status, http.StatusText(answer.status)),
		StatusCode:    answer.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        answer.header,
		Body:          io.NopCloser(bytes.NewReader(answer.body)),
		ContentLength: int64(len(answer.body)),
		Request:       request,
	}, nil
}

// ServeHTTP answers a request to a server of your own, such as one of httptest.
func (f *Fake) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	answer, isLost, err := f.answer(request, request.URL.RequestURI())
	if err != nil || isLost {
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

func (f *Fake) answer(request *http.Request, path string) (response, bool, error) {
	var body []byte
	if request.Body != nil {
		defer request.Body.Close()
		read, err := io.ReadAll(request.Body)
		if err != nil {
			return response{}, false, err
		}
		body = read
	}
	path, query, _ := strings.Cut(path, "?")
	f.mutex.Lock()
	defer f.mutex.Unlock()
	answer := f.route(&asked{request.Method, path, query, body, request.Header})
	f.answers++
	answer.header.Set("X-Request-Id", fmt.Sprintf("fake-%08d", f.answers))
	isLost := f.losing > 0
	if isLost {
		f.losing--
	}
	return answer, isLost, nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
