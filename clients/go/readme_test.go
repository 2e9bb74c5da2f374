// SPDX-License-Identifier: MIT

package otpmint_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var sample = regexp.MustCompile("(?ms)^```go\n// (\\S+\\.go)\n(.*?)^```$")

// The samples of README.md in a module of their own, as an app has them: they compile, their tests pass, and the
// first one verifies a code.
func TestTheSamplesOfTheReadmeWork(t *testing.T) {
	text, err := os.ReadFile("README.md")
	check(t, err)
	app, here := t.TempDir(), devServer(t)
	samples := sample.FindAllStringSubmatch(string(text), -1)
	same(t, len(samples), 5)
	for _, found := range samples {
		path := filepath.Join(app, found[1])
		check(t, os.MkdirAll(filepath.Dir(path), 0o700))
		code := strings.ReplaceAll(found[2], "http://127.0.0.1:5000", here)
		check(t, os.WriteFile(path, []byte(code), 0o600))
	}
	client, err := os.Getwd()
	check(t, err)
	module := "module app\n\ngo 1.19\n\nrequire github.com/otpmint/otpmint/clients/go v0.0.0\n\n" +
		"replace github.com/otpmint/otpmint/clients/go => " + client + "\n"
	check(t, os.WriteFile(filepath.Join(app, "go.mod"), []byte(module), 0o600))
	inApp(t, app, "test", "./...")
	inApp(t, app, "build", "-o", "first.bin", "./first")

	first := exec.Command(filepath.Join(app, "first.bin"))
	stdin, err := first.StdinPipe()
	check(t, err)
	stdout, err := first.StdoutPipe()
	check(t, err)
	check(t, first.Start())
	// Typed once it is asked for, as people do.
	said := make([]byte, 0, 200)
	for !strings.HasSuffix(string(said), "/dev/inbox: ") {
		var one [1]byte
		_, err := io.ReadFull(stdout, one[:])
		check(t, err)
		said = append(said, one[0])
	}
	_, err = io.WriteString(stdin, inbox(t, here, "jane@example.com")[0]+"\n")
	check(t, err)
	rest, err := io.ReadAll(stdout)
	check(t, err)
	check(t, first.Wait())
	same(t, string(rest), "verified\n")
}

func inApp(t *testing.T, app string, arguments ...string) {
	t.Helper()
	command := exec.Command("go", arguments...)
	command.Dir = app
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %s", strings.Join(arguments, " "), said)
	}
}
