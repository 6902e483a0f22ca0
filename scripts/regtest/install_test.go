//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// If the script cannot install litecoind, it says what to install and how.
func TestInstallLitecoind(t *testing.T) {
	t.Parallel()
	script := filepath.Join("..", "install-litecoind.sh")
	for _, tt := range []struct {
		name      string
		programs  []string // besides those that the script itself needs
		litecoind string   // the environment variable
		code      int
		want      string
	}{
		{"present", []string{"litecoind"}, "", 0, ""},
		{"named", nil, "/bin/sh", 0, ""},
		{"named but absent", nil, "/nonexistent", 1, "LITECOIND names /nonexistent"},
		{"no apt-get", nil, "", 1, "neither is apt-get"},
		{"not root, no sudo", []string{"apt-get", "id 1000"}, "", 1, "root or sudo"},
		{"apt-get fails", []string{"apt-get 1", "id 0"}, "", 1, "could not install"},
		{"root", []string{"apt-get", "id 0"}, "", 0, "installing it with apt-get"},
		{"sudo", []string{"apt-get 1", "id 1000", "sudo"}, "", 0, "installing it with apt-get"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bin := binWith(t, tt.programs)
			cmd := exec.Command(script)
			cmd.Env = []string{"PATH=" + bin, "LITECOIND=" + tt.litecoind}
			out, code := execute(t, cmd)
			if code != tt.code || !strings.Contains(out, tt.want) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, tt.code, tt.want, out)
			}
			if advice := strings.Contains(out, "litecoin-project/litecoin/releases"); advice != (tt.code != 0) {
				t.Errorf("advice given: %v, exit code %d:\n%s", advice, code, out)
			}
		})
	}
}

// Chromium is installed in the same way, but nobody needs advice on where to get it.
func TestInstallChromium(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		programs []string
		code     int
		want     string
	}{
		{"present", []string{"chromium"}, 0, ""},
		{"Google's", []string{"google-chrome"}, 0, ""},
		{"absent", []string{"apt-get", "id 0"}, 0, "chromium is not installed: installing it with apt-get"},
		{"apt-get fails", []string{"apt-get 1", "id 0"}, 1, "could not install chromium"},
	} {
		cmd := exec.Command(filepath.Join("..", "install-chromium.sh"))
		cmd.Env = []string{"PATH=" + binWith(t, tt.programs)}
		if out, code := execute(t, cmd); code != tt.code || !strings.Contains(out, tt.want) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s", tt.name, code, tt.code, tt.want, out)
		}
	}
}

// binWith returns a directory with these programs, and those that the scripts themselves need.
func binWith(t *testing.T, programs []string) string {
	t.Helper()
	bin := t.TempDir()
	for _, name := range []string{"cat", "env"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range programs {
		stub(t, bin, p)
	}
	return bin
}

// stub writes a program. "name" succeeds, "name 1" fails, "id 0" prints 0.
func stub(t *testing.T, bin, spec string) {
	t.Helper()
	name, answer, _ := strings.Cut(spec, " ")
	text := "#!/bin/sh\nexit " + answer + "\n"
	if name == "id" {
		text = "#!/bin/sh\necho " + answer + "\n"
	}
	if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}
