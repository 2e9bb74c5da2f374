// SPDX-License-Identifier: MIT

package otpminttest

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

type asked struct {
	method string
	path   string
	query  string
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

type route struct {
	method string
	path   *regexp.Regexp
	name   string
	// Whether it takes an Idempotency-Key.
	isKeyed bool
	run     func(f *Fake, one *asked, route, name string) (response, error)
}

var routes = []route{
	{"POST", exactly("/challenges"), "mint", true, (*Fake).toTenant},
	{"POST", exactly("/verify"), "verifyByRecipient", true, (*Fake).toTenant},
	{"POST", exactly("/results"), "fetchResult", false, noResult},
	{"GET", exactly("/challenges/([^/]+)"), "get", false, (*Fake).toTenant},
	{"DELETE", exactly("/challenges/([^/]+)"), "cancel", false, (*Fake).toTenant},
	{"POST", exactly("/challenges/([^/]+)/verify"), "verify", true, (*Fake).toTenant},
	{"POST", exactly("/challenges/([^/]+)/resend"), "resend", true, (*Fake).toTenant},
	{"POST", exactly("/factors"), "addFactor", true, (*Fake).toFactors},
	{"GET", exactly("/factors"), "listFactors", false, (*Fake).toFactors},
	{"POST", exactly("/factors/results"), "fetchFactorResult", false, noResult},
	{"GET", exactly("/factors/([^/]+)"), "getFactor", false, (*Fake).toFactors},
	{"DELETE", exactly("/factors/([^/]+)"), "deleteFactor", false, (*Fake).toFactors},
	{"POST", exactly("/factors/([^/]+)/confirm"), "confirmFactor", true, (*Fake).toFactors},
	{"POST", exactly("/factors/([^/]+)/check"), "checkFactor", true, (*Fake).toFactors},
	{"POST", exactly("/factors/([^/]+)/recovery-codes"), "replaceRecoveryCodes", true, (*Fake).toFactors},
	{"POST", exactly("/messages"), "relay", true, (*Fake).toMessages},
	{"GET", exactly("/messages/([^/]+)"), "getMessage", false, (*Fake).toMessages},
}

func exactly(path string) *regexp.Regexp { return regexp.MustCompile("^/v1" + path + "$") }

func noResult(*Fake, *asked, string, string) (response, error) {
	return response{}, refusal("result_not_found")
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
		return f.once(one, route, key)
	}
	return response{}, refusal("not_found")
}

// Carries a request out once for each Idempotency-Key; without one it just does.
func (f *Fake) once(one *asked, route route, key string) (response, error) {
	sent := one.header.Get("Idempotency-Key")
	if sent == "" || !route.isKeyed {
		return route.run(f, one, route.name, key)
	}
	name := route.name + " " + sent
	if former, isKnown := f.memory[name]; isKnown {
		if former.path != one.path || former.body != string(one.body) {
			return response{}, refusal("idempotency_key_reused")
		}
		return former.answer.again(), nil
	}
	answer, err := route.run(f, one, route.name, key)
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

// The same answer for a repeated request.
func (r response) again() response {
	body := r.body
	var told map[string]json.RawMessage
	if err := json.Unmarshal(body, &told); err == nil && r.status < 300 {
		// A code is returned once. Secrets are repeated for an hour, and the fake forgets nothing.
		if _, isThere := told["code"]; isThere {
			told["code"] = json.RawMessage("null")
		}
		body, err = json.Marshal(told)
		must(err)
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
	if route == "cancel" {
		return nothing(), nil
	}
	view := f.book.view(found)
	if route == "get" {
		view["deliveries"] = deliveries(found.sends)
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
	view := f.book.view(made)
	if made.channel == otpmint.NoChannel {
		view["code"] = made.code
	}
	answer := written(201, view)
	answer.header.Set("Location", "/v1/challenges/"+made.key)
	return answer, nil
}

func (f *Fake) verify(found *entry, code string, bind map[string]string) (response, error) {
	if err := f.book.verify(found, code, bind); err != nil {
		return response{}, err
	}
	view := f.book.view(found)
	view["receipt"] = f.signer.sign(receipt(claims(found), f.options.Audience, f.time()))
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
	var proof string
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
		if body.Trusted {
			return response{}, fieldRefusal("/trusted", "only a tenant may vouch for a device")
		}
		err = f.book.verify(found, body.Code, body.Bind)
		proof = f.signer.sign(receipt(claims(found), f.options.Audience, f.time()))
	}
	if err != nil {
		return response{}, err
	}
	view := f.book.publicView(found)
	if proof != "" {
		view["receipt"] = proof
	}
	return written(200, view), nil
}

// The answer to what was deleted.
func nothing() response { return response{204, http.Header{}, nil} }

func written(status int, body any) response {
	text, err := json.Marshal(body)
	must(err)
	return response{status, http.Header{"Content-Type": {"application/json"}}, text}
}
