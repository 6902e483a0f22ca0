package solo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "ltcsolo/"

// pkg is a package of ours as go list describes it. Imports are those of the code, not of its tests.
type pkg struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		all = append(all, p)
	}
}

// ours returns the imports of p that belong to this module, without its name.
func (p pkg) ours() []string {
	var names []string
	for _, i := range p.Imports {
		if name, ok := strings.CutPrefix(i, module); ok {
			names = append(names, name)
		}
	}
	return names
}

// The architecture: which package may import which. A package under solo/ that is not listed is an adapter.
var (
	leaves  = []string{"template", "wallet", "solo/scrypt", "solo/units", "solo/textfile", "solo/disk", "solo/neterr"}
	allowed = map[string][]string{
		"solo/odds":     {"template"},
		"solo/delivery": {"template"},
		"solo":          {"template", "solo/delivery", "solo/scrypt"},
		"solo/node":     {"solo", "solo/delivery", "template", "solo/odds", "solo/units", "solo/neterr"},
		"solo/history":  {"solo", "solo/delivery", "template", "solo/units", "solo/textfile", "solo/disk"},
	}
	adapter = []string{"solo", "solo/delivery", "template", "solo/scrypt", "solo/odds", "solo/units", "solo/textfile", "solo/disk", "solo/neterr"}
	// What some adapters may import as well.
	besides = map[string][]string{"solo/dashboard": {"solo/history"}}
	// What only tests import, and scripts/regtest: the learner's network is the tests' network.
	helpers = []string{"solo/regtest", "solo/node/nodetest", "solo/delivery/deliverytest", "solo/stratum/stratumtest", "solo/rigs/rigstest"}
	// The program's packages: each may import those after it.
	program = []string{
		"cmd/ltcsolo", "cmd/ltcsolo/internal/doctor", "cmd/ltcsolo/internal/run", "cmd/ltcsolo/internal/settings",
		"cmd/ltcsolo/internal/terminal",
	}
	// A library's types do not spread: who may import what begins so.
	homes = map[string][]string{
		"github.com/btcsuite/btcd/btcutil/":  {"wallet"},
		"github.com/btcsuite/btcd/btcec/":    {"wallet"},
		"github.com/btcsuite/btcd/txscript/": {"wallet"},
		"github.com/urfave/cli/":             {"cmd/ltcsolo", "cmd/ltcsolo/internal/settings"},
		"github.com/BurntSushi/toml":         {"cmd/ltcsolo/internal/settings"},
		"github.com/prometheus/client_":      {"solo/metrics"},
	}
)

// wrongArrows returns a line for each import that the architecture does not allow.
func wrongArrows(packages []pkg) (wrong []string) {
	for _, p := range packages {
		for _, q := range p.ours() {
			if !mayImport(p.ImportPath, q) {
				wrong = append(wrong, fmt.Sprintf("%s must not import %s", p.ImportPath, q))
			}
		}
		for _, i := range p.Imports {
			for library, home := range homes {
				if strings.HasPrefix(i, library) && !slices.Contains(home, p.ImportPath) {
					wrong = append(wrong, fmt.Sprintf("%s must not import %s, which belongs to %v", p.ImportPath, i, home))
				}
			}
		}
	}
	return wrong
}

// mayImport reports whether p may import q, both of this module.
func mayImport(p, q string) bool {
	place := slices.Index(program, p)
	may, listed := allowed[p]
	switch {
	case slices.Contains(leaves, p):
		return false
	case listed:
		return slices.Contains(may, q)
	case p == "solo/node/discover":
		return q == "solo/node" || slices.Contains(adapter, q)
	case slices.Contains(helpers, p), strings.HasPrefix(p, "solo/"):
		return slices.Contains(adapter, q) || slices.Contains(besides[p], q)
	case strings.HasPrefix(p, "scripts/"):
		return q == "solo/regtest"
	case place < 0 || slices.Contains(helpers, q):
		return false
	case strings.HasPrefix(q, "cmd/"):
		return slices.Index(program, q) > place
	}
	return true
}

func TestArrows(t *testing.T) {
	packages := listPackages(t)
	if len(packages) < 18 {
		t.Fatalf("go list found %d packages: %v", len(packages), packages)
	}
	for _, line := range wrongArrows(packages) {
		t.Error(line)
	}
}

// TestWrongArrowsAreFound proves that each rule can fail.
func TestWrongArrowsAreFound(t *testing.T) {
	for _, tt := range []struct{ from, to string }{
		{"template", "solo/delivery"}, {"wallet", "template"}, {"solo/scrypt", "template"}, {"solo/units", "template"},
		{"solo/odds", "solo"}, {"solo/delivery", "solo"}, {"solo/delivery", "solo/scrypt"}, {"solo", "solo/node"},
		{"solo", "solo/journal"}, {"solo/node", "solo/journal"}, {"solo/node", "solo/node/discover"}, {"solo/journal", "wallet"},
		{"solo/cpuminer", "solo/limits"}, {"solo/stratum", "solo/cpuminer"}, {"solo/dashboard", "solo/metrics"},
		{"solo/history", "solo/dashboard"}, {"solo/metrics", "solo/history"},
		{"solo/metrics", "solo/node"}, {"solo/notice", "solo/journal"}, {"solo/regtest", "solo/node"},
		{"scripts/regtest", "solo/node"}, {"cmd/ltcsolo", "solo/regtest"}, {"cmd/ltcsolo/internal/run", "solo/node/nodetest"},
		{"cmd/ltcsolo/internal/terminal", "cmd/ltcsolo/internal/settings"}, {"cmd/ltcsolo/internal/settings", "cmd/ltcsolo/internal/run"},
		{"cmd/ltcsolo/internal/run", "cmd/ltcsolo/internal/doctor"}, {"cmd/other", "template"},
	} {
		if len(wrongArrows([]pkg{{tt.from, []string{module + tt.to}}})) == 0 {
			t.Errorf("%s may import %s", tt.from, tt.to)
		}
	}
	for library, home := range homes {
		if len(wrongArrows([]pkg{{"solo", []string{library}}})) == 0 {
			t.Errorf("solo may import %s", library)
		}
		if wrong := wrongArrows([]pkg{{home[0], []string{library}}}); len(wrong) != 0 {
			t.Error(wrong)
		}
	}
}

// TestTopLevel keeps the repository's first page short.
func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		known := slices.Contains([]string{"cmd", "solo", "template", "wallet", "scripts", "bin", "dist"}, e.Name())
		if e.IsDir() && !known && !strings.HasPrefix(e.Name(), ".") {
			t.Errorf("there is a folder %s", e.Name())
		}
	}
}
