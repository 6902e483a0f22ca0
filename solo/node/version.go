package node

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ltcsolo/template"
)

// ParseFork reads HEIGHT:VERSION, such as 3172640:0.21.5.8. The error is a *ConfigError.
func ParseFork(text string) (template.Fork, error) {
	bad := &ConfigError{Setting: "fork", Reason: "a fork is not HEIGHT:VERSION", Remedy: "give it as in --fork 3172640:0.21.5.8"}
	at, name, _ := strings.Cut(text, ":")
	height, err := strconv.ParseInt(at, 10, 32)
	if err != nil || height < 1 {
		return template.Fork{}, bad
	}
	parts := strings.Split(name, ".")
	if len(parts) < 3 || len(parts) > 4 {
		return template.Fork{}, bad
	}
	version := 0
	for i := range 4 {
		n := uint64(0)
		if i < len(parts) {
			if n, err = strconv.ParseUint(parts[i], 10, 31); err != nil || n > 99 {
				return template.Fork{}, bad
			}
		}
		version = 100*version + int(n)
	}
	return template.Fork{Height: int32(height), Version: version}, nil
}

// RequiredVersion returns the oldest version of Litecoin Core, as getnetworkinfo counts (210505 is 0.21.5.5), that makes
// safe blocks at this height of main, and the next fork, known or in more; nextFork is 0 if there is none.
func RequiredVersion(height int32, more ...template.Fork) (version int, nextFork int32, nextVersion int) {
	need, next := forksAround(height, more)
	return need.Version, next.Height, next.Version
}

// forksAround returns, from the known forks and more, the one in force at height and the next above that needs a later
// version.
func forksAround(height int32, more []template.Fork) (need, next template.Fork) {
	all := slices.Concat(template.Litecoin.Forks, more)
	slices.SortFunc(all, func(a, b template.Fork) int { return cmp.Compare(a.Height, b.Height) })
	for _, f := range all {
		switch {
		case f.Version <= need.Version:
		case f.Height <= height:
			need = f
		default:
			return need, f
		}
	}
	return need, template.Fork{}
}

// FormatVersion formats getnetworkinfo's version: 0.21.5.5.
func FormatVersion(v int) string {
	return fmt.Sprintf("%d.%d.%d.%d", v/1_000_000, v/10_000%100, v/100%100, v%100)
}
