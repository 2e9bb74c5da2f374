// SPDX-License-Identifier: MIT

package otpminttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

type asked struct {
	method string
	path   string
	body   []byte
	header http.Header
}

type response struct {
	status int
	header http.Header
	body   []byte
}

// The answer to a request with an Idempotency-Key.
type kept struct {
	path, body string
	answer     response
}

var routes = []struct {
	method string
	path   *regexp.Regexp
	name   string
}{
	{"POST", regexp.MustCompile(`^/v1/challenges$`), "mint"},
	{"POST", regexp.MustCompile(`^/v1/verify$`), "verifyByRecipient"},
	{"GET", regexp.MustCompile(`^/v1/challenges/([^/]+)$`), "get"},
	{"DELETE", regexp.MustCompile(`^/v1/challenges/([^/]+)$`), "cancel"},
	{"POST", regexp.MustCompile(`^/v1/challenges/([^/]+)/verify$`), "verify"},
	{"POST", regexp.MustCompile(`^/v1/challenges/([^/]+)/resend$`), "resend"},
}

func (f *Fake) route(one *asked) response {
	answer, err := f.decide(one)
	var no *refused
	if errors.As(err, &no) {
		return no.answer()
	}
	must(err)
	return answer
}

func (f *Fake) decide(one *asked) (response, error) {
	if len(f.refusals) > 0 {
		first := f.refusals[0]
		f.refusals = f.refusals[1:]
		return response{}, first
	}
	if one.path == "/.well-known/jwks.json" {
		return written(200, f.signer.jwks()), nil
	}
	sent := one.header.Get("Authorization")
	if sent != "" && sent != "Bearer "+f.options.SecretKey {
		return response{}, refusal("invalid_secret_key")
	}
	for _, route := range routes {
		found := route.path.FindStringSubmatch(one.path)
		if found == nil || route.method != one.method {
			continue
		}
		key := ""
		if len(found) > 1 {
			key = found[1]
		}
		if sent == "" {
			return f.toHolder(one, route.name, key)
		}
		if route.name == "get" || route.name == "cancel" {
			return f.toTenant(one, route.name, key)
		}
		return f.once(one, route.name, key)
	}
	return response{}, refusal("not_found")
}

// Carries a request out once for each Idempotency-Key; without one it just does.
func (f *Fake) once(one *asked, route, key string) (response, error) {
	sent := one.header.Get("Idempotency-Key")
	if sent == "" {
		return f.toTenant(one, route, key)
	}
	name := route + " " + sent
	if former, isKnown := f.memory[name]; isKnown {
		if former.path != one.path || former.body != string(one.body) {
			return response{}, refusal("idempotency_key_reused")
		}
		return former.answer.again(), nil
	}
	answer, err := f.toTenant(one, route, key)
	var no *refused
	// A wrong code has used up an attempt; what changed nothing is not remembered.
	if errors.As(err, &no) && no.problem["code"] == "code_mismatch" {
		answer, err = no.answer(), nil
	}
	if err == nil {
		f.memory[name] = kept{one.path, string(one.body), answer.again()}
	}
	return answer, err
}

var lastCode = regexp.MustCompile(`,"code":"[0-9A-Z]+"}$`)

// The same answer for a repeated request. A code is returned once.
func (r response) again() response {
	body := r.body
	if r.status == 201 {
		body = lastCode.ReplaceAll(body, []byte(`,"code":null}`))
	}
	header := http.Header{"Idempotency-Replayed": {"true"}, "Content-Type": r.header["Content-Type"]}
	return response{r.status, header, body}
}

func (f *Fake) toTenant(one *asked, route, key string) (response, error) {
	switch route {
	case "mint":
		return f.mint(one)
	case "verifyByRecipient":
		var body otpmint.VerifyByRecipientRequest
		if err := parse(one.body, byRecipientFields, &body); err != nil {
			return response{}, err
		}
		found, err := f.book.findByRecipient(body.To, body.Purpose)
		if err != nil {
			return response{}, err
		}
		return f.verify(found, body.Code, body.Bind)
	}
	found, err := f.book.find(key)
	if err != nil {
		return response{}, err
	}
	switch route {
	case "verify":
		var body otpmint.VerifyRequest
		if err := parse(one.body, verifyFields, &body); err != nil {
			return response{}, err
		}
		return f.verify(found, body.Code, body.Bind)
	case "resend":
		var body otpmint.ResendRequest
		if err := parse(one.body, resendFields, &body); err != nil {
			return response{}, err
		}
		err = f.book.resend(found, body.Channel)
	case "cancel":
		err = f.book.cancel(found)
	}
	if err != nil {
		return response{}, err
	}
	view := f.book.view(found)
	if route == "get" {
		view["deliveries"] = deliveries(found)
	}
	return written(200, view), nil
}

func (f *Fake) mint(one *asked) (response, error) {
	var body otpmint.MintRequest
	if err := parse(one.body, mintFields, &body); err != nil {
		return response{}, err
	}
	made, err := f.book.mint(body)
	if err != nil {
		return response{}, err
	}
	answer := written(201, f.book.view(made))
	if made.channel == otpmint.NoChannel {
		// At the end, where a repeated answer leaves it out.
		answer.body = []byte(fmt.Sprintf(`%s,"code":"%s"}`, answer.body[:len(answer.body)-1], made.code))
	}
	answer.header.Set("Location", "/v1/challenges/"+made.key)
	return answer, nil
}

func (f *Fake) verify(found *entry, code string, bind map[string]string) (response, error) {
	if err := f.book.verify(found, code, bind); err != nil {
		return response{}, err
	}
	view := f.book.view(found)
	view["receipt"] = f.signer.sign(claims(found, f.options.Audience, f.time()))
	return written(200, view), nil
}

func (f *Fake) toHolder(one *asked, route, key string) (response, error) {
	if route != "get" && route != "verify" && route != "resend" {
		return response{}, refusal("invalid_secret_key")
	}
	if one.header.Get("Idempotency-Key") != "" {
		return response{}, refusal("idempotency_not_offered")
	}
	found, err := f.book.find(key)
	// An ended challenge looks like one that never existed.
	if err != nil || f.book.status(found) != otpmint.Pending {
		return response{}, refusal("challenge_not_found")
	}
	var receipt string
	switch route {
	case "resend":
		err = f.book.resend(found, "")
	case "verify":
		var body otpmint.VerifyRequest
		if err := parse(one.body, verifyFields, &body); err != nil {
			return response{}, err
		}
		if body.EndUserIP != "" {
			return response{}, fieldRefusal("/end_user_ip", "only a tenant may tell it")
		}
		err = f.book.verify(found, body.Code, body.Bind)
		receipt = f.signer.sign(claims(found, f.options.Audience, f.time()))
	}
	if err != nil {
		return response{}, err
	}
	view := f.book.publicView(found)
	if receipt != "" {
		view["receipt"] = receipt
	}
	return written(200, view), nil
}

func written(status int, body any) response {
	text, err := json.Marshal(body)
	must(err)
	return response{status, http.Header{"Content-Type": {"application/json"}}, text}
}
