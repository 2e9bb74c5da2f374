// SPDX-License-Identifier: MIT

package otpminttest

import (
	"fmt"
	"net/http"
)

// What the fake refuses by itself: status and title of each code.
var problems = map[string]struct {
	status int
	title  string
}{
	"invalid_json":            {400, "The body must be one JSON object."},
	"idempotency_not_offered": {400, "Only a request with the secret key may have an Idempotency-Key."},
	"invalid_secret_key":      {401, "The secret key is missing or not valid."},
	"code_mismatch":           {403, "The code is wrong."},
	"code_used":               {403, "This code was used before."},
	"factor_not_found":        {404, "There is no such factor."},
	"message_not_found":       {404, "There is no such message."},
	"result_not_found":        {404, "There is no such result."},
	"challenge_not_found":     {404, "There is no such challenge."},
	"not_found":               {404, "There is nothing at this address."},
	"no_pages":                {409, "This server has no pages."},
	"nothing_to_resend":       {409, "You deliver this code yourself."},
	"sends_spent":             {409, "This code was sent as often as allowed."},
	"factor_confirmed":        {409, "The factor is active already."},
	"factor_unconfirmed":      {409, "The factor waits for its first code."},
	"too_many_factors":        {409, "This user has as many factors as allowed."},
	"challenge_verified":      {410, "The challenge was verified before. A code works once."},
	"challenge_expired":       {410, "The time of the challenge has run out."},
	"challenge_exhausted":     {410, "The attempts of the challenge are used up."},
	"challenge_canceled":      {410, "The challenge was called off."},
	"invalid_field":           {422, "A field of the body is not what it has to be."},
	"invalid_parameter":       {422, "A parameter is not what it has to be."},
	"not_a_code":              {422, "A code has 4 to 10 digits or letters. This did not count as an attempt."},
	"idempotency_key_reused":  {422, "The Idempotency-Key was used for something else."},
	"factor_paused":           {429, "There were too many wrong codes."},
	"resend_cooldown":         {429, "This code was sent a moment ago."},
}

// A refusal on its way to the answer.
type refused struct {
	status  int
	problem map[string]any
}

func refusal(code string) *refused {
	one := problems[code]
	return &refused{one.status, map[string]any{"code": code, "title": one.title}}
}

func fieldRefusal(pointer, detail string) *refused {
	errors := []map[string]any{{"pointer": pointer, "detail": detail}}
	return refusal("invalid_field").with("detail", detail).with("errors", errors)
}

func (r *refused) with(name string, value any) *refused {
	r.problem[name] = value
	return r
}

func (r *refused) Error() string { return fmt.Sprint(r.problem["code"]) }

func (r *refused) answer() response {
	r.problem["type"] = fmt.Sprintf("/problems/%s", r.problem["code"])
	r.problem["status"] = r.status
	answer := written(r.status, r.problem)
	answer.header = http.Header{"Content-Type": {"application/problem+json"}}
	if seconds, isThere := r.problem["retry_after"]; isThere {
		answer.header.Set("Retry-After", fmt.Sprint(seconds))
	}
	return answer
}
