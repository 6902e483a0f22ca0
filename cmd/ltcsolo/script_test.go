package main

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/solo/regtest"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ltcsolo": func() {
		if dir := os.Getenv("TEST_SERVICE_STATE"); dir != "" {
			settings.ServiceState = dir
		}
		main()
	}})
}

// TestScripts runs what needs no litecoind.
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, "testdata")
}

// TestNode runs what needs the real litecoind.
func TestNode(t *testing.T) {
	t.Parallel()
	regtest.Require(t)
	runScripts(t, "testdata/node")
}

// TestMergedNodes runs what needs the real dogecoind too.
func TestMergedNodes(t *testing.T) {
	t.Parallel()
	regtest.Require(t)
	regtest.RequireDoge(t)
	runScripts(t, "testdata/doge")
}

func runScripts(t *testing.T, dir string) {
	testscript.Run(t, testscript.Params{
		Dir:           dir,
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			data, err := filepath.Abs("../../template/testdata")
			if err != nil {
				return err
			}
			journal, err := filepath.Abs("../../solo/journal/testdata")
			if err != nil {
				return err
			}
			// Beside everything else that tests run, hashing of the lowest priority would wait for seconds.
			env.Vars = append(env.Vars, "NO_COLOR=1", "LTCSOLO_NICE=0", "LTCSOLO_STATE="+env.WorkDir+"/state", "DATA="+data, "JOURNAL="+journal)
			env.Values[testKey{}] = env.T().(testing.TB)
			env.Values[nodesKey{}] = &nodes{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":      code,
			"leak":      leak,
			"jsonkeys":  jsonKeys,
			"until":     until,
			"fake":      fake,
			"doge":      doge,
			"regtest":   realNode,
			"paste":     paste,
			"miner":     miner,
			"wrongport": wrongPort,
			"rig":       rig,
			"cert":      cert,
			"tty":       tty,
		},
	})
}

type testKey struct{}

func testOf(ts *testscript.TestScript) testing.TB { return ts.Value(testKey{}).(testing.TB) }

// code N COMMAND... runs a command that must end with exit code N.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := exitCode(ts, ts.Exec(args[1], args[2:]...))
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if stderr := ts.ReadFile("stderr"); want != 0 {
		lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
		if n := len(lines); n < 2 || !strings.HasPrefix(lines[n-2], "ltcsolo: ") || !strings.HasPrefix(lines[n-1], "what to do: ") {
			ts.Fatalf("standard error does not end with what is wrong and what to do:\n%s", stderr)
		}
	}
}

func exitCode(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	ts.Fatalf("run: %v", err)
	return -1
}

// secrets are keys that must never be printed: WIF, hex, BIP 32, BIP 39. They hold nothing.
var secrets = []string{
	"6uqcLWWwYrJRHaGpNyhGPRbJ3VwvbQVMnWCsr2XdbJvMzVj3WeL",
	"e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35",
	"xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
	"legal winner thank year wave sausage worth useful legal winner thank yellow",
}

// leak N [NAME=VALUE...] COMMAND... runs a command that must end with exit code N, once for each secret, which replaces KEY in
// its arguments, its environment and the file KEY.toml, and looks for the secret in everything that it prints.
func leak(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: leak N [NAME=VALUE...] COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	args = args[1:]
	var names []string
	for strings.Contains(args[0], "=") && !strings.HasPrefix(args[0], "-") {
		names, args = append(names, args[0]), args[1:]
	}
	for _, secret := range secrets {
		put := func(s string) string { return strings.ReplaceAll(s, "KEY", secret) }
		for _, entry := range names {
			name, value, _ := strings.Cut(entry, "=")
			before := ts.Getenv(name)
			ts.Setenv(name, put(value))
			defer ts.Setenv(name, before)
		}
		var real []string
		for _, a := range args[1:] {
			switch {
			case a == "KEY.toml":
				ts.Check(os.WriteFile(ts.MkAbs("secret.toml"), []byte(put(ts.ReadFile(a))), 0o600))
				a = "secret.toml"
			case a == "WORDS":
				real = append(real, strings.Fields(secret)...)
				continue
			}
			real = append(real, put(a))
		}
		if got := exitCode(ts, ts.Exec(args[0], real...)); got != want {
			ts.Fatalf("exit code %d, want %d", got, want)
		}
		for _, stream := range []string{"stdout", "stderr"} {
			if part := partOf(secret, ts.ReadFile(stream)); part != "" {
				ts.Fatalf("%s has %q of a secret:\n%s", stream, part, ts.ReadFile(stream))
			}
		}
	}
}

// partOf returns a part of the secret that text contains, eight characters in a row; empty if there is none.
func partOf(secret, text string) string {
	const enough = 8
	for i := range len(secret) - enough + 1 {
		if strings.Contains(text, secret[i:i+enough]) {
			return secret[i : i+enough]
		}
	}
	return ""
}

// jsonkeys PATH KEY... checks that standard output is one line of JSON in which the object at PATH (. for the whole, else
// keys and indexes separated by dots) has exactly these keys in this order.
func jsonKeys(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: jsonkeys PATH KEY...")
	}
	text := ts.ReadFile("stdout")
	if strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") {
		ts.Fatalf("standard output is not one line:\n%s", text)
	}
	raw := json.RawMessage(text)
	if args[0] != "." {
		for step := range strings.SplitSeq(args[0], ".") {
			if n, err := strconv.Atoi(step); err == nil {
				var list []json.RawMessage
				ts.Check(json.Unmarshal(raw, &list))
				raw = list[n]
				continue
			}
			var object map[string]json.RawMessage
			ts.Check(json.Unmarshal(raw, &object))
			raw = object[step]
		}
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	_, err := d.Token()
	ts.Check(err)
	var keys []string
	for d.More() {
		key, err := d.Token()
		ts.Check(err)
		keys = append(keys, key.(string))
		var skipped json.RawMessage
		ts.Check(d.Decode(&skipped))
	}
	if got, want := strings.Join(keys, " "), strings.Join(args[1:], " "); got != want {
		ts.Fatalf("keys at %s are\n%s, want\n%s", args[0], got, want)
	}
}

// until FILE PATTERN waits until the file exists and matches the pattern.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until FILE PATTERN")
	}
	pattern := regexp.MustCompile(args[1])
	deadline := time.Now().Add(time.Minute)
	for {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && pattern.Match(text) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s never had %s, but:\n%s", args[0], args[1], text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
