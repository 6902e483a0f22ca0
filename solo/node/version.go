package node

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fork is a height of Litecoin's main chain from which on an older node can make blocks that other nodes refuse.
type Fork struct {
	Height  int32
	Version int // the oldest safe one, as getnetworkinfo counts: 210505 is 0.21.5.5
}

// forks are the known soft forks, from the release notes.
var forks = []Fork{
	{0, 210200},         // MWEB
	{3_110_000, 210504}, // kernel lock heights and other checks of MWEB
	{3_154_440, 210506}, // kernels that signal a pegout without one
	{3_172_640, 210508},
}

// exemptVersion is the first version that, except on main, gives templates without peers and during initial sync
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

// RequiredVersion returns the oldest version of Litecoin Core, as getnetworkinfo counts (210505 is 0.21.5.5), that makes
// safe blocks at this height of main, and the next fork, known or in more; nextFork is 0 if there is none.
func RequiredVersion(height int32, more ...Fork) (version int, nextFork int32, nextVersion int) {
	need, next := forksAround(height, more)
	return need.Version, next.Height, next.Version
}

// forksAround returns, from the known forks and more, the one in force at height and the next above that needs a later
// version.
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

// FormatVersion formats getnetworkinfo's version: 0.21.5.5.
func FormatVersion(v int) string {
	return fmt.Sprintf("%d.%d.%d.%d", v/1_000_000, v/10_000%100, v/100%100, v%100)
}
