package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltcsolo/solo/regtest"
)

// role names the environment variable that makes this test binary one of the
// programs that the tests run.
const role = "REGTEST_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "regtest":
		// It starts this binary again, as ltcsolo.
		os.Setenv(role, "ltcsolo")
		main()
	case "ltcsolo":
		fakeLtcsolo()
	default:
		os.Exit(m.Run())
	}
}

// fakeLtcsolo accepts mine's flags and makes the node mine. If FAKE is "fail" it
// exits with code 5 instead, and if FAKE is "hang" it waits until standard input
// ends.
func fakeLtcsolo() {
	flags := flag.NewFlagSet("ltcsolo", flag.ExitOnError)
	blocks := flags.Int("blocks", 1, "")
	address := flags.String("address", "", "")
	dataDir := flags.String("datadir", "", "")
	config := flags.String("config", "", "")
	flags.String("state", "", "")
	flags.String("network", "", "")
	flags.Bool("address-from-wallet", false, "")
	flags.Int("threads", 0, "")
	flags.String("log-file", "", "")
	dogeAddress := flags.String("doge-address", "", "")
	dogeDir := flags.String("doge-datadir", "", "")
	if len(os.Args) < 2 || os.Args[1] != "mine" {
		os.Exit(2)
	}
	_ = flags.Parse(os.Args[2:]) // it exits on an error
	if text, err := os.ReadFile(*config); err != nil || len(text) > 0 || os.Getenv("LTCSOLO_RPC") != "" {
		fmt.Println("the user's configuration is visible", err)
		os.Exit(2)
	}
	switch os.Getenv("FAKE") {
	case "fail":
		os.Exit(5)
	case "hang":
		fmt.Fprintln(os.Stderr, "hanging")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	net, err := regtest.Attach(filepath.Dir(*dataDir))
	if err == nil {
		_, err = net.Nodes[0].Call(context.Background(), "generatetoaddress", *blocks, *address)
	}
	if err == nil && *dogeAddress != "" {
		net, err = regtest.AttachDoge(filepath.Dir(*dogeDir))
	}
	if err == nil && *dogeAddress != "" { // fewer than asked for, as it may happen
		_, err = net.Nodes[0].Call(context.Background(), "generatetoaddress", max(1, *blocks-2), *dogeAddress)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// command returns the program under test, with a directory for everything that
// it makes and additions to the environment.
func command(t *testing.T, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	regtest.Require(t)
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = slices.Concat(os.Environ(), []string{
		role + "=regtest", "LTCSOLO=" + os.Args[0], "LTCSOLO_RPC=http://127.0.0.1:1",
		"TMPDIR=" + dir, "LTCSOLO_REGTEST_DIR=" + filepath.Join(dir, "net"),
	}, env)
	return cmd
}

// execute runs the command and returns its output and exit code.
func execute(t *testing.T, cmd *exec.Cmd) (string, int) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v), want nothing", left, err)
	}
}

// Two runs at the same time do not interfere, and leave nothing behind.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	type result struct {
		out  string
		code int
	}
	results := make(chan result)
	for range 2 {
		cmd := command(t, dir, nil)
		go func() {
			out, _ := cmd.CombinedOutput() // the exit code tells
			results <- result{string(out), cmd.ProcessState.ExitCode()}
		}()
	}
	for range 2 {
		r := <-results
		if r.code != 0 {
			t.Fatalf("exit code %d, want 0:\n%s", r.code, r.out)
		}
		for _, want := range []string{"\n433 ", "\n442 ", " 12.5", "LTC immature"} {
			if !strings.Contains(r.out, want) {
				t.Errorf("the output lacks %q:\n%s", want, r.out)
			}
		}
	}
	wantEmpty(t, dir)
}

// With --merged there are ten blocks of each chain.
func TestMergedDemo(t *testing.T) {
	t.Parallel()
	regtest.RequireDoge(t)
	dir := t.TempDir()
	out, code := execute(t, command(t, dir, nil, "--merged"))
	if code != 0 {
		t.Fatalf("exit code %d, want 0:\n%s", code, out)
	}
	for _, want := range []string{"Shibetoshi", "\n20 ", "\n29 ", " 500000", "payout (DOGE)", "\n433 ", "\n442 ", " 12.5", "LTC immature"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	wantEmpty(t, dir)
}

// Without a dogecoind it says so, at once.
func TestMergedDemoWithoutDogecoind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, code := execute(t, command(t, dir, []string{"DOGECOIND=/nonexistent"}, "--merged"))
	if code != 1 || !strings.Contains(out, "find dogecoind") || !strings.Contains(out, "DOGECOIND") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	wantEmpty(t, dir)
}

