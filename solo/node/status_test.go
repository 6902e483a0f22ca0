package node_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ltcsuite/ltcd/chaincfg"

	"ltcsolo/solo"
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
	test := mustParse(t, node.Genesis("test"))
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
		{"main, new, too old by the clock", func(s *node.Status) { mainStatus(s); s.Height, s.Headers, s.Asked = 0, 0, november2026 }, "main", false,
			"litecoind 0.21.5.5 is too old: from height 3172640 on, 0.21.5.8 is the oldest safe version, and a block found with an older one can be " +
				"lost; by the clock main is at about 321", false},
		{"main, new, good by the clock", func(s *node.Status) { mainStatus(s); s.Height, s.Asked, s.Version = 0, november2026, 210508 }, "main", false, "", false},
		{"main, ahead of the clock", func(s *node.Status) { mainStatus(s); s.Headers, s.Asked = 3_154_439, november2026.AddDate(-2, 0, 0) }, "main", false,
			"from height 3154440 on, 0.21.5.6", false},
		{"main, sync of an old node that is allowed", func(s *node.Status) { mainStatus(s); s.Asked, s.InitialDownload = november2026, true }, "main", true,
			"is in initial sync: block 3120000 of 3120000, and its version 0.21.5.5 is too old: main needs 0.21.5.8", true},
		{"the clock says nothing of test", func(s *node.Status) { s.Chain, s.Genesis, s.Asked, s.Version = "test", test, november2026, 210201 }, "test", false, "", false},
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

var november2026 = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC)

// A node of main that has just been installed knows no headers. What it says at once is what its user would learn after
// days of sync: that it is too old, by the known forks and those of the user, and where a newer one is.
func TestH04NewNodeIsJudgedByTheClock(t *testing.T) {
	s := nodetest.Start(t)
	s.Update(func(state *nodetest.State) { state.Chain, state.Version, state.InitialDownload = "main", 210505, true })
	s.Always("getblockhash", nodetest.Forbidden)
	for _, tt := range []struct {
		version int
		forks   []template.Fork
		need    string // empty: it is new enough
	}{
		{210201, nil, "0.21.5.8"},
		{210505, nil, "0.21.5.8"},
		{210508, nil, ""},
		{210508, []template.Fork{{Height: 3_200_000, Version: 210600}}, "0.21.6.0"},
		{210508, []template.Fork{{Height: 30_000_000, Version: 210600}}, ""},
	} {
		s.Update(func(state *nodetest.State) { state.Version = tt.version })
		c := newClient(t, s, node.Config{Network: "main", Forks: tt.forks})
		status, err := c.Status(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		version, _, _ := status.Forks()
		err = status.CheckVersion()
		if tt.need == "" {
			if err != nil || version > tt.version {
				t.Errorf("%d with %v: %v, %d is needed; want none", tt.version, tt.forks, err, version)
			}
			continue
		}
		var alert solo.Alert
		for _, a := range c.Findings(testContext(t), status) {
			if a.Key == solo.AlertOldNode {
				alert = a
			}
		}
		e := asError(t, err)
		for _, want := range []string{tt.need, "https://litecoin.org", "https://github.com/litecoin-project/litecoin/releases"} {
			if !strings.Contains(e.Remedy, want) || alert.Remedy != e.Remedy || !alert.Grave {
				t.Errorf("%d with %v: remedy %q, alert %+v; want %s in both", tt.version, tt.forks, e.Remedy, alert, want)
			}
		}
		if sync := asError(t, status.CheckSync()); !strings.Contains(sync.Reason, "needs "+tt.need) || !strings.Contains(sync.Remedy, "https://litecoin.org") {
			t.Errorf("%d with %v, in initial sync: %q, %q; want %s and where it is", tt.version, tt.forks, sync.Reason, sync.Remedy, tt.need)
		}
	}
}

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
