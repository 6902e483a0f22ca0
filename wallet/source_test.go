package wallet_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/ltcutil/bech32"

	"ltcsolo/wallet"
)

// asked is a node's wallet that answers text and counts the calls.
type asked struct {
	text  string
	err   error
	times int
}

func (a *asked) ask(context.Context) (string, error) {
	a.times++
	return a.text, a.err
}

var (
	regtestAddress = segwit("rltc", 0, fill(20), bech32.Encode)
	testAddress    = segwit("tltc", 0, fill(20), bech32.Encode)
)

func TestFromWalletAsksOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "regtest") // does not exist yet
	node := &asked{text: strings.ToUpper(regtestAddress) + "\n"}
	for i, wantRemembered := range []bool{false, true, true} {
		a, remembered, err := wallet.FromWallet(t.Context(), dir, wallet.Regtest, node.ask)
		if err != nil {
			t.Fatal(err)
		}
		if a.Text != regtestAddress || a.Type != wallet.P2WPKH || remembered != wantRemembered {
			t.Errorf("FromWallet, call %d = %+v, %t, want %s, %t", i+1, a, remembered, regtestAddress, wantRemembered)
		}
		node.text = segwit("rltc", 0, fill(32), bech32.Encode) // must not be asked for
	}
	if node.times != 1 {
		t.Errorf("the wallet was asked %d times, want 1", node.times)
	}
	text, err := os.ReadFile(filepath.Join(dir, "payout-address"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"network: regtest\n", "address: " + regtestAddress + "\n"} {
		if !strings.Contains(string(text), line) {
			t.Errorf("the file has no line %q:\n%s", line, text)
		}
	}
	if names := list(t, dir); len(names) != 1 {
		t.Errorf("the state directory holds %q, want only the address", names)
	}
}

func TestFromWalletFailures(t *testing.T) {
	down := errors.New("connection refused")
	tests := []struct {
		name string
		node asked
		want string
	}{
		{"node down", asked{err: down}, "connection refused"},
		{"mweb", asked{text: mweb("tmweb")}, "gave an address that cannot be paid: this is an MWEB address"},
		{"other network", asked{text: testAddress}, "gave an address that cannot be paid: this is an address of test"},
		{"nothing", asked{}, "gave an address that cannot be paid: the address is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			a, _, err := wallet.FromWallet(t.Context(), dir, wallet.Regtest, tt.node.ask)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("FromWallet = %+v, %v, want %q", a, err, tt.want)
			}
			if tt.node.err != nil && !errors.Is(err, tt.node.err) {
				t.Errorf("%v does not wrap the wallet's error", err)
			}
			if names := list(t, dir); len(names) != 0 {
				t.Errorf("the state directory holds %q after a failure", names)
			}
		})
	}
	node := asked{text: regtestAddress}
	if _, _, err := wallet.FromWallet(t.Context(), t.TempDir(), "signet", node.ask); err == nil || node.times != 0 {
		t.Errorf("FromWallet on an unknown network: %v, the wallet was asked %d times", err, node.times)
	}
}

// TestFromWalletStateUnusable: the wallet is not asked for an address that cannot be stored.
func TestFromWalletStateUnusable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	node := asked{text: regtestAddress}
	_, _, err := wallet.FromWallet(t.Context(), filepath.Join(file, "state"), wallet.Regtest, node.ask)
	if err == nil || node.times != 0 {
		t.Errorf("FromWallet under a file: %v, the wallet was asked %d times", err, node.times)
	}
}

// TestFromWalletKeepsADamagedFile cuts and changes the file. Each time there is
// an error with a remedy, the wallet is not asked, and the file stays as it is.
func TestFromWalletKeepsADamagedFile(t *testing.T) {
	good := "# a comment\n\nnetwork: regtest\naddress: " + regtestAddress + "\n"
	secret := "T6h2PzQ" + strings.Repeat("kV9x", 11)
	tests := []struct{ name, text, want string }{
		{"empty", "", "does not name its network"},
		{"zeros", strings.Repeat("\x00", 100), "lines other than"},
		{"no address", "network: regtest\n", "address is empty"},
		{"no network", "address: " + regtestAddress + "\n", "does not name its network"},
		{"unknown network", "network: signet\naddress: " + regtestAddress + "\n", "does not name its network"},
		{"two addresses", good + "address: " + regtestAddress + "\n", "lines other than"},
		{"unknown line", good + "amount: 1\n", "lines other than"},
		{"no colon", good + "x\n", "lines other than"},
		{"damaged address", strings.Replace(good, "rltc1q", "rltc1p", 1), "checksum"},
		{"cut", good[:len(good)-3], "characters"},
		{"other network", "network: test\naddress: " + testAddress + "\n", "is of test, but one of regtest is needed"},
		{"address of another network", "network: regtest\naddress: " + testAddress + "\n", "address of test"},
		{"mweb", "network: regtest\naddress: " + mweb("tmweb") + "\n", "MWEB"},
		{"private key", "network: regtest\naddress: " + secret + "\n", "private key"},
		{"private key alone", secret + "\n", "lines other than"},
		{"too long", good + strings.Repeat("#\n", 4096), "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "payout-address")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			node := asked{text: regtestAddress}
			a, _, err := wallet.FromWallet(t.Context(), dir, wallet.Regtest, node.ask)
			var refusal *wallet.Error
			if !errors.As(err, &refusal) || refusal.Remedy == "" {
				t.Fatalf("FromWallet = %+v, %v, want an *Error", a, err)
			}
			if !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("reason is %q, want %q and the path", err, tt.want)
			}
			if piece, found := repeated(err, secret, shortPiece); found {
				t.Errorf("the error repeats %q: %v", piece, err)
			}
			if node.times != 0 {
				t.Errorf("the wallet was asked %d times", node.times)
			}
			if text, err := os.ReadFile(path); err != nil || string(text) != tt.text {
				t.Errorf("the file is now %q, %v", text, err)
			}
		})
	}
}

func TestFromWalletNotAFile(t *testing.T) {
	type notAFile struct {
		name string
		make func(path string) error
	}
	tests := []notAFile{
		{"directory", func(path string) error { return os.Mkdir(path, 0o700) }},
	}
	if runtime.GOOS != "windows" { // only an administrator can make links there
		tests = append(tests, notAFile{"dangling link", func(path string) error { return os.Symlink("nowhere", path) }},
			notAFile{"link to an address", func(path string) error {
				target := filepath.Join(filepath.Dir(path), "target")
				text := "network: regtest\naddress: " + regtestAddress + "\n"
				return errors.Join(os.WriteFile(target, []byte(text), 0o600), os.Symlink(target, path))
			}})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := tt.make(filepath.Join(dir, "payout-address")); err != nil {
				t.Fatal(err)
			}
			node := asked{text: regtestAddress}
			_, _, err := wallet.FromWallet(t.Context(), dir, wallet.Regtest, node.ask)
			var refusal *wallet.Error
			if !errors.As(err, &refusal) || errors.Is(err, fs.ErrNotExist) || node.times != 0 {
				t.Errorf("FromWallet = %v, the wallet was asked %d times", err, node.times)
			}
		})
	}
}

// list returns the names of the files in dir.
func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
