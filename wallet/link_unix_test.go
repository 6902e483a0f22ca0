//go:build unix

package wallet_test

import (
	"ltcsolo/wallet"
	"os"
	"path/filepath"
	"testing"
)

// TestRememberFollowsNoLink: a file that somebody linked in the place of the temporary one keeps its content.
func TestRememberFollowsNoLink(t *testing.T) {
	dir, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, filepath.Join(dir, ".payout-address.writing")); err != nil {
		t.Fatal(err)
	}
	node := asked{text: regtestAddress}
	if _, _, err := wallet.FromWallet(t.Context(), dir, wallet.Regtest, node.ask); err != nil {
		t.Errorf("FromWallet: %v", err)
	}
	if text, _ := os.ReadFile(victim); string(text) != "precious" {
		t.Errorf("the linked file holds %q", text)
	}
	if a, err := wallet.Remembered(dir, wallet.Regtest); err != nil || a.Text != regtestAddress {
		t.Errorf("Remembered = %v, %v", a, err)
	}
}
