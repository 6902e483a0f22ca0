package regtest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// program is the software of a network's nodes.
type program struct {
	name    string // of the file to run
	env     string // the environment variable that names the file, if it is not in PATH
	require string // the environment variable that makes a test fail, with "1", where there is none
	rules   []string
	address string   // that pays nobody; for Node.Generate without a wallet
	conf    []string // lines of the configuration
}

// merged reports whether the chain is merge-mined: it has no wallet, no MWEB, and templates only with a peer.
func (p *program) merged() bool { return p.name == "dogecoind" }

var litecoind = &program{
	name: "litecoind", env: "LITECOIND", require: "SOLO_REQUIRE_LITECOIND", rules: []string{"mweb", "segwit"},
	conf: []string{"fallbackfee=0.001", "keypool=1"},
}

var dogecoind = &program{
	name: "dogecoind", env: "DOGECOIND", require: "SOLO_REQUIRE_DOGECOIND", rules: []string{},
	address: "mfWyW5fc9NUj75YAnFgoRLrjxgLDn2MMth", conf: []string{"disablewallet=1", "whitelist=127.0.0.1"},
}

// confName is the name of the configuration file.
func (p *program) confName() string { return strings.TrimSuffix(p.name, "d") + ".conf" }

// find returns the path of the program. The error says what is missing.
func (p *program) find() (string, error) {
	name := os.Getenv(p.env)
	if name == "" {
		name = p.name
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("find %s: %w (install it, or name its file in %s)", p.name, err, p.env)
	}
	return path, nil
}

// required returns the path of the program. Without one it skips the test, or fails it if the environment says so.
func (p *program) required(t testing.TB) string {
	t.Helper()
	path, err := p.look(t)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// look is find, but fails the test if there must be a program.
func (p *program) look(t testing.TB) (string, error) {
	t.Helper()
	path, err := p.find()
	if err != nil && (os.Getenv(p.require) == "1" || os.Getenv(p.env) != "") {
		t.Fatal(err)
	}
	return path, err
}

// Litecoind returns the path of the litecoind to use: the environment variable
// LITECOIND, else the one found in PATH. The error says what is missing.
func Litecoind() (string, error) { return litecoind.find() }

// Dogecoind is Litecoind for dogecoind and DOGECOIND.
func Dogecoind() (string, error) { return dogecoind.find() }

// Require returns the path of litecoind. Without one it skips the test, or
// fails it if SOLO_REQUIRE_LITECOIND=1.
func Require(t testing.TB) string {
	t.Helper()
	return litecoind.required(t)
}

// RequireDoge is Require for dogecoind and SOLO_REQUIRE_DOGECOIND.
func RequireDoge(t testing.TB) string {
	t.Helper()
	return dogecoind.required(t)
}

// HasDoge reports whether there is a dogecoind, for tests that can do without. It fails the test if SOLO_REQUIRE_DOGECOIND=1
// and there is none.
func HasDoge(t testing.TB) bool {
	t.Helper()
	_, err := dogecoind.look(t)
	return err == nil
}
