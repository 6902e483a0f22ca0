package run_test

import (
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/wallet"
)

// The remembered address is paid only if a wallet calls it its own, or if none can say.
func TestCheckRemembered(t *testing.T) {
	const remembered, another = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kmmrnyt", "rltc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqtd5fd8"
	own := func(*nodetest.Server) {}
	other := func(s *nodetest.Server) {
		s.Update(func(st *nodetest.State) { st.Address, st.Wallet = another, "two" })
	}
	bare := func(s *nodetest.Server) {
		other(s)
		s.Always("getaddressesbylabel", nodetest.RPCError(-11, "No addresses with label ltcsolo"))
	}
	watched := func(s *nodetest.Server) {
		other(s)
		s.Always("getaddressinfo", nodetest.Result(`{"ismine":false,"iswatchonly":true}`))
	}
	fails := func(f nodetest.Fault) func(*nodetest.Server) {
		return func(s *nodetest.Server) { s.Always("getaddressinfo", f) }
	}
	none := fails(nodetest.RPCError(-18, "No wallet is loaded."))
	for _, tt := range []struct {
		name    string
		nodes   []func(*nodetest.Server)
		refusal string // part of it; "" for none
		unasked bool
	}{
		{"its own", []func(*nodetest.Server){own}, "", false},
		{"watched", []func(*nodetest.Server){watched}, "", false},
		{"another wallet", []func(*nodetest.Server){other}, `, "two", which has ` + another, false},
		{"another wallet, without an address", []func(*nodetest.Server){bare}, `is not of the node's wallet, "two"`, false},
		{"of the second node", []func(*nodetest.Server){other, own}, "", false},
		{"of neither", []func(*nodetest.Server){other, bare}, another, false},
		{"no wallet", []func(*nodetest.Server){none}, "", true},
		{"several wallets", []func(*nodetest.Server){fails(nodetest.RPCError(-19, "Wallet file not specified"))}, "", true},
		{"no wallet in litecoind", []func(*nodetest.Server){fails(nodetest.RPCError(-32601, "Method not found"))}, "", true},
		{"not on the whitelist", []func(*nodetest.Server){fails(nodetest.Forbidden)}, "", true},
		{"another wallet, and none", []func(*nodetest.Server){none, other}, another, false},
	} {
		var clients []*node.Client
		for _, change := range tt.nodes {
			s := nodetest.Start(t)
			change(s)
			c, err := node.New(node.Config{URL: s.URL, Credentials: s.Credentials})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			clients = append(clients, c)
		}
		a := wallet.Address{Text: remembered}
		refusal, unasked := run.CheckRemembered(t.Context(), clients, "/it's/state", a)
		if (refusal != nil) != (tt.refusal != "") || (unasked != nil) != tt.unasked {
			t.Errorf("%s: refused with %v, not asked because of %v", tt.name, refusal, unasked)
		}
		if refusal == nil {
			continue
		}
		e := terminal.Explain(refusal)
		if e.Code != terminal.ExitUsage || !strings.Contains(e.Reason, remembered) || !strings.Contains(e.Reason, tt.refusal) ||
			!strings.Contains(e.Remedy, `mv '/it'\''s/state/payout-address' '/it'\''s/state/payout-address.old'`) {
			t.Errorf("%s: code %d, %q, %q", tt.name, e.Code, e.Reason, e.Remedy)
		}
	}
}
