// SPDX-License-Identifier: MIT

package otpmint

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// ErrKeysUnavailable: the keys could not be fetched, so nothing is known about the receipt.
var ErrKeysUnavailable = errors.New("otpmint: the keys of the receipts could not be fetched")

const (
	// How long a set is used: what its Cache-Control says. A key that was withdrawn works no longer than that.
	keptFor = 5 * time.Minute
	// A receipt of an unknown key fetches the set again, but not more often than this: anyone can make one. A new key
	// is in the set for at least ten seconds before it signs, so no good receipt waits for this.
	againAfter = 10 * time.Second
	// After a failure the next fetch waits this long.
	afterFailure = time.Second
)

// Where keys are looked up by their kid; nil if there is none.
type keySource interface {
	find(ctx context.Context, kid string) (*ecdsa.PublicKey, error)
}

type fixedKeys map[string]*ecdsa.PublicKey

func (k fixedKeys) find(_ context.Context, kid string) (*ecdsa.PublicKey, error) { return k[kid], nil }

// The set of a server, kept for five minutes.
type fetchedKeys struct {
	transport *transport
	now       func() time.Time

	mutex     sync.Mutex
	keys      fixedKeys
	fetchedAt time.Time
	failedAt  time.Time
	fetching  *fetch
}

// One fetch, for all that wait.
type fetch struct {
	done chan struct{}
	err  error
}

func (k *fetchedKeys) find(ctx context.Context, kid string) (*ecdsa.PublicKey, error) {
	if running, err := k.needed(kid); err != nil {
		return nil, err
	} else if running != nil {
		select {
		case <-running.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %v", ErrKeysUnavailable, ctx.Err())
		}
		if running.err != nil {
			return nil, running.err
		}
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.keys[kid], nil
}

// The fetch that has to be waited for, if any.
func (k *fetchedKeys) needed(kid string) (*fetch, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	now := k.now()
	age := now.Sub(k.fetchedAt)
	// A clock that was set back would keep a set for ever.
	isFresh := !k.fetchedAt.IsZero() && age >= 0 && age < keptFor
	if isFresh && (k.keys[kid] != nil || age < againAfter) {
		return nil, nil
	}
	if k.fetching == nil {
		if since := now.Sub(k.failedAt); !k.failedAt.IsZero() && since >= 0 && since < afterFailure {
			return nil, ErrKeysUnavailable
		}
		k.fetching = &fetch{done: make(chan struct{})}
		// Not within the context of one caller, as others may wait. The transport has a time limit.
		go k.run(k.fetching)
	}
	return k.fetching, nil
}

func (k *fetchedKeys) run(running *fetch) {
	var set json.RawMessage
	one := call{method: "GET", path: "/.well-known/jwks.json", repeatable: true}
	err := k.transport.send(context.Background(), one, &set)
	var keys fixedKeys
	if err == nil {
		keys, err = parseKeys(set)
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if err == nil {
		k.keys, k.fetchedAt = keys, k.now()
	} else {
		k.failedAt = k.now()
		running.err = fmt.Errorf("%w: %v", ErrKeysUnavailable, err)
	}
	k.fetching = nil
	close(running.done)
}

// A public key (RFC 7517).
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	Alg string `json:"alg"`
	Use string `json:"use"`
	Kid string `json:"kid"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

// The keys of a set that can sign receipts.
func parseKeys(text []byte) (fixedKeys, error) {
	var set struct {
		Keys *[]jwk `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil || set.Keys == nil {
		return nil, errors.New("otpmint: this is not a set of keys")
	}
	keys := fixedKeys{}
	for _, one := range *set.Keys {
		if one.Kty != "EC" || one.Crv != "P-256" || one.Alg != "ES256" || one.Use != "sig" {
			continue
		}
		x, hasX := fromBase64URL(one.X)
		y, hasY := fromBase64URL(one.Y)
		key := &ecdsa.PublicKey{Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
		if !hasX || !hasY || len(x) != 32 || len(y) != 32 || !key.Curve.IsOnCurve(key.X, key.Y) {
			return nil, errors.New("otpmint: a key of the set is no point of its curve")
		}
		keys[one.Kid] = key
	}
	return keys, nil
}
