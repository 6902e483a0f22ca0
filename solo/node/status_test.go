package node_test

import (
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/chaincfg"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

func TestStatus(t *testing.T) {
	s := nodetest.Start(t)
	tip := s.Mine()
	got, err := newClient(t, s, node.Config{}).Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if got.Chain != "regtest" || got.Height != 1 || got.BestBlock != tip || got.Peers != 1 || got.Version != 210505 ||
		got.Genesis.String() != node.Genesis("regtest") || got.NetworkHashRate != 1.5 || got.Name != s.URL {
		t.Errorf("Status = %+v", got)
	}
	s.Always("getblockhash", nodetest.Forbidden) // an rpcwhitelist with only what mining needs
	got, err = newClient(t, s, node.Config{}).Status(testContext(t))
	if err != nil || got.Genesis != (template.Hash{}) || got.Check("regtest", false) != nil {
		t.Errorf("Status = %+v, %v, want one without the first block, which is good enough", got, err)
	}
}

func TestCheck(t *testing.T) {
	regtest := mustParse(t, node.Genesis("regtest"))
	main := mustParse(t, node.Genesis("main"))
	for _, tt := range []struct {
		name      string
		change    func(*node.Status)
		network   string
		allowOld  bool
		reason    string // "" for none
		temporary bool
	}{
		{"good", nil, "regtest", false, "", false},
		{"any network", nil, "", false, "", false},
		{"wrong network", nil, "main", false, "is on network regtest, not main", false},
		{"other coin", func(s *node.Status) { s.Subversion = "/Satoshi:27.0.0/" }, "regtest", false, `not Litecoin Core: it calls itself "/Satoshi:27.0.0/"`, false},
		{"other coin on main", func(s *node.Status) { s.Subversion, s.Chain = "/Satoshi:27.0.0/", "main" }, "main", false, "not Litecoin Core", false},
		{"other first block", func(s *node.Status) { s.Genesis = main }, "regtest", false, "does not know the chain of the node", false},
		{"unknown chain", func(s *node.Status) { s.Chain = "signet" }, "", false, "does not know the chain of the node", false},
		{"no peers, new node", func(s *node.Status) { s.Peers = 0 }, "regtest", false, "", false},
		{"no peers, old node", func(s *node.Status) { s.Peers, s.Version = 0, 210400 }, "regtest", false, "", false},
		{"no peers, old node on test", func(s *node.Status) { testStatus(s); s.Peers, s.Version = 0, 210400 }, "test", false, "no peers", true},
		{"no peers, first exempt", func(s *node.Status) { s.Peers, s.Version = 0, 210504 }, "regtest", false, "", false},
		{"sync, new node", func(s *node.Status) { s.InitialDownload = true }, "regtest", false, "", false},
		{"sync, old node", func(s *node.Status) { s.InitialDownload, s.Version = true, 210201 }, "regtest", false, "", false},
		{"sync, old node, blocks missing", func(s *node.Status) { s.InitialDownload, s.Version, s.Headers = true, 210201, 6 }, "regtest", false, "block 5 of 6", true},
		{"sync, old node on test", func(s *node.Status) { testStatus(s); s.InitialDownload, s.Version = true, 210201 }, "test", false, "initial sync", true},
		{"main", mainStatus, "main", false, "", false},
		{"main, no peers", func(s *node.Status) { mainStatus(s); s.Peers = 0 }, "main", false, "no peers", true},
		{"main, sync", func(s *node.Status) { mainStatus(s); s.InitialDownload = true }, "main", false, "initial sync", true},
		{"main, too old", func(s *node.Status) { mainStatus(s); s.Version = 210201 }, "main", false,
			"litecoind 0.21.2.1 is too old: from height 3110000 on, 0.21.5.4", false},
		{"main, too old, allowed", func(s *node.Status) { mainStatus(s); s.Version = 210201 }, "main", true, "", false},
		{"main, the block before a fork", func(s *node.Status) { mainStatus(s); s.Height, s.Headers = 3_154_438, 3_154_438 }, "main", false, "", false},
		{"main, the block of a fork", func(s *node.Status) { mainStatus(s); s.Height, s.Headers = 3_154_439, 3_154_439 }, "main", false, "too old", false},
		{"main, behind, headers past a fork", func(s *node.Status) { mainStatus(s); s.Headers = 3_200_000 }, "main", false, "too old", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &node.Status{
				Name: "http://127.0.0.1:1", Chain: "regtest", Genesis: regtest, Height: 5, Headers: 5, Peers: 2,
				Version: 210505, Subversion: "/LitecoinCore:0.21.5.5(mine)/",
			}
			if tt.change != nil {
				tt.change(s)
			}
			if s.Chain == "main" {
				s.Genesis = main
			}
			err := s.Check(tt.network, tt.allowOld)
			if tt.reason == "" {
				if err != nil {
					t.Errorf("Check = %v, want nil", err)
				}
				return
			}
			if e := asError(t, err); !strings.Contains(e.Reason, tt.reason) || e.Temporary != tt.temporary {
				t.Errorf("Check = %q, temporary %v, want %q, %v", e.Reason, e.Temporary, tt.reason, tt.temporary)
			}
		})
	}
}

