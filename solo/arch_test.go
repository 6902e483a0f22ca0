package solo_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "ltcsolo/"

// pkg is what go list says of a package of ours. Imports are those of the code, not of its tests.
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

// ours are the imports of p that belong to this module, without its name.
func (p pkg) ours() []string {
	var names []string
	for _, i := range p.Imports {
		if name, ok := strings.CutPrefix(i, module); ok {
			names = append(names, name)
		}
	}
	return names
}

// TestArrows keeps the architecture: which package may know which.
func TestArrows(t *testing.T) {
	// What a package may import of ours. An adapter under solo/ that is not listed may import the engine, template
	// and scrypt; cmd may import all but the helpers of tests.
	allowed := map[string][]string{
		"template":      nil,
		"wallet":        nil,
		"solo/scrypt":   nil,
		"solo/units":    nil,
		"solo/odds":     {"template"},
		"solo/delivery": {"template"},
		"solo":          {"template", "solo/scrypt", "solo/delivery"},

		"solo/node/discover": {"solo/node"}, // it makes the configuration of clients
	}
	adapter := []string{"solo", "template", "solo/scrypt", "solo/delivery", "solo/odds", "solo/units"}
	helpers := []string{"solo/regtest", "solo/node/nodetest"}
	// The command's packages, from the top down: each may import those after it.
	command := []string{"cmd/ltcsolo", "cmd/ltcsolo/internal/doctor", "cmd/ltcsolo/internal/run", "cmd/ltcsolo/internal/settings", "cmd/ltcsolo/internal/terminal"}
	all := listPackages(t)
	if len(all) < 8 {
		t.Fatalf("go list found %d packages: %v", len(all), all)
	}
	for _, p := range all {
		may, listed := allowed[p.ImportPath]
		switch {
		case listed:
		case slices.Contains(helpers, p.ImportPath) || strings.HasPrefix(p.ImportPath, "solo/"):
			may = adapter
		case strings.HasPrefix(p.ImportPath, "scripts/"):
			may = []string{"solo/regtest"} // the learner's network is the tests' network
		default: // cmd
			at := slices.Index(command, p.ImportPath)
			if at < 0 {
				t.Errorf("%s is not in the list of the command's packages", p.ImportPath)
			}
			for _, q := range p.ours() {
				if slices.Contains(helpers, q) {
					t.Errorf("%s imports %s, which is for tests", p.ImportPath, q)
				}
				if to := slices.Index(command, q); to >= 0 && to < at {
					t.Errorf("%s imports %s, which is above it", p.ImportPath, q)
				}
			}
			continue
		}
		for _, q := range p.ours() {
			if !slices.Contains(may, q) {
				t.Errorf("%s imports %s, may import %v", p.ImportPath, q, may)
			}
		}
	}
}

// TestLibrariesHaveOneHome keeps a library's types from spreading.
func TestLibrariesHaveOneHome(t *testing.T) {
	homes := map[string][]string{
		"github.com/btcsuite/btcd/rpcclient": {"solo/node"},
		"github.com/btcsuite/btcd/btcjson":   {"solo/node"},
		"github.com/btcsuite/btcd/btcutil/":  {"wallet"},
		"github.com/btcsuite/btcd/btcec/":    {"wallet"},
		"github.com/btcsuite/btcd/txscript/": {"wallet"},
		"github.com/urfave/cli/":             {"cmd/ltcsolo", "cmd/ltcsolo/internal/settings"},
		"github.com/BurntSushi/toml":         {"cmd/ltcsolo/internal/settings"},
		"github.com/prometheus/client_":      {"solo/metrics"},
	}
	for _, p := range listPackages(t) {
		for _, i := range p.Imports {
			for library, home := range homes {
				if strings.HasPrefix(i, library) && !slices.Contains(home, p.ImportPath) {
					t.Errorf("%s imports %s, which belongs to %v alone", p.ImportPath, i, home)
				}
			}
		}
	}
}
