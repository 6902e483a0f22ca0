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

// forksAround returns, from the chain's known forks and more, the one in force at height and the next above that needs a later
// version.
func forksAround(chain *template.Chain, height int32, more []template.Fork) (need, next template.Fork) {
	all := slices.Concat(chain.Forks, more)
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

// Forks returns the oldest version that makes safe blocks at the next height of main, and the next fork, with those of
// Config.Forks; nextFork is 0 if there is none.
func (s *Status) Forks() (version int, nextFork int32, nextVersion int) {
	need, next := s.forksAround()
	return need.Version, next.Height, next.Version
}

func (s *Status) forksAround() (need, next template.Fork) {
	return forksAround(s.words().chain, s.nextHeight(), s.forks)
}

// CheckVersion refuses a node that is too old for the next block of main. The error is an *Error.
func (s *Status) CheckVersion() error {
	need := s.tooOld()
	if need.Version == 0 {
		return nil
	}
	w := s.words()
	e := &Error{
		Reason: fmt.Sprintf("%s %s is too old: from height %d on, %s is the oldest safe version, and a block found with "+
			"an older one can be lost", w.daemon(), FormatVersion(s.Version), need.Height, FormatVersion(need.Version)),
		Remedy: w.remedyUpgrade(need.Version) + ", or mine at your own risk with --allow-old-node",
	}
	if max(s.Height, s.Headers)+1 < need.Height {
		e.Reason += fmt.Sprintf("; by the clock main is at about %d", s.nextHeight()/1000*1000)
	}
	return e
}

// tooOld returns the fork of main for whose blocks the node is too old, the zero Fork if there is none.
func (s *Status) tooOld() template.Fork {
	need, _ := s.forksAround()
	if s.Chain != "main" || s.Version >= need.Version {
		return template.Fork{}
	}
	return need
}

// ForkWarning returns one line if this node is too old for a fork of main that is less than 4032 blocks (a week) away,
// otherwise "".
func (s *Status) ForkWarning() string {
	const near = 4032
	_, next := s.forksAround()
	if s.Chain != "main" || next.Height == 0 || next.Height-s.nextHeight() >= near || s.Version >= next.Version {
		return ""
	}
	return fmt.Sprintf("%s %s will be too old in %d blocks: upgrade to %s before height %d",
		s.words().daemon(), FormatVersion(s.Version), next.Height-s.nextHeight(), FormatVersion(next.Version), next.Height)
}

// nextHeight is the height of the next block, once the node has all blocks whose headers it has. On main it is at least
// what the clock says: a node that has just begun to sync knows few headers.
func (s *Status) nextHeight() int32 {
	tip := max(s.Height, s.Headers)
	if s.Chain == "main" {
		tip = max(tip, s.words().chain.HeightAt(s.Asked))
	}
	return tip + 1
}

// FormatVersion formats getnetworkinfo's version: 210505 is 0.21.5.5, and 1140900 is 1.14.9.
func FormatVersion(v int) string {
	if v >= 1_000_000 && v%100 == 0 { // Litecoin Core has four parts, Dogecoin Core three
		return fmt.Sprintf("%d.%d.%d", v/1_000_000, v/10_000%100, v/100%100)
	}
	return fmt.Sprintf("%d.%d.%d.%d", v/1_000_000, v/10_000%100, v/100%100, v%100)
}
