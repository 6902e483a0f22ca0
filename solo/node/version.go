package node

import "fmt"

// forks are the soft forks of Litecoin's main chain that a miner's node must know, by their release notes: a node
// below the version can make blocks from the height on which the others refuse.
var forks = []struct {
	height  int32
	version int
}{
	{0, 210200},         // MWEB
	{3_110_000, 210504}, // kernel lock heights and other checks of MWEB
	{3_154_440, 210506}, // pegout kernels without a pegout
	{3_172_640, 210508},
}

// exemptVersion is the first version that gives templates without peers and while syncing, but on main
// (rpc/mining.cpp).
const exemptVersion = 210504

// RequiredVersion is the least version of Litecoin Core, as getnetworkinfo counts (210505 is 0.21.5.5), that makes safe
// blocks for this height of main, and the next fork that ltcsolo knows of; its height is 0 if there is none.
func RequiredVersion(height int32) (version int, nextFork int32, nextVersion int) {
	for _, f := range forks {
		if f.height > height {
			return version, f.height, f.version
		}
		version = f.version
	}
	return version, 0, 0
}

// FormatVersion writes getnetworkinfo's version as people do: 0.21.5.5.
func FormatVersion(v int) string {
	return fmt.Sprintf("%d.%d.%d.%d", v/1_000_000, v/10_000%100, v/100%100, v%100)
}

// forkOf is the height from which on the version is needed.
func forkOf(version int) int32 {
	for _, f := range forks {
		if f.version == version {
			return f.height
		}
	}
	return 0
}
