package metrics_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestMonitoringNames checks that every series that the dashboard and the rules name is ours and has the labels by which
// they select. scripts/test-monitoring.sh has Prometheus itself read them.
func TestMonitoringNames(t *testing.T) {
	var raw []byte
	for _, name := range []string{golden, mergedGolden} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, text...)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(ltcsolo_\w+)(?:\{(.*)\})? `).FindAllStringSubmatch(string(raw), -1) {
		known[m[1]] = true
		for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(m[2], -1) {
			known[m[1]+" "+l[1]] = true
		}
	}
	files, err := filepath.Glob("../../scripts/monitoring/*.*")
	if err != nil || len(files) != 4 {
		t.Fatalf("files: %v, %v", files, err)
	}
	own := map[string]bool{"job": true, "instance": true} // Prometheus's own labels
	named := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\b(ltcsolo_\w+)(?:\{([^}]*)\})?`).FindAllStringSubmatch(string(text), -1) {
			named[m[1]] = true
			if !known[m[1]] {
				t.Errorf("%s names %s, which does not exist", filepath.Base(file), m[1])
			}
			for _, l := range regexp.MustCompile(`(\w+)=~?\\?"`).FindAllStringSubmatch(m[2], -1) {
				if !own[l[1]] && !known[m[1]+" "+l[1]] {
					t.Errorf("%s selects %s by %s, a label that it does not have", filepath.Base(file), m[1], l[1])
				}
			}
		}
	}
	if len(named) < 20 {
		t.Errorf("only %d series are named", len(named))
	}
}
