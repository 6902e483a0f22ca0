//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// scripts/install.sh without Go on the PATH, as under sudo, installs what the README builds, unless that is stale; and
// scripts/uninstall.sh says what it leaves and how to remove it.
func TestInstallWithoutGo(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, dir := range []string{"scripts/service", "cmd", "solo", "template", "wallet"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, from := range map[string]string{
		"scripts/install.sh": "../install.sh", "scripts/uninstall.sh": "../uninstall.sh", "go.mod": "../../go.mod", "go.sum": "../../go.sum",
		"scripts/service/ltcsolo.service": "../service/ltcsolo.service", "scripts/service/config.toml": "../service/config.toml",
		"scripts/service/ltcsolo-serve.service": "../service/ltcsolo-serve.service", "scripts/service/ltcsolo-serve.socket": "../service/ltcsolo-serve.socket",
		"cmd/main.go": "main.go",
	} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), text, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	bin := t.TempDir() // a PATH without Go
	for _, name := range []string{"sh", "cat", "cp", "dirname", "find", "install", "mktemp", "rm", "sed"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	stub(t, bin, "id 0")
	target := t.TempDir()
	run := func(name string) (string, int) {
		cmd := exec.Command(filepath.Join(root, "scripts", name))
		cmd.Env = []string{"PATH=" + bin, "DESTDIR=" + target}
		return execute(t, cmd)
	}

	const build = "go build -o ltcsolo ./cmd/ltcsolo"
	if out, code := run("install.sh"); code != 1 || !strings.Contains(out, "is not built") || !strings.Contains(out, build) {
		t.Errorf("without a build: exit code %d:\n%s", code, out)
	}
	program := filepath.Join(root, "ltcsolo")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(program, old, old); err != nil {
		t.Fatal(err)
	}
	if out, code := run("install.sh"); code != 1 || !strings.Contains(out, "older than its sources") || !strings.Contains(out, build) {
		t.Errorf("with a stale build: exit code %d:\n%s", code, out)
	}
	if left, _ := os.ReadDir(target); len(left) > 0 {
		t.Errorf("a refused installation left %v", left)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(program, later, later); err != nil {
		t.Fatal(err)
	}
	if out, code := run("install.sh"); code != 0 || !strings.Contains(out, "installed") {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	installed := filepath.Join(target, "usr/local/bin/ltcsolo")
	if out, err := exec.Command(installed, "hello").Output(); err != nil || string(out) != "hello\n" {
		t.Errorf("the installed program says %q, %v", out, err)
	}
	units := filepath.Join(target, "etc/systemd/system")
	if got, want := names(t, units), "ltcsolo-serve.service ltcsolo-serve.socket ltcsolo.service"; got != want {
		t.Errorf("installed units %s, want %s", got, want)
	}
	out, code := run("uninstall.sh")
	for _, want := range []string{"/var/lib/ltcsolo", "user ltcsolo", "litecoin.conf", "\nrpcauth\n", "userdel ltcsolo"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("uninstall: exit code %d, want 0 and %q:\n%s", code, want, out)
		}
	}
	if _, err := os.Stat(installed); err == nil {
		t.Error("the program is still installed")
	}
	if got := names(t, units); got != "" {
		t.Errorf("units that are still installed: %s", got)
	}

	// An archive of a release has nothing to build, with Go or without.
	for _, source := range []string{"cmd", "solo", "template", "wallet", "go.mod", "go.sum"} {
		if err := os.RemoveAll(filepath.Join(root, source)); err != nil {
			t.Fatal(err)
		}
	}
	stub(t, bin, "go 1")
	if out, code := run("install.sh"); code != 0 || !strings.Contains(out, "installed") {
		t.Fatalf("in an archive: exit code %d:\n%s", code, out)
	}
	if _, err := os.Stat(installed); err != nil {
		t.Error(err)
	}
}

// names returns what is in a directory.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// The service for other miners is as tight as the one that mines, but for what it is there for.
func TestServeUnitIsAsTight(t *testing.T) {
	t.Parallel()
	lines := func(name string) (all []string) {
		text, err := os.ReadFile(filepath.Join("..", "service", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				all = append(all, line)
			}
		}
		return all
	}
	mine, serve := lines("ltcsolo.service"), lines("ltcsolo-serve.service")
	const lan = "IPAddressAllow=localhost link-local 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7"
	without := func(all, others []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(all), func(line string) bool { return slices.Contains(others, line) }), "\n")
	}
	state := "--config /etc/ltcsolo/config.toml --state /var/lib/ltcsolo --wait 87600h"
	if got, want := without(mine, serve), strings.Join([]string{
		"Description=Solo Litecoin miner", "ExecStart=/usr/local/bin/ltcsolo mine " + state,
		"Nice=10", "CPUSchedulingPolicy=batch", "IOSchedulingClass=idle", "IPAddressAllow=localhost",
	}, "\n"); got != want {
		t.Errorf("serve's unit lacks\n%s\nwant\n%s", got, want)
	}
	if got, want := without(serve, mine), strings.Join([]string{
		"Description=Solo Litecoin mining for the miners of the house", "Conflicts=ltcsolo.service", "Requires=ltcsolo-serve.socket",
		"ExecStart=/usr/local/bin/ltcsolo serve " + state, "LimitNOFILE=16384", lan,
	}, "\n"); got != want {
		t.Errorf("serve's unit has besides\n%s\nwant\n%s", got, want)
	}
	for _, line := range []string{"ListenStream=3333", "IPAddressDeny=any", lan, "WantedBy=sockets.target"} {
		if !slices.Contains(lines("ltcsolo-serve.socket"), line) {
			t.Errorf("the socket unit lacks %s", line)
		}
	}
}