// testStatus makes s that of a node on test that does not say which first block it has.
func testStatus(s *node.Status) { s.Chain, s.Genesis = "test", template.Hash{} }

func mainStatus(s *node.Status) { s.Chain, s.Height, s.Headers = "main", 3_120_000, 3_120_000 }

func TestH04RequiredVersion(t *testing.T) {
	for _, tt := range []struct {
		height      int32
		version     int
		nextFork    int32
		nextVersion int
	}{
		{0, 210200, 3_110_000, 210504},
		{3_109_999, 210200, 3_110_000, 210504},
		{3_110_000, 210504, 3_154_440, 210506},
		{3_154_440, 210506, 3_172_640, 210508},
		{3_172_640, 210508, 0, 0},
		{1<<31 - 1, 210508, 0, 0},
	} {
		v, f, n := node.RequiredVersion(tt.height)
		if v != tt.version || f != tt.nextFork || n != tt.nextVersion {
			t.Errorf("RequiredVersion(%d) = %d, %d, %d, want %d, %d, %d", tt.height, v, f, n, tt.version, tt.nextFork, tt.nextVersion)
		}
	}
}

func TestH04ForkWarning(t *testing.T) {
	for _, tt := range []struct {
		chain   string
		height  int32 // of the tip
		version int
		want    string
	}{
		{"main", 3_150_406, 210504, ""},
		{"main", 3_150_408, 210504, "litecoind 0.21.5.4 will be too old in 4031 blocks: upgrade to 0.21.5.6 before height 3154440"},
		{"main", 3_150_408, 210506, ""},
		{"test", 3_150_408, 210504, ""},
		{"main", 3_200_000, 210508, ""},
	} {
		s := &node.Status{Chain: tt.chain, Height: tt.height, Headers: tt.height, Version: tt.version}
		if got := s.ForkWarning(); got != tt.want {
			t.Errorf("ForkWarning at %d with %d = %q, want %q", tt.height, tt.version, got, tt.want)
		}
	}
}

// TestGenesis compares with ltcd's constants.
func TestGenesis(t *testing.T) {
	for name, p := range map[string]*chaincfg.Params{
		"main": &chaincfg.MainNetParams, "test": &chaincfg.TestNet4Params, "regtest": &chaincfg.RegressionNetParams,
	} {
		if got, want := node.Genesis(name), p.GenesisHash.String(); got != want {
			t.Errorf("genesis of %s = %s, want %s", name, got, want)
		}
	}
}

func TestNewAddress(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	if got, err := c.NewAddress(testContext(t)); err != nil || !strings.HasPrefix(got, "rltc1") {
		t.Errorf("NewAddress = %q, %v", got, err)
	}
	for _, tt := range []struct {
		fault  nodetest.Fault
		remedy string
	}{
		{nodetest.RPCError(-18, "No wallet is loaded."), "createwallet"},
		{nodetest.RPCError(-19, "Wallet file not specified"), "-rpcwallet=NAME"},
		{nodetest.RPCError(-12, "Error: Keypool ran out, please call keypoolrefill first"), "walletpassphrase"},
		{nodetest.RPCError(-13, "Error: Please enter the wallet passphrase"), "walletpassphrase"},
		{nodetest.RPCError(-32601, "Method not found"), "disablewallet"},
	} {
		s.Script("getnewaddress", tt.fault)
		_, err := c.NewAddress(testContext(t))
		if e := asError(t, err); !strings.Contains(e.Remedy, tt.remedy) {
			t.Errorf("remedy of %s: %q, want %q in it", tt.fault.Body, e.Remedy, tt.remedy)
		}
	}
}

func mustParse(t testing.TB, display string) template.Hash {
	t.Helper()
	h, err := template.ParseHash(display)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
