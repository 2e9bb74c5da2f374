// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	otpmint "github.com/otpmint/otpmint/clients/go"
)

type object = map[string]any

var (
	ownPair, _  = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	stranger, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noon        = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	expected    = otpmint.Expected{Purpose: "login", Nonce: "n-1"}
)

func setOf(kids ...string) []byte {
	b64 := base64.RawURLEncoding.EncodeToString
	x, y := b64(ownPair.X.FillBytes(make([]byte, 32))), b64(ownPair.Y.FillBytes(make([]byte, 32)))
	keys := []object{{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k-9", "x": "AA"}}
	for _, kid := range kids {
		keys = append(keys, object{
			"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": x, "y": y,
		})
	}
	text, _ := json.Marshal(object{"keys": keys})
	return text
}

func header(changes object) object {
	return merged(object{"alg": "ES256", "typ": "otpmint-receipt+jwt", "kid": "k-1"}, changes)
}

func claims(changes object) object {
	return merged(object{
		"iss": "otpmint", "aud": "tnt_1", "sub": "jane@example.com", "purpose": "login", "channel": "email",
		"jti": "KeyOfTheChallenge", "nonce": "n-1", "iat": noon.Unix(), "exp": noon.Unix() + 300, "amr": []string{"otp"},
	}, changes)
}

// A change to nil removes a field.
func merged(all, changes object) object {
	for name, value := range changes {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	return all
}

func encodedPart(part any) string {
	text, _ := json.Marshal(part)
	return base64.RawURLEncoding.EncodeToString(text)
}

func signed(text string, key *ecdsa.PrivateKey) string {
	digest := sha256.Sum256([]byte(text))
	r, s, _ := ecdsa.Sign(rand.Reader, key, digest[:])
	both := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return text + "." + base64.RawURLEncoding.EncodeToString(both)
}

func made(headerChanges, claimChanges object) string {
	return signed(encodedPart(header(headerChanges))+"."+encodedPart(claims(claimChanges)), ownPair)
}

func verifierAt(t *testing.T, at time.Duration) *otpmint.ReceiptVerifier {
	t.Helper()
	verifier, err := otpmint.NewOfflineReceiptVerifier(setOf("k-1"), "tnt_1")
	check(t, err)
	verifier.Now = func() time.Time { return noon.Add(at) }
	return verifier
}

func fault(t *testing.T, verifier *otpmint.ReceiptVerifier, receipt string, fault otpmint.ReceiptFault) {
	t.Helper()
	if _, err := verifier.Verify(ctx, receipt, expected); err != error(fault) {
		t.Fatalf("%v instead of %v", err, fault)
	}
}

func TestAGoodReceiptGivesItsClaims(t *testing.T) {
	found, err := verifierAt(t, 0).Verify(ctx, made(nil, nil), expected)
	check(t, err)
	same(t, []any{found.Subject, found.ExpiresAt.UTC()}, []any{"jane@example.com", noon.Add(300 * time.Second)})
}

func TestTheHeaderChoosesNeitherAlgorithmNorKind(t *testing.T) {
	v := verifierAt(t, 0)
	fault(t, v, made(object{"typ": "JWT"}, nil), otpmint.ReceiptWrongType)
	fault(t, v, made(object{"typ": nil}, nil), otpmint.ReceiptWrongType)
	fault(t, v, made(object{"typ": nil, "TYP": "otpmint-receipt+jwt"}, nil), otpmint.ReceiptWrongType)
	for _, alg := range []any{"none", "HS256", "ES384", "es256", nil} {
		fault(t, v, made(object{"alg": alg}, nil), otpmint.ReceiptWrongAlgorithm)
	}
	fault(t, v, made(object{"crit": []string{"b64"}, "b64": false}, nil), otpmint.ReceiptWrongAlgorithm)
	// The public key as the secret of an HMAC, and no signature at all.
	text := strings.Join(strings.Split(made(object{"alg": "HS256"}, nil), ".")[:2], ".")
	mac := hmac.New(sha256.New, elliptic.Marshal(elliptic.P256(), ownPair.X, ownPair.Y))
	mac.Write([]byte(text))
	sum := base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	fault(t, v, text+"."+sum, otpmint.ReceiptWrongAlgorithm)
	good := made(nil, nil)
	fault(t, v, good[:strings.LastIndex(good, ".")+1], otpmint.ReceiptWrongSignature)
	zeros := base64.RawURLEncoding.EncodeToString(make([]byte, 64))
	fault(t, v, good[:strings.LastIndex(good, ".")+1]+zeros, otpmint.ReceiptWrongSignature)
}

func TestOnlyTheServersSignatureOverTheseClaimsIsGood(t *testing.T) {
	v := verifierAt(t, 0)
	text := encodedPart(header(nil)) + "." + encodedPart(claims(nil))
	fault(t, v, signed(text, stranger), otpmint.ReceiptWrongSignature)
	parts := strings.Split(made(nil, nil), ".")
	forged := parts[0] + "." + encodedPart(claims(object{"sub": "eve@example.com"})) + "." + parts[2]
	fault(t, v, forged, otpmint.ReceiptWrongSignature)
	fault(t, v, made(object{"kid": "k-2"}, nil), otpmint.ReceiptUnknownKey)
	fault(t, v, made(object{"kid": "k-9"}, nil), otpmint.ReceiptUnknownKey)
}

func TestAReceiptIsForOneIssuerOneTenantAndOneTime(t *testing.T) {
	fault(t, verifierAt(t, 0), made(nil, object{"iss": "other"}), otpmint.ReceiptWrongIssuer)
	fault(t, verifierAt(t, 0), made(nil, object{"aud": "tnt_2"}), otpmint.ReceiptWrongAudience)
	other := verifierAt(t, 0)
	other.Issuer = "other"
	_, err := other.Verify(ctx, made(nil, object{"iss": "other"}), expected)
	check(t, err)
	for _, at := range []time.Duration{309 * time.Second, -10 * time.Second} {
		_, err := verifierAt(t, at).Verify(ctx, made(nil, nil), expected)
		check(t, err)
	}
	fault(t, verifierAt(t, 310*time.Second), made(nil, nil), otpmint.ReceiptExpired)
	fault(t, verifierAt(t, -11*time.Second), made(nil, nil), otpmint.ReceiptFromTheFuture)
	strict := verifierAt(t, 301*time.Second)
	strict.Tolerance = 0
	fault(t, strict, made(nil, nil), otpmint.ReceiptExpired)
}

func TestWhatIsNoReceiptIsMalformedAndNotQuoted(t *testing.T) {
	parts := strings.Split(made(nil, nil), ".")
	latin := base64.RawURLEncoding.EncodeToString([]byte("{\"iss\":\"\xe4\"}"))
	broken := []string{
		"", "a.b", made(nil, nil) + ".more",
		parts[0] + "." + encodedPart([]int{1}) + "." + parts[2],
		parts[0] + "." + encodedPart(nil) + "." + parts[2],
		parts[0] + ".%." + parts[2],
		parts[0] + "." + parts[1] + "." + parts[2] + "\n",
		parts[0] + "." + parts[1] + "." + parts[2] + "=",
		signed(parts[0]+"."+latin, ownPair),
		made(nil, object{"metadata": object{"a": strings.Repeat("a", 50_000)}}),
		made(object{"kid": 1}, nil),
		made(nil, object{"nonce": 1}),
		made(nil, object{"aud": []string{"tnt_1"}}),
		made(nil, object{"exp": 1e300}),
		made(nil, object{"metadata": object{"a": 1}}),
		made(nil, object{"exp": nil, "EXP": noon.Unix() + 300}),
	}
	for _, name := range []string{"iss", "aud", "sub", "purpose", "channel", "jti", "iat", "exp"} {
		broken = append(broken, made(nil, object{name: nil}))
	}
	for _, receipt := range broken {
		fault(t, verifierAt(t, 0), receipt, otpmint.ReceiptMalformed)
	}
}

func TestNothingIsComparedWithNothing(t *testing.T) {
	without := made(nil, object{"nonce": nil})
	for _, bad := range []otpmint.Expected{{Purpose: "login"}, {Nonce: "n-1"}} {
		if _, err := verifierAt(t, 0).Verify(ctx, without, bad); err == nil || errors.Is(err, otpmint.ReceiptWrongNonce) {
			t.Fatal(err)
		}
	}
	fault(t, verifierAt(t, 0), without, otpmint.ReceiptWrongNonce)
	if _, err := otpmint.NewOfflineReceiptVerifier(setOf("k-1"), ""); err == nil {
		t.Fatal("for nobody")
	}
}

func TestTheHashOfBoundFieldsIsThatOfTheDocuments(t *testing.T) {
	found := otpmint.BindHash(map[string]string{"payee": "Jane", "amount": "9.99"})
	same(t, found, "iNv5yEtNXZwWOyYQ4YFctevkq3Nh-RrKvJSVc3WxRi0")
}

// A server of keys with a clock, which counts.
type served struct {
	*otpmint.ReceiptVerifier
	mutex   sync.Mutex
	now     time.Time
	keys    []byte
	isDown  bool
	fetches int32
}

func serve(t *testing.T) *served {
	s := &served{now: noon, keys: setOf("k-1")}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		atomic.AddInt32(&s.fetches, 1)
		s.mutex.Lock()
		defer s.mutex.Unlock()
		if s.isDown {
			w.WriteHeader(500)
			return
		}
		_, _ = w.Write(s.keys)
	}))
	t.Cleanup(server.Close)
	verifier, err := otpmint.NewReceiptVerifier(server.URL, "tnt_1", otpmint.WithRetries(0))
	check(t, err)
	verifier.Now = func() time.Time {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		return s.now
	}
	s.ReceiptVerifier = verifier
	return s
}

