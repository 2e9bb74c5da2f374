// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// What `otpmint dev` prints and always is.
const (
	secretKey = "dev-only-7Q2xWm9K-not-a-secret"
	testKey   = "otpm_test_DevOnlyNotASecretDevOnlyNotASecretDevOnlyNo2E86NF"
)

var dev struct {
	once    sync.Once
	baseURL string
	command *exec.Cmd
	failure error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dev.command != nil {
		_ = dev.command.Process.Signal(syscall.SIGTERM)
		_ = dev.command.Wait()
	}
	os.Exit(code)
}

// The address of the one `otpmint dev` of all tests.
func devServer(t *testing.T) string {
	t.Helper()
	dev.once.Do(func() { dev.failure = startDevServer() })
	if dev.failure != nil {
		t.Fatal(dev.failure)
	}
	return dev.baseURL
}

func startDevServer() error {
	binary := os.Getenv("OTPMINT_BIN")
	if binary == "" {
		binary, _ = filepath.Abs("../../target/debug/otpmint")
	}
	// Not port 0: the server would not know its own address, without which it has no hosted pages.
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := free.Addr().String()
	free.Close()
	command := exec.Command(binary, "dev", "--listen", address)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("build the server, or set OTPMINT_BIN: %w", err)
	}
	dev.command = command
	said := bufio.NewScanner(output)
	all := ""
	for said.Scan() {
		if found := regexp.MustCompile(`^ *API +(http:\S+)$`).FindStringSubmatch(said.Text()); found != nil {
			dev.baseURL = found[1]
			// The rest is of no interest, but a full pipe would stop the server.
			go func() {
				for said.Scan() {
				}
			}()
			return nil
		}
		all += said.Text() + "\n"
	}
	return fmt.Errorf("otpmint dev did not start: %s", all)
}

// The codes of the messages to a recipient, the latest first. Patient, as the machine may be busy.
func inbox(t *testing.T, baseURL, to string) []string {
	t.Helper()
	query := url.Values{"to": {to}, "wait": {"10"}}
	for range [6]int{} {
		response, err := http.Get(baseURL + "/dev/inbox.json?" + query.Encode())
		check(t, err)
		var found struct{ Mails, Messages []struct{ Code string } }
		err = json.NewDecoder(response.Body).Decode(&found)
		response.Body.Close()
		check(t, err)
		var codes []string
		for _, message := range append(found.Mails, found.Messages...) {
			codes = append(codes, message.Code)
		}
		if len(codes) > 0 {
			return codes
		}
	}
	return nil
}

// A code that is wrong, and one that could be right.
func otherThan(code string) string {
	last := code[len(code)-1]
	return code[:len(code)-1] + string('0'+(last-'0'+1)%10)
}

func contains(text, part string) bool { return strings.Contains(text, part) }
