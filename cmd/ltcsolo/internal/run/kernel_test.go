package run

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/solo/scrypt"
)

// TestAutoKernel lets auto measure, keep its choice, find it again, and measure again if the file is broken. Each time auto
// logs what it chose and why.
func TestAutoKernel(t *testing.T) {
	const measured, kept = "kernel chosen: the fastest measured", "kernel of an earlier measurement"
	if len(scrypt.Kernels()) <= 2 { // one, and the reference: nothing is measured
		if k, _ := autoKernel(scrypt.Kernels(), 1, t.TempDir(), Build{}, slog.New(slog.DiscardHandler)); k == nil {
			t.Error("autoKernel chose nothing")
		}
		return
	}
	state := t.TempDir()
	path := filepath.Join(state, "kernel.json")
	tests := []struct {
		name    string
		before  func() error
		threads int
		want    string
	}{
		{"first start", nil, 1, measured},
		{"next start", nil, 1, kept},
		{"broken file", func() error { return os.WriteFile(path, []byte("{"), 0o600) }, 1, measured},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.before != nil {
				if err := tt.before(); err != nil {
					t.Fatal(err)
				}
			}
			var text bytes.Buffer
			log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
			k, rate := autoKernel(scrypt.Kernels(), tt.threads, state, Build{}, log)
			if k == nil || rate <= 0 {
				t.Fatalf("autoKernel = %v, %v H/s", k, rate)
			}
			if !strings.Contains(text.String(), tt.want) || !strings.Contains(text.String(), "kernel="+k.Name()) {
				t.Errorf("kernel %v, but the log says:\n%s", k, &text)
			}
			if n := strings.Count(text.String(), "kernel measured"); tt.want == measured && n == 0 || tt.want == kept && n != 0 {
				t.Errorf("%d measurements in the log:\n%s", n, &text)
			}
		})
	}
}

// TestKeptChoiceFits: a choice does not hold for another program, processor, number of threads or list of kernels.
func TestKeptChoiceFits(t *testing.T) {
	kept := keptChoice{Program: "1", Processor: "a", Threads: 2, Kernels: []string{"x", "y"}, Kernel: "x", HashRate: 1}
	if !kept.fits(kept) {
		t.Error("a choice does not fit its own situation")
	}
	for name, change := range map[string]func(*keptChoice){
		"program":   func(c *keptChoice) { c.Program = "2" },
		"processor": func(c *keptChoice) { c.Processor = "b" },
		"threads":   func(c *keptChoice) { c.Threads = 1 },
		"kernels":   func(c *keptChoice) { c.Kernels = []string{"x"} },
	} {
		now := kept
		change(&now)
		if kept.fits(now) {
			t.Errorf("a choice fits with another %s", name)
		}
	}
}
