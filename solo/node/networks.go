package node

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// network is what a chain of litecoind is called where (chainparamsbase.cpp, chainparams.cpp).
type network struct {
	rpcPort int
	folder  string // in the data directory
	genesis string // block hash of block 0, display order
}

// networks are the chains by getblockchaininfo's name, which is also their section in litecoin.conf.
var networks = map[string]network{
	"main":    {9332, "", "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"},
	"test":    {19332, "testnet4", "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0"},
	"regtest": {19443, "regtest", "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"},
}

func unknownNetwork(name string) *ConfigError {
	return &ConfigError{
		fmt.Sprintf("network %q is unknown", excerpt(name)),
		"use one of " + strings.Join(slices.Sorted(maps.Keys(networks)), ", "),
	}
}
