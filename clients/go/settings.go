// SPDX-License-Identifier: MIT

package otpmint

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// What a client is made with. No error quotes its input: it may be a secret in the wrong place.

type settings struct {
	http    *http.Client
	timeout time.Duration
	retries int
}

// A Setting changes how a client sends its requests.
type Setting func(*settings)

// WithHTTPClient sends over a client of yours, for a proxy or a certificate authority of your own.
func WithHTTPClient(client *http.Client) Setting {
	return func(s *settings) { s.http = client }
}

// WithTimeout limits a call with all its retries; 20 seconds by default. A Wait is added.
func WithTimeout(timeout time.Duration) Setting {
	return func(s *settings) { s.timeout = timeout }
}

// WithRetries sets how often a request is sent again; 2 by default.
func WithRetries(retries int) Setting {
	return func(s *settings) { s.retries = retries }
}

func settingsOf(changes []Setting) settings {
	s := settings{http: http.DefaultClient, timeout: 20 * time.Second, retries: 2}
	for _, change := range changes {
		change(&s)
	}
	return s
}

// The base of every URL, without a slash at its end.
func checkedBaseURL(text string) (string, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http"):
		return "", errors.New("otpmint: the base URL must be absolute, such as https://otp.example.com")
	case base.User != nil:
		return "", errors.New("otpmint: the base URL must not have a user name")
	case strings.ContainsAny(text, "?#"):
		return "", errors.New("otpmint: the base URL must end with its path")
	}
	return strings.TrimRight(base.String(), "/"), nil
}

// Whether all of it is visible ASCII, as a header must be; no spaces either.
func isVisible(text string) bool {
	for at := 0; at < len(text); at++ {
		if text[at] < '!' || text[at] > '~' {
			return false
		}
	}
	return text != ""
}

func checkSecretKey(key string) error {
	if !isVisible(key) {
		return errors.New("otpmint: the secret key must be visible ASCII characters, without spaces")
	}
	return nil
}
