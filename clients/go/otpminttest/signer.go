// SPDX-License-Identifier: MIT

package otpminttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// Signs the receipts of one fake, with a key of its own.
type signer struct{ key *ecdsa.PrivateKey }

func newSigner() *signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return &signer{key}
}

func (s *signer) jwks() any {
	x, y := make([]byte, 32), make([]byte, 32)
	return map[string]any{"keys": []map[string]string{{
		"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "fake",
		"x": encoded(s.key.X.FillBytes(x)), "y": encoded(s.key.Y.FillBytes(y)),
	}}}
}

func (s *signer) sign(claims any) string {
	body, err := json.Marshal(claims)
	must(err)
	header := `{"alg":"ES256","typ":"otpmint-receipt+jwt","kid":"fake"}`
	signed := encoded([]byte(header)) + "." + encoded(body)
	digest := sha256.Sum256([]byte(signed))
	one, other, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	must(err)
	signature := make([]byte, 64)
	one.FillBytes(signature[:32])
	other.FillBytes(signature[32:])
	return signed + "." + encoded(signature)
}

func encoded(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }
