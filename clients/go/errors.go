// SPDX-License-Identifier: MIT

package otpmint

import (
	"fmt"
	"time"
)

// Kind is a family of errors. It is an error itself, so that errors.Is(err, otpmint.CodeMismatch) says whether err
// belongs to it.
type Kind string

const (
	// CodeMismatch: the code is wrong, and an attempt was counted. With none remaining, mint another code.
	CodeMismatch Kind = "code mismatch"
	// CodeUsed: the app still shows a code that was accepted before, which was not counted: ask for the next one.
	CodeUsed Kind = "code used"
	// NotACode: what was typed cannot be a code, and no attempt was counted.
	NotACode Kind = "not a code"
	// ChallengeEnded: it was verified, has expired, is exhausted or was canceled: Code says which.
	ChallengeEnded Kind = "challenge ended"
	// NotFound: there is no such thing, or not any more: Code says what. To a holder also a challenge that has ended.
	NotFound Kind = "not found"
	// CannotResend: the code cannot be sent again, or not yet: Code says why.
	CannotResend Kind = "cannot resend"
	// RecipientRefused: no code can be sent to this number.
	RecipientRefused Kind = "recipient refused"
	// InvalidField: a field of the request is wrong, such as To with a typing error: Errors names it.
	InvalidField Kind = "invalid field"
	// RateLimited: too much of something: Code names the limit, RetryAt says until when.
	RateLimited Kind = "rate limited"
	// Unauthorized: the secret key is not valid.
	Unauthorized Kind = "unauthorized"
	// Forbidden: the secret key is valid, and may not be used for this.
	Forbidden Kind = "forbidden"
	// Unavailable: the server, or the proxy in front of it, cannot serve now: 502, 503 or 504.
	Unavailable Kind = "unavailable"
	// ConnectionLost: there was no answer: no connection, or it broke. The request may have been carried out.
	ConnectionLost Kind = "connection lost"
	// TimedOut: there was no answer in time. The request may have been carried out.
	TimedOut Kind = "timed out"
	// GivenUp: the context was canceled. The request may have been carried out.
	GivenUp Kind = "given up"
	// UnexpectedAnswer: it is not one of OtpMint's: look at the base URL, or at what is in between.
	UnexpectedAnswer Kind = "unexpected answer"
	// Other: anything else that the server refuses: look at Code.
	Other Kind = "other"
)

// Error is the text of the kind.
func (k Kind) Error() string { return "otpmint: " + string(k) }

// Error is whatever the server refuses, and whatever goes wrong on the way to it.
type Error struct {
	Kind Kind
	Problem
	// RetryAt is when the same request may succeed; zero if that is unknown.
	RetryAt time.Time
	// RequestID is where the server's log has more.
	RequestID string
	context   error
}

// Problem is a refusal (RFC 9457). Code is one of those in docs/problems.md, or one of this client:
// `connection_lost`, `timed_out`, `given_up`, `unexpected_answer`.
type Problem struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	// Status is that of the answer; 0 without one.
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
	// Instance names this occurrence, by the id of the request.
	Instance string         `json:"instance,omitempty"`
	Errors   []FieldProblem `json:"errors,omitempty"`
	// AttemptsRemaining is there after a wrong code.
	AttemptsRemaining *int `json:"attempts_remaining,omitempty"`
	// RetryAfter is in seconds.
	RetryAfter *int `json:"retry_after,omitempty"`
	// PausedUntil is when a paused factor is checked again; zero otherwise.
	PausedUntil time.Time `json:"retry_at"`
}

// FieldProblem is what is wrong with one field or parameter of a request.
type FieldProblem struct {
	Pointer   string `json:"pointer,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Detail    string `json:"detail"`
}

// Error has title, code and detail.
func (e *Error) Error() string {
	text := fmt.Sprintf("otpmint: %s (%s)", e.Title, e.Code)
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Is says whether the error is of this kind.
func (e *Error) Is(target error) bool {
	kind, isKind := target.(Kind)
	return isKind && kind == e.Kind
}

// Unwrap is the error of the context, if that has ended.
func (e *Error) Unwrap() error { return e.context }
