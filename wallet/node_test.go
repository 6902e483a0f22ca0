package wallet_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltcsolo/wallet"
)

// litecoind is a running node without peers.
type litecoind struct {
	url, cookie string // cookie is a file
	exited      chan struct{}
}

// startLitecoind runs a node on network until the test ends.
func startLitecoind(t *testing.T, network wallet.Network) *litecoind {
	t.Helper()
	binary, err := exec.LookPath("litecoind")
	if err != nil {
		if os.Getenv("SOLO_REQUIRE_LITECOIND") == "1" {
			t.Fatalf("litecoind is required: %v", err)
		}
		t.Skip("litecoind is not installed")
	}
	folder := map[wallet.Network]string{wallet.Main: "", wallet.Test: "testnet4", wallet.Regtest: "regtest"}[network]
	for range 3 { // another process may take the port first
		home := t.TempDir()
		port := freePort(t)
		cmd := exec.CommandContext(t.Context(), binary, "-chain="+string(network), "-datadir="+home,
			"-server=1", "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", fmt.Sprintf("-rpcport=%d", port),
			"-connect=0", "-listen=0", "-dnsseed=0", "-disablewallet", "-printtoconsole=0")
		// Debian's wrapper writes a configuration into the home directory.
		cmd.Env = append(os.Environ(), "HOME="+home)
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		cmd.WaitDelay = 30 * time.Second
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		n := &litecoind{
			url:    fmt.Sprintf("http://127.0.0.1:%d/", port),
			cookie: filepath.Join(home, folder, ".cookie"),
			exited: make(chan struct{}),
		}
		go func() {
			defer close(n.exited) // startLitecoind's, when the process is gone
			cmd.Wait()
		}()
		t.Cleanup(func() { <-n.exited })
		if n.ready(t) {
			return n
		}
	}
	t.Fatal("litecoind does not start")
	return nil
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// ready waits until n answers. It returns false if n exits first.
func (n *litecoind) ready(t *testing.T) bool {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(2 * time.Minute)
	for {
		select {
		case <-n.exited:
			return false
		case <-limit:
			t.Fatal("litecoind does not answer")
		case <-tick.C:
			if _, err := n.validate([]string{""}); err == nil {
				return true
			}
		}
	}
}

// opinion is the node's answer to validateaddress.
type opinion struct {
	Valid   bool   `json:"isvalid"`
	Address string `json:"address"`
	Script  string `json:"scriptPubKey"`
}

// validate calls validateaddress for each address.
func (n *litecoind) validate(addresses []string) ([]opinion, error) {
	calls := make([]call, len(addresses))
	for i, a := range addresses {
		calls[i] = call{"validateaddress", []any{a}}
	}
	return batch[opinion](n, calls)
}

// call is an RPC call.
type call struct {
	Method string `json:"method"`
	Params []any  `json:"params"`
}

// batch makes all calls in one request. Their results have the same type.
func batch[T any](n *litecoind, calls []call) ([]T, error) {
	secret, err := os.ReadFile(n.cookie)
	if err != nil {
		return nil, err
	}
	user, password, _ := strings.Cut(string(secret), ":")
	body, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest("POST", n.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(user, password)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var replies []struct {
		Result *T
		Error  any
	}
	if err := json.NewDecoder(response.Body).Decode(&replies); err != nil {
		return nil, err
	}
	if len(replies) != len(calls) {
		return nil, fmt.Errorf("got %d answers to %d calls", len(replies), len(calls))
	}
	results := make([]T, len(replies))
	for i, r := range replies {
		if r.Result == nil {
			return nil, fmt.Errorf("%s %v: %v", calls[i].Method, calls[i].Params, r.Error)
		}
		results[i] = *r.Result
	}
	return results, nil
}

// TestH02DecodeAgreesWithLitecoind compares with validateaddress: accepted
// addresses have the node's script and text, and what the node refuses as
// damaged is refused.
func TestH02DecodeAgreesWithLitecoind(t *testing.T) {
	for _, network := range []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest} {
		t.Run(string(network), func(t *testing.T) {
			t.Parallel()
			node := startLitecoind(t, network)
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 0))

			var good, damaged []string
			for range 20 {
				for _, e := range encodings[network] {
					a := e.random(r)
					good = append(good, a)
					damaged = append(damaged, damage(r, a))
				}
			}
			opinions, err := node.validate(good)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range opinions {
				a, err := wallet.Decode(good[i], network)
				if err != nil || !o.Valid {
					t.Fatalf("Decode(%q) = %v; the node says valid: %t", good[i], err, o.Valid)
				}
				if got := hex.EncodeToString(a.Script); got != o.Script || a.Text != o.Address {
					t.Errorf("Decode(%q) = %s %s, the node says %s %s", good[i], a.Text, got, o.Address, o.Script)
				}
			}
			opinions, err = node.validate(damaged)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range opinions {
				if a, err := wallet.Decode(damaged[i], network); err == nil || o.Valid {
					t.Errorf("Decode(%q), damaged, = %+v; the node says valid: %t", damaged[i], a, o.Valid)
				}
			}
		})
	}
}

// TestH02DecodeIsStricterThanLitecoind shows why the node is not asked: it calls
// these addresses valid, but a coinbase must not pay them.
func TestH02DecodeIsStricterThanLitecoind(t *testing.T) {
	node := startLitecoind(t, wallet.Regtest)
	traps := []string{
		segwit("rltc", 1, fill(20), bech32m),
		segwit("rltc", 2, fill(32), bech32m),
		segwit("rltc", 8, fill(32), bech32m),
		segwit("rltc", 9, fill(32), bech32m),
		segwit("rltc", 16, fill(2), bech32m),
		mweb("tmweb"),
	}
	opinions, err := node.validate(traps)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range opinions {
		if a, err := wallet.Decode(traps[i], wallet.Regtest); err == nil || !o.Valid {
			t.Errorf("Decode(%q) = %+v, want an error; the node says valid: %t, want true", traps[i], a, o.Valid)
		}
	}
}
