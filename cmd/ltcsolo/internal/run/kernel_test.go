package run

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/scrypt"
)

// TestAutoKernel lets auto measure, keep its choice, find it again, and measure again if the measurement was noisy or the file
// is broken. Each time auto logs what it chose and why.
func TestAutoKernel(t *testing.T) {
	const measured, kept = "kernel chosen: the fastest measured", "kernel of an earlier measurement"
	all := scrypt.Kernels()
	fastest := all[len(all)-1]
	state := t.TempDir()
	path := filepath.Join(state, "kernel.json")
	tests := []struct {
		name   string
		before func() error
		noise  float64 // if it is measured
		want   string
	}{
		{"first start, on a loaded machine", nil, 2 * maxNoise, measured},
		{"next start, less noise", nil, maxNoise, measured},
		{"next start", nil, 0, kept},
		{"broken file", func() error { return os.WriteFile(path, []byte("{"), 0o600) }, 0, measured},
		{"next start after that", nil, 0, kept},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.before != nil {
				if err := tt.before(); err != nil {
					t.Fatal(err)
				}
			}
			best := func(threads int, _ time.Duration) (*scrypt.Kernel, []scrypt.Measured) {
				return fastest, []scrypt.Measured{
					{Kernel: fastest, HashRate: 2000 * float64(threads)}, {Kernel: all[0], HashRate: 1000, Noise: tt.noise},
				}
			}
			var text bytes.Buffer
			log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
			if k, rate := autoKernel(all, 2, state, Build{}, best, log); k != fastest || rate != 4000 {
				t.Errorf("autoKernel = %v, %v H/s, want %v, 4000 H/s", k, rate, fastest)
			}
			if !strings.Contains(text.String(), tt.want) || !strings.Contains(text.String(), "kernel="+fastest.Name()) {
				t.Errorf("kernel %v, but the log says:\n%s", fastest, &text)
			}
			if n := strings.Count(text.String(), "kernel measured"); tt.want == measured && n != 2 || tt.want == kept && n != 0 {
				t.Errorf("%d measurements in the log:\n%s", n, &text)
			}
		})
	}
}

// TestAutoKernelMeasures: auto really measures, unless there is one kernel beside the reference.
func TestAutoKernelMeasures(t *testing.T) {
	all := scrypt.Kernels()
	k, rate := autoKernel(all, 1, t.TempDir(), Build{}, scrypt.Best, slog.New(slog.DiscardHandler))
	if k == nil || len(all) > 2 && rate <= 0 {
		t.Errorf("autoKernel = %v, %v H/s", k, rate)
	}
}

// TestKeptChoiceFits: a choice does not hold for another program, processor, number of threads or list of kernels.
func TestKeptChoiceFits(t *testing.T) {
	kept := keptChoice{Program: "1", Processor: "a", Threads: 2, Kernels: []string{"x", "y"}, Kernel: "x", HashRate: 1}
	if !kept.fits(kept) {
		t.Error("a choice does not fit its own situation")
	}
	noisy := kept
	if noisy.Noise = 1.01 * maxNoise; noisy.fits(kept) {
		t.Error("a choice by a noisy measurement fits")
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

// TestSharing: on a container's limit of one processor, two threads have the hash rate of one.
func TestSharing(t *testing.T) {
	for _, tt := range []struct {
		threads, processors int
		want                float64
	}{
		{1, 1, 100}, {2, 1, 50}, {2, 2, 100}, {2, 4, 100}, {3, 2, 100 * 2.0 / 3},
	} {
		if rate := sharing(100, tt.threads, tt.processors); rate != tt.want {
			t.Errorf("%d threads on %d processors: %v of 100 H/s, want %v", tt.threads, tt.processors, rate, tt.want)
		}
	}
}