func (s *served) change(change func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change()
}

func (s *served) good(t *testing.T, fetches int32) {
	t.Helper()
	_, err := s.Verify(ctx, made(nil, object{"exp": noon.Unix() + 3600}), expected)
	check(t, err)
	same(t, atomic.LoadInt32(&s.fetches), fetches)
}

func TestTheKeysAreFetchedOnceForAllWhoWaitAndAgainAfterFiveMinutes(t *testing.T) {
	s := serve(t)
	var all sync.WaitGroup
	for range [8]int{} {
		all.Add(1)
		go func() {
			defer all.Done()
			if _, err := s.Verify(ctx, made(nil, nil), expected); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	s.good(t, 1)
	s.change(func() { s.now = s.now.Add(299 * time.Second) })
	s.good(t, 1)
	s.change(func() { s.now = s.now.Add(time.Second) })
	s.good(t, 2)
	s.change(func() { s.now = s.now.Add(-5 * time.Second) })
	s.good(t, 3)
}

func TestAKeyThatIsWithdrawnIsRefusedAfterFiveMinutes(t *testing.T) {
	s := serve(t)
	s.good(t, 1)
	s.change(func() { s.keys, s.now = setOf("k-2"), s.now.Add(300*time.Second) })
	fault(t, s.ReceiptVerifier, made(nil, nil), otpmint.ReceiptUnknownKey)
}

func TestAnUnknownKeyFetchesTheSetAgainAtMostEveryTenSeconds(t *testing.T) {
	s := serve(t)
	s.good(t, 1)
	next := made(object{"kid": "k-2"}, nil)
	for range [5]int{} {
		fault(t, s.ReceiptVerifier, next, otpmint.ReceiptUnknownKey)
	}
	s.good(t, 1)
	s.change(func() { s.keys, s.now = setOf("k-1", "k-2"), s.now.Add(10*time.Second) })
	_, err := s.Verify(ctx, next, expected)
	check(t, err)
	s.good(t, 2)
}

func TestWithoutKeysNothingIsAccepted(t *testing.T) {
	s := serve(t)
	s.change(func() { s.isDown = true })
	for range [3]int{} {
		if _, err := s.Verify(ctx, made(nil, nil), expected); !errors.Is(err, otpmint.ErrKeysUnavailable) {
			t.Fatal(err)
		}
	}
	same(t, atomic.LoadInt32(&s.fetches), int32(1))
	s.change(func() { s.isDown, s.now = false, s.now.Add(time.Second) })
	s.good(t, 2)
	// Nor are old keys used for ever.
	s.change(func() { s.isDown, s.now = true, s.now.Add(300*time.Second) })
	if _, err := s.Verify(ctx, made(nil, nil), expected); !errors.Is(err, otpmint.ErrKeysUnavailable) {
		t.Fatal(err)
	}
}
