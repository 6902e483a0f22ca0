package template

import "time"

// Chain holds the constants of a block chain that are the same on all its networks. Addresses are in package wallet,
// ports and folders with the discovery of nodes. A Chain is immutable and compared by pointer.
type Chain struct {
	Name    string        // in the log, in JSON and in folder names
	Client  string        // the reference client
	Daemon  string        // its node's program
	Ticker  string        // of the coin, which is 100,000,000 of the smallest unit
	Spacing time.Duration // mean time between blocks that the difficulty aims for

	Segwit bool
	MWEB   bool
	AuxPoW bool   // merge-mined: a main block's header can prove its blocks
	ID     uint16 // AuxPoW chain id, the upper half of the block version

	RequestRules []string // rules that a getblocktemplate request must name, or the node refuses it
	MinVersion   int32    // least valid block version
	MaxMoney     int64    // upper bound of any amount, in the smallest unit
	MaxSize      int      // of a block with its proof, in bytes; 0: the node's template minds it

	FirstSubsidy int64 // before the first halving, in the smallest unit
	LastSubsidy  int64 // after the last one
	Halvings     int32

	Interval         int32         // blocks between retargets; 0: another rule
	Timespan         time.Duration // time an interval should take
	MinDifficultyGap time.Duration // see Network.MinDifficulty

	Known           Milestone // of main
	Forks           []Fork    // of main, by height
	PeerlessVersion int       // first node version that gives templates without peers and while syncing, except on main; 0: none

	networks []Network
}

// Network is a chain's main, test or regtest network.
type Network struct {
	Chain         *Chain
	Name          string // as in getblockchaininfo
	Maturity      int    // confirmations that a coinbase needs to be spent
	Halving       int32  // blocks between halvings of the subsidy
	Retargets     bool   // the difficulty follows the hash rate
	MinDifficulty bool   // a block more than Chain.MinDifficultyGap after its parent has the least difficulty
	PowLimitBits  uint32 // least difficulty
}

// Fork is a soft fork of a chain's main network: from Height on, a node older than Version can make blocks that others
// refuse.
type Fork struct {
	Height  int32
	Version int // as getnetworkinfo counts: 210505 is 0.21.5.5
}

// Milestone is a block whose time is known.
type Milestone struct {
	Height int32
	Time   time.Time
}

const coin = 100_000_000

// Litecoin is the main chain: its headers are searched. Sources: chainparams.cpp, consensus/amount.h,
// consensus/consensus.h, validation.cpp (GetBlockSubsidy; ContextualCheckBlockHeader, whose minimum version Bitcoin
// lacks), rpc/mining.cpp and the release notes.
var Litecoin = &Chain{
	Name: "litecoin", Client: "Litecoin Core", Daemon: "litecoind", Ticker: "LTC", Spacing: 150 * time.Second,
	Segwit: true, MWEB: true,
	RequestRules: []string{"mweb", "segwit"}, MinVersion: 0x20000000, MaxMoney: 84_000_000 * coin,
	FirstSubsidy: 50 * coin, Halvings: 64,
	Interval: 2016, Timespan: 302_400 * time.Second, MinDifficultyGap: 300 * time.Second,
	// The third halving. Blocks come a little faster than Spacing in the long run, so that a height estimated from it is
	// rather too low: 3,218,000 late in November 2026, when main was at about 3,220,000.
	Known: Milestone{2_520_000, time.Date(2023, time.August, 2, 15, 16, 0, 0, time.UTC)},
	Forks: []Fork{
		{0, 210200},         // MWEB
		{3_110_000, 210504}, // kernel lock heights and other checks of MWEB
		{3_154_440, 210506}, // pegout kernels without a pegout
		{3_172_640, 210508},
	},
	PeerlessVersion: 210504,
	networks: []Network{
		{Name: "main", Maturity: 100, Halving: 840_000, Retargets: true, PowLimitBits: 0x1e0fffff},
		{Name: "test", Maturity: 100, Halving: 840_000, Retargets: true, MinDifficulty: true, PowLimitBits: 0x1e0fffff},
		{Name: "regtest", Maturity: 100, Halving: 150, MinDifficulty: true, PowLimitBits: 0x207fffff},
	},
}

