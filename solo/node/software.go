package node

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ltcsolo/template"
)

// software is what this package knows of a chain's node besides template.Chain. What is zero is not known, and not
// checked.
type software struct {
	subversion string // how getnetworkinfo's subversion begins
	oldest     string // version that mining needs
	releases   string // where to get it
	flags      string // what the flags for its node begin with, after the dashes
	networks   map[string]network
}

// network is what differs between the networks of a chain's nodes (chainparams.cpp, chainparamsbase.cpp).
type network struct {
	genesis string // block hash of block 0, in display order; "": not known
	rpcPort int
	p2pPort int
}

// programs holds the software of the chains. A chain that is not in it is only mined with a node whose address is given.
var programs = map[*template.Chain]software{
	template.Litecoin: {
		subversion: "/LitecoinCore:", oldest: "0.21.2",
		releases: "https://litecoin.org or https://github.com/litecoin-project/litecoin/releases",
		networks: map[string]network{
			"main":    {"12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2", 9332, 9333},
			"test":    {"4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0", 19332, 19335},
			"regtest": {"530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9", 19443, 19444},
		},
	},
	template.Dogecoin: {
		subversion: "/Shibetoshi:", oldest: "1.14.9",
		releases: "https://dogecoin.com or https://github.com/dogecoin/dogecoin/releases",
		flags:    "doge-",
		networks: map[string]network{
			"main":    {"1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691", 22555, 22556},
			"test":    {"bb0a78264637406b6360aad926284d544d7049f45189db5664f3c4d07350559e", 44555, 44556},
			"regtest": {"3d2160a3b5dc4a9d62e7e66a295f70313ac808440ef7400d6c0772171ce973a5", 18332, 18444},
		},
	},
	template.Pepecoin: {
		networks: map[string]network{"main": {"", 33873, 33874}, "test": {"", 44873, 44874}, "regtest": {"", 18332, 18444}},
	},
	template.Dingocoin: { // its first blocks are Dogecoin's
		networks: map[string]network{
			"main":    {"1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691", 34646, 33117},
			"test":    {"1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691", 44555, 43117},
			"regtest": {"3d2160a3b5dc4a9d62e7e66a295f70313ac808440ef7400d6c0772171ce973a5", 18332, 18444},
		},
	},
}

// networkNames are getblockchaininfo's names of the networks, which all chains have.
var networkNames = []string{"main", "test", "regtest"}

// CheckNetwork refuses a network that is not "main", "test" or "regtest". The error is a *ConfigError.
func CheckNetwork(name string) error {
	if slices.Contains(networkNames, name) {
		return nil
	}
	return &ConfigError{
		Setting: "network", Reason: fmt.Sprintf("network %q is unknown", excerpt(name)),
		Remedy: "use one of " + strings.Join(slices.Sorted(slices.Values(networkNames)), ", "),
	}
}

// orLitecoin returns chain, or Litecoin for nil.
func orLitecoin(chain *template.Chain) *template.Chain { return cmp.Or(chain, template.Litecoin) }

// DefaultPort returns the RPC port of a chain's nodes on a network; 0 if it is not known. A nil chain is Litecoin.
func DefaultPort(chain *template.Chain, network string) int {
	return programs[orLitecoin(chain)].networks[network].rpcPort
}

// ConfFile returns the name of the configuration file of a chain's node. A nil chain is Litecoin.
func ConfFile(chain *template.Chain) string { return orLitecoin(chain).Name + ".conf" }

// Setting returns what ConfigError.Setting calls a setting of a chain's node, by Litecoin's name for it: "rpc" is
// "doge-rpc" for Dogecoin, and "merged" for a chain that has a table in the configuration and no flags. A nil chain is
// Litecoin.
func Setting(chain *template.Chain, name string) string {
	if p := programs[orLitecoin(chain)]; p.flags != "" || !orLitecoin(chain).AuxPoW {
		return p.flags + name
	}
	return "merged"
}

// Flag returns how the user gives a setting of a chain's node, by Litecoin's name for it: "--doge-rpc", or "rpc in the
// [[merged]] table of pepecoin". A nil chain is Litecoin.
func Flag(chain *template.Chain, name string) string {
	if s := Setting(chain, name); s != "merged" {
		return "--" + s
	}
	return fmt.Sprintf("%s in the [[merged]] table of %s", name, orLitecoin(chain).Name)
}

// isPrivate reports whether a chain's nodes belong to one person: it may be without blocks and peers, of any age and at any
// time.
func isPrivate(network string) bool { return network == "regtest" }

// makesEmpty reports whether blocks of the chain can be made here, without a template of its node (template.Empty).
func makesEmpty(chain *template.Chain) bool { return !chain.AuxPoW }

// staleAfter is the age of a tip that raises an alert: 40 minutes for Litecoin. The chance of such a gap is exp(-16): on
// Litecoin one in 42 years.
func staleAfter(chain *template.Chain) time.Duration { return 16 * chain.Spacing }