// If the miner fails, so does the run, with its exit code, and nothing is left
// behind.
func TestDemoFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, code := execute(t, command(t, dir, []string{"FAKE=fail"})); code != 5 {
		t.Errorf("exit code %d, want ltcsolo's 5:\n%s", code, out)
	}
	wantEmpty(t, dir)
}

// theNetwork attaches to the one network below dir.
func theNetwork(t *testing.T, dir string) *regtest.Network {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "ltcsolo-regtest-*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("networks in %s: %v (%v), want one", dir, found, err)
	}
	net, err := regtest.Attach(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// A network stays up and is used, with a second one beside it.
func TestUpDown(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	t.Cleanup(func() { // even if the test fails
		execute(t, command(t, dir, nil, "down"))
		execute(t, command(t, other, nil, "down"))
	})
	type step struct {
		dir  string
		args []string
		code int
		want string
	}
	walk := func(steps ...step) {
		for _, s := range steps {
			out, code := execute(t, command(t, s.dir, nil, s.args...))
			if code != s.code || !strings.Contains(out, s.want) {
				t.Fatalf("%v: exit code %d, want %d and %q:\n%s", s.args, code, s.code, s.want, out)
			}
		}
	}
	walk([]step{
		{dir, []string{"down"}, 0, "nothing is up"},
		{dir, []string{"cli", "getblockcount"}, 1, "run up first"},
		{dir, []string{"mine"}, 1, "run up first"},
		{dir, []string{"up"}, 0, "chain at height 432"},
		{dir, []string{"up"}, 0, "already up"},
		{other, []string{"up"}, 0, "chain at height 432"},
		{dir, []string{"mine", "--blocks", "3"}, 0, "--address rltc1"},
		{dir, []string{"cli", "getblockcount"}, 0, "435"},
		{other, []string{"cli", "getblockcount"}, 0, "432"},
		{dir, []string{"cli", "nosuchmethod"}, 89, "Method not found"},
		{dir, []string{"up"}, 0, "already up"},
	}...)
	net, err := regtest.Attach(filepath.Join(dir, "net"))
	if err != nil {
		t.Fatal(err)
	}
	net.Nodes[0].Stop(t)
	walk([]step{
		// The stopped node continues its chain, with one more block.
		{dir, []string{"up"}, 0, "chain at height 436"},
		{dir, []string{"down"}, 0, "stopped and removed"},
		{dir, []string{"down"}, 0, "nothing is up"},
		{other, []string{"down"}, 0, "stopped and removed"},
		{dir, []string{"up", "x"}, 1, `takes no argument "x"`},
		{dir, []string{"sideways"}, 1, `unknown command "sideways"`},
	}...)
	wantEmpty(t, dir)
	wantEmpty(t, other)
}

// A directory that contains something else is not used, and nothing in it is
// removed.
func TestUpForeignFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "net", "precious")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		command, want string
		code          int
	}{{"up", "contains something else", 1}, {"down", "nothing is up", 0}} {
		if out, code := execute(t, command(t, dir, nil, step.command)); code != step.code || !strings.Contains(out, step.want) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s", step.command, code, step.code, step.want, out)
		}
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

func TestGiven(t *testing.T) {
	for _, tt := range []struct {
		args string
		flag string
		want bool
	}{
		{"", "--address", false},
		{"--blocks 3", "--address", false},
		{"--address x", "--address", true},
		{"-address=x", "--address", true},
		{"--address-from-wallet", "--address", true},
		{"--descriptor d", "--address", true},
		{"--address-from-wallet", "--state", false},
		{"--tag address", "--address", false},
		{"--state=/x", "--state", true},
	} {
		if got := given(strings.Fields(tt.args), tt.flag); got != tt.want {
			t.Errorf("given(%q, %s) = %v, want %v", tt.args, tt.flag, got, tt.want)
		}
	}
}

func TestFolder(t *testing.T) {
	home := t.TempDir()
	for _, tt := range []struct{ name, own, xdg, want string }{
		{"named", filepath.Join(home, "own"), "/xdg", filepath.Join(home, "own")},
		{"xdg", "", filepath.Join(home, "xdg"), filepath.Join(home, "xdg", "ltcsolo", "regtest-net")},
		{"home", "", "", filepath.Join(home, ".local", "state", "ltcsolo", "regtest-net")},
		{"xdg not absolute", "", "xdg", filepath.Join(home, ".local", "state", "ltcsolo", "regtest-net")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("HOME", home)
			t.Setenv("LTCSOLO_REGTEST_DIR", tt.own)
			t.Setenv("XDG_STATE_HOME", tt.xdg)
			if got, err := folder(); err != nil || got != tt.want {
				t.Errorf("folder() = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