// Dogecoin is merge-mined with Litecoin. Below height 145,000 of main its subsidy was random, unlike Network.Subsidy.
// Sources: chainparams.cpp, dogecoin.cpp (GetDogecoinBlockSubsidy) and consensus/consensus.h of Dogecoin Core.
var Dogecoin = &Chain{
	Name: "dogecoin", Client: "Dogecoin Core", Daemon: "dogecoind", Ticker: "DOGE", Spacing: 60 * time.Second,
	AuxPoW: true, ID: 98,
	RequestRules: []string{}, MinVersion: 98<<16 | 4, MaxMoney: 10_000_000_000 * coin, MaxSize: 1_000_000,
	FirstSubsidy: 500_000 * coin, LastSubsidy: 10_000 * coin, Halvings: 6,
	MinDifficultyGap: 120 * time.Second,
	networks: []Network{
		{Name: "main", Maturity: 240, Halving: 100_000, Retargets: true, PowLimitBits: 0x1e0fffff},
		{Name: "test", Maturity: 240, Halving: 100_000, Retargets: true, MinDifficulty: true, PowLimitBits: 0x1e0fffff},
		{Name: "regtest", Maturity: 60, Halving: 150, PowLimitBits: 0x207fffff},
	},
}

// Pepecoin is merge-mined with Litecoin. It was not tried on a node of its own. Sources: chainparams.cpp and pepecoin.cpp
// of Pepecoin Core.
var Pepecoin = forkOfDogecoin(Chain{Name: "pepecoin", Client: "Pepecoin Core", Daemon: "pepecoind", Ticker: "PEP", ID: 63})

// Dingocoin is merge-mined with Litecoin. It was not tried on a node of its own. Its chain id was Dogecoin's below height
// 265,000 of main, 50,000 of test and 25 of regtest, whose templates are refused. Sources: chainparams.cpp and
// dingocoin.cpp of Dingocoin Core.
var Dingocoin = forkOfDogecoin(Chain{Name: "dingocoin", Client: "Dingocoin Core", Daemon: "dingocoind", Ticker: "DINGO", ID: 50})

// forkOfDogecoin returns a chain that has c's names and id, and for the rest Dogecoin's constants.
func forkOfDogecoin(c Chain) *Chain {
	fork := *Dogecoin
	fork.Name, fork.Client, fork.Daemon, fork.Ticker = c.Name, c.Client, c.Daemon, c.Ticker
	fork.ID, fork.MinVersion = c.ID, int32(c.ID)<<16|4
	return &fork
}

// MergedChains returns the known chains that can be merged with Litecoin. The names of their networks are the same, but
// the networks are not. Package wallet does not know the addresses of all of them.
func MergedChains() []*Chain { return []*Chain{Dogecoin, Pepecoin, Dingocoin} }

// ChainNamed returns the chain with that Name, which may be Litecoin, and whether there is one.
func ChainNamed(name string) (*Chain, bool) {
	for _, c := range append(MergedChains(), Litecoin) {
		if c.Name == name {
			return c, true
		}
	}
	return nil, false
}

// ChainOfVersion returns the chain whose blocks have such a version: the merged chain whose id is its upper half, or else
// Litecoin, since any other upper half may be one of version bits.
func ChainOfVersion(version int32) *Chain {
	for _, c := range MergedChains() {
		if chainID(version) == c.ID {
			return c
		}
	}
	return Litecoin
}

// Network returns the network that getblockchaininfo calls name, and whether the chain has it.
func (c *Chain) Network(name string) (Network, bool) {
	for _, n := range c.networks {
		if n.Name == name {
			n.Chain = c
			return n, true
		}
	}
	return Network{}, false
}

// HeightAt estimates the height of main at t from the chain's milestone and spacing alone. It is 0 if no milestone is
// known.
func (c *Chain) HeightAt(t time.Time) int32 {
	if c.Known.Time.IsZero() {
		return 0
	}
	since := t.Sub(c.Known.Time) / c.Spacing // a Duration has 292 years at most
	return max(0, c.Known.Height+int32(since))
}

// Subsidy returns the new coins of the block at a height, without fees, in the chain's smallest unit.
func (n Network) Subsidy(height int32) int64 {
	halvings := height / n.Halving
	if halvings >= n.Chain.Halvings {
		return n.Chain.LastSubsidy
	}
	return n.Chain.FirstSubsidy >> halvings
}
