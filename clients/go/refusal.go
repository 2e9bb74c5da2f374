// SPDX-License-Identifier: MIT

package otpmint

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

var kindByCode = map[string]Kind{
	"code_mismatch":       CodeMismatch,
	"code_used":           CodeUsed,
	"not_a_code":          NotACode,
	"challenge_verified":  ChallengeEnded,
	"challenge_expired":   ChallengeEnded,
	"challenge_exhausted": ChallengeEnded,
	"challenge_canceled":  ChallengeEnded,
	"resend_cooldown":     CannotResend,
	"send_under_way":      CannotResend,
	"sends_spent":         CannotResend,
	"nothing_to_resend":   CannotResend,
	"number_refused":      RecipientRefused,
	"country_not_allowed": RecipientRefused,
	"invalid_field":       InvalidField,
	"invalid_parameter":   InvalidField,
}

var kindByStatus = map[int]Kind{401: Unauthorized, 403: Forbidden, 404: NotFound}

// These mean the same whoever answers: OtpMint, or a proxy in front of it.
var kindByAnyone = map[int]Kind{429: RateLimited, 502: Unavailable, 503: Unavailable, 504: Unavailable}

// The error for an answer that is no success. A proxy may have answered anything.
func refusal(status int, header http.Header, body []byte) *Error {
	e := &Error{RequestID: header.Get("X-Request-Id")}
	if seconds, isThere := secondsToWait(header); isThere {
		e.RetryAt = time.Now().Add(time.Duration(seconds) * time.Second)
	}
	err := json.Unmarshal(body, &e.Problem)
	if err != nil || e.Code == "" || e.Title == "" {
		title := fmt.Sprintf("The answer is %d", status)
		if status >= 300 && status < 400 {
			title = "The answer is a redirect, which is not followed"
		}
		e.Problem = Problem{Code: "unexpected_answer", Title: title, Status: status}
		e.Kind = firstOf(kindByAnyone[status], UnexpectedAnswer)
		return e
	}
	e.Status = status
	e.Kind = firstOf(kindByCode[e.Code], kindByAnyone[status], kindByStatus[status], Other)
	return e
}

func firstOf(kinds ...Kind) Kind {
	for _, kind := range kinds {
		if kind != "" {
			return kind
		}
	}
	return Other
}

// Retry-After in seconds. Nothing for a date, which only others than OtpMint send.
func secondsToWait(header http.Header) (int, bool) {
	text := header.Get("Retry-After")
	seconds, err := strconv.ParseUint(text, 10, 31)
	return int(seconds), err == nil && len(text) <= 9
}
