package node

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fork is a height of Litecoin's main chain from which on blocks need a version of the node: below it, the node can
// make blocks that the others refuse.
type Fork struct {
	Height  int32
	Version int // as getnetworkinfo counts: 210505 is 0.21.5.5
}

// forks are the soft forks that are known, by their release notes.
var forks = []Fork{
	{0, 210200},         // MWEB
	{3_110_000, 210504}, // kernel lock heights and other checks of MWEB
	{3_154_440, 210506}, // pegout kernels without a pegout
	{3_172_640, 210508},
}

// exemptVersion is the first version that gives templates without peers and while syncing, but on main
// (rpc/mining.cpp).
const exemptVersion = 210504

// ParseFork reads HEIGHT:VERSION, such as 3172640:0.21.5.8. The error is a *ConfigError.
func ParseFork(text string) (Fork, error) {
	bad := &ConfigError{Setting: "fork", Reason: "a fork is not HEIGHT:VERSION", Remedy: "give it as in --fork 3172640:0.21.5.8"}
	at, name, _ := strings.Cut(text, ":")
	height, err := strconv.ParseInt(at, 10, 32)
	if err != nil || height < 1 {
		return Fork{}, bad
	}
	parts := strings.Split(name, ".")
	if len(parts) < 3 || len(parts) > 4 {
		return Fork{}, bad
	}
	version := 0
	for i := range 4 {
		n := uint64(0)
		if i < len(parts) {
			if n, err = strconv.ParseUint(parts[i], 10, 31); err != nil || n > 99 {
				return Fork{}, bad
			}
		}
		version = 100*version + int(n)
	}
	return Fork{int32(height), version}, nil
}

// RequiredVersion is the least version of Litecoin Core, as getnetworkinfo counts (210505 is 0.21.5.5), that makes safe
// blocks for this height of main, and the next fork that is known, or one of more; its height is 0 if there is none.
func RequiredVersion(height int32, more ...Fork) (version int, nextFork int32, nextVersion int) {
	need, next := forksAround(height, more)
	return need.Version, next.Height, next.Version
}

// forksAround is the one of the known forks and more that height needs, and the next one above that needs more yet.
func forksAround(height int32, more []Fork) (need, next Fork) {
	all := slices.Concat(forks, more)
	slices.SortFunc(all, func(a, b Fork) int { return cmp.Compare(a.Height, b.Height) })
	for _, f := range all {
		switch {
		case f.Version <= need.Version:
		case f.Height <= height:
			need = f
		default:
			return need, f
		}
	}
	return need, Fork{}
}

// FormatVersion writes getnetworkinfo's version as people do: 0.21.5.5.
func FormatVersion(v int) string {
	return fmt.Sprintf("%d.%d.%d.%d", v/1_000_000, v/10_000%100, v/100%100, v%100)
}
