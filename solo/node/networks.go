package node

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// genesis has the block hash of block 0 (chainparams.cpp), in display order, by getblockchaininfo's name of the chain.
var genesis = map[string]string{
	"main":    "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2",
	"test":    "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0",
	"regtest": "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9",
}

// CheckNetwork refuses a network that is not "main", "test" or "regtest". The error is a *ConfigError.
func CheckNetwork(name string) error {
	if _, ok := genesis[name]; ok {
		return nil
	}
	return &ConfigError{
		Setting: "network", Reason: fmt.Sprintf("network %q is unknown", excerpt(name)),
		Remedy: "use one of " + strings.Join(slices.Sorted(maps.Keys(genesis)), ", "),
	}
}

// isPrivate reports whether a chain's nodes belong to one person: it may be without blocks and peers, of any age and at any
// time.
func isPrivate(chain string) bool { return chain == "regtest" }
