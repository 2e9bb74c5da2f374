// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"crypto/rand"
	"time"
)

const (
	// What a server asks for is waited out only if it is no longer than this, in seconds.
	short = 3
	// The first pause after a lost connection. It doubles each time.
	firstPause = 200 * time.Millisecond
)

// How long to wait before the request is sent again, and whether that may help. tried is how often it was sent,
// asked what Retry-After says, in seconds.
func pauseBefore(tried int, err *Error, asked *int) (time.Duration, bool) {
	if !isPassing(err) {
		return 0, false
	}
	pause := firstPause << (tried - 1)
	switch {
	case asked != nil && *asked > short:
		return 0, false
	case asked != nil:
		pause = time.Duration(*asked) * time.Second
	case err.Status == 429:
		return 0, false
	}
	// Up to half as much again, so that clients that failed together do not come back together.
	return pause + pause*time.Duration(randomByte())/512, true
}

// Not of math/rand, which begins with the same number in every process before Go 1.20.
func randomByte() byte {
	var b [1]byte
	_, _ = rand.Read(b[:])
	return b[0]
}

// Whether the same request may succeed soon.
func isPassing(err *Error) bool {
	// The first request, whose answer was lost, is still being carried out.
	if err.Kind == ConnectionLost || err.Code == "idempotency_key_in_use" {
		return true
	}
	return err.Status == 429 || err.Status == 502 || err.Status == 503 || err.Status == 504
}

// Whether a pause would leave time for another try. If not, the reason is worth more than "timed out".
func allows(ctx context.Context, pause time.Duration) bool {
	deadline, isSet := ctx.Deadline()
	return !isSet || time.Now().Add(pause).Before(deadline)
}

// Whether the pause was slept to its end.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
