//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// scripts/release/deb.sh makes the same package whoever runs it, where and when, with every file in Debian's place.
// scripts/test-deb.sh installs one.
func TestDeb(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		if os.Getenv("SOLO_REQUIRE_DPKG") != "" {
			t.Fatal(err)
		}
		t.Skip("there is no dpkg-deb, as on systems other than Debian's; SOLO_REQUIRE_DPKG=1 makes this a failure")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "ltcsolo")
	for path, text := range map[string]string{
		program: "#!/bin/sh\necho \"$*\"\n",
		filepath.Join(dir, "THIRD-PARTY-LICENSES.txt"): "the licence of a library\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	build := func(mode os.FileMode, umask string, env ...string) (path string, content []byte) {
		t.Helper()
		temp := t.TempDir()
		if err := os.Chmod(temp, mode); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", "-c", `umask $1; shift; exec "$@"`, "sh", umask,
			filepath.Join("..", "release", "deb.sh"), program, "armhf", "1.0.0-rc1", "1700000000", filepath.Join(temp, "out"))
		cmd.Env = append(append(os.Environ(), "TMPDIR="+temp), env...)
		out, code := execute(t, cmd)
		path = strings.TrimSpace(out)
		if code != 0 || filepath.Base(path) != "ltcsolo_1.0.0-rc1_armhf.deb" {
			t.Fatalf("exit code %d:\n%s", code, out)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return path, content
	}
	deb, first := build(0o755, "022")
	if _, second := build(0o700|os.ModeSetgid, "077", "TZ=Asia/Tokyo", "LC_ALL=C.UTF-8"); string(second) != string(first) {
		t.Error("two runs made different packages")
	}

	show := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("dpkg-deb", append(args, deb)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if got, want := show("--show", "--showformat", "${Package} ${Version} ${Architecture}"), "ltcsolo 1.0.0~rc1 armhf"; got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
	var got []string
	for line := range strings.Lines(show("--contents")) {
		if f := strings.Fields(line); !strings.HasSuffix(f[5], "/") {
			got = append(got, f[0]+" "+f[1]+" "+f[5])
		} else if f[0] != "drwxr-xr-x" || f[1] != "root/root" {
			t.Errorf("folder: %s", line)
		}
	}
	want := []string{"-rwxr-xr-x root/root ./usr/bin/ltcsolo"}
	for _, path := range []string{
		"etc/ltcsolo/config.toml",
		"usr/lib/systemd/system-preset/80-ltcsolo.preset",
		"usr/lib/systemd/system/ltcsolo-serve.service", "usr/lib/systemd/system/ltcsolo-serve.socket", "usr/lib/systemd/system/ltcsolo.service",
		"usr/lib/systemd/user-preset/80-ltcsolo.preset", "usr/lib/systemd/user/ltcsolo.service",
		"usr/share/bash-completion/completions/ltcsolo", "usr/share/fish/vendor_completions.d/ltcsolo.fish",
		"usr/share/zsh/vendor-completions/_ltcsolo",
		"usr/share/doc/ltcsolo/CHANGELOG.md", "usr/share/doc/ltcsolo/README.md", "usr/share/doc/ltcsolo/changelog.gz", "usr/share/doc/ltcsolo/copyright",
		"usr/share/doc/ltcsolo/examples/crontab", "usr/share/doc/ltcsolo/examples/litecoin-cookie.conf", "usr/share/doc/ltcsolo/examples/logrotate",
		"usr/share/doc/ltcsolo/examples/monitoring/alerts.yml", "usr/share/doc/ltcsolo/examples/monitoring/grafana.json",
		"usr/share/doc/ltcsolo/examples/monitoring/prometheus.yml",
		"usr/share/lintian/overrides/ltcsolo", "usr/share/man/man1/ltcsolo.1.gz",
	} {
		want = append(want, "-rw-r--r-- root/root ./"+path)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("it contains\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
