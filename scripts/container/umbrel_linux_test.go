package container

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// umbrel.sh leaves nothing to fill in, and names the image by its digest.
func TestUmbrel(t *testing.T) {
	dir := t.TempDir()
	out, err := exec.Command("./umbrel.sh", "1.2.3", "sha256:abc", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("umbrel.sh: %v: %s", err, out)
	}
	app := strings.TrimSpace(string(out))
	for name, want := range map[string]string{
		"umbrel-app.yml": `(?m)^version: "1\.2\.3"$`, "docker-compose.yml": `(?m)^    image: \S+/ltcsolo:1\.2\.3@sha256:abc$`, "data/state/.gitkeep": `^$`,
	} {
		text, err := os.ReadFile(filepath.Join(app, name))
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(want).Match(text) || regexp.MustCompile(`@[A-Z]+@`).Match(text) {
			t.Errorf("%s: want %s, and nothing like @APP@:\n%s", name, want, text)
		}
	}
	for _, args := range [][]string{{"1.2.3"}, {"1.2.3", "abc", dir}, {"1.2.3", "sha256:abc"}} {
		if out, err := exec.Command("./umbrel.sh", args...).CombinedOutput(); err == nil {
			t.Errorf("umbrel.sh %v: %s", args, out)
		}
	}
}
