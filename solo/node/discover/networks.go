package discover

import (
	"strings"

	"ltcsolo/template"
)

// folders holds the folder of each network below the data directory (chainparamsbase.cpp), by getblockchaininfo's name of
// the network, which is also its section in litecoin.conf.
func folders(chain *template.Chain) map[string]string {
	test := "testnet3"
	switch chain {
	case template.Litecoin:
		test = "testnet4"
	case template.Dingocoin:
		test = "testnet2"
	}
	return map[string]string{"main": "", "test": test, "regtest": "regtest"}
}

// inherits reports whether the chain's node has the configuration of Bitcoin Core 0.14, as Dogecoin Core and its forks
// have, and not that of 0.17 and later: no sections, no includeconf, no chain=, no signet=.
func inherits(chain *template.Chain) bool { return chain.AuxPoW }

// title is the chain's name as in the name of the data directory on Windows and macOS.
func title(chain *template.Chain) string { return strings.ToUpper(chain.Name[:1]) + chain.Name[1:] }
