package discover_test

import (
	"ltcsolo/solo/node/discover"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFindAsLitecoinCli: litecoin-cli reads litecoin.conf with litecoind's own code and, if nothing listens, says which
// address it tried. For any file Find returns the same address, or refuses what litecoin-cli refuses. (litecoin-cli does
// not support includeconf.)
func TestFindAsLitecoinCli(t *testing.T) {
	cli, err := exec.LookPath("litecoin-cli")
	if err != nil {
		if os.Getenv("SOLO_REQUIRE_LITECOIND") == "1" {
			t.Fatalf("litecoin-cli is required: %v", err)
		}
		t.Skip("litecoin-cli is not installed (SOLO_REQUIRE_LITECOIND=1 makes this a failure)")
	}
	dir := t.TempDir()
	lines := []string{
		"[main]", "[test]", "[regtest]", "[other]", "testnet=1", "testnet=0", "testnet", "regtest=1", "regtest=0", "regtest=",
		"noregtest=1", "notestnet=0", "chain=main", "chain=test", "chain=regtest", "rpcport=21", "rpcport=22", "nono=1",
		"test.rpcport=23", "regtest.rpcport=24", "main.rpcport=25", "  # rpcport=1", "\trpcport = 26 # x", "rpcuser=a#b", "rpcpassword=a#b",
		"-rpcport=27", "=", "x=1=2", " [regtest] ", "regtest=01x", "testnet=x1", "regtest=-1", "chain=",
		"rpcport=28x", "rpcport=+29", "rpcport=", "norpcport=1", "norpcport=0", "[]", "nochain=1",
	}
	// No litecoind listens on this loopback address, whatever runs on the machine.
	const nowhere = "127.44.0.1"
	const seed = 2
	rng := rand.New(rand.NewPCG(seed, seed))
	tried := regexp.MustCompile(`Could not connect to the server (\S+)`)
	agreed := 0
	for range 400 {
		var text strings.Builder
		for range rng.IntN(6) {
			text.WriteString(lines[rng.IntN(len(lines))] + "\n")
		}
		write(t, filepath.Join(dir, "litecoin.conf"), text.String())
		out, _ := exec.Command(cli, "-datadir="+dir, "-rpcconnect="+nowhere, "getblockcount").CombinedOutput()
		want := ""
		if m := tried.FindSubmatch(out); m != nil {
			want = "http://" + strings.Replace(string(m[1]), nowhere, "127.0.0.1", 1)
		}
		if strings.HasSuffix(want, ":0") {
			want = "" // litecoind chooses a port
		}
		got := ""
		d, err := discover.Find(discover.Options{DataDir: dir})
		if err == nil {
			got = d.Nodes[0].URL
			agreed++
		}
		if got != want {
			t.Errorf("for this file, seed %d, Find returned %q, %v:\n%s\nlitecoin-cli: %s", seed, got, err, text.String(), out)
		}
	}
	if agreed < 50 {
		t.Errorf("only %d files were valid: the test shows little", agreed)
	}
}
