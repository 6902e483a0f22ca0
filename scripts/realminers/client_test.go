package realminers

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// client is a mining program as users have it.
type client struct {
	name    string
	program string                                // on the PATH
	args    func(url, user, pays string) []string // pays is the address that blocks must pay
}

// plain are the arguments that all descendants of cpuminer take.
func plain(url, user, _ string) []string {
	return []string{"-a", "scrypt", "-t", "1", "-o", url, "-u", user, "-p", "x"}
}

var clients = []client{
	{"minerd", "minerd", plain},
	{"cpuminer-opt", "cpuminer", plain},
	{"cpuminer-multi", "cpuminer-multi", plain},
	{"bfgminer", "bfgminer", func(url, user, pays string) []string {
		return []string{"--scrypt", "-S", "cpu:auto", "--text-only", "-o", url, "-u", user, "-p", "x", "--coinbase-check-addr", pays}
	}},
	{"cgminer", "cgminer", func(url, user, _ string) []string {
		return []string{"--scrypt", "--text-only", "-o", url, "-u", user, "-p", "x"}
	}},
}

// start runs the program until the test ends. What it prints is shown if the test fails.
func (c client) start(t *testing.T, url, user, pays string) *exec.Cmd {
	t.Helper()
	path := filepath.Join(t.TempDir(), "output")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(c.program, c.args(url, user, pays)...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		out.Close()
		if text, err := os.ReadFile(path); err == nil && t.Failed() {
			t.Logf("%v:\n%s", cmd.Args, tail(text))
		}
	})
	return cmd
}

// tail returns the end of a long text.
func tail(text []byte) []byte {
	const most = 4000
	return text[max(0, len(text)-most):]
}
