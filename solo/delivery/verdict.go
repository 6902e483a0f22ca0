package delivery

import (
	"fmt"
	"strings"
)

// Outcome is the kind of a verdict.
type Outcome int

// The outcomes. Only Accepted and Rejected decide what becomes of the block.
const (
	Unsettled      Outcome = iota // no node has answered yet
	Accepted                      // the node has the block in its best chain
	Inconclusive                  // the node has the block, but another one in its best chain; that can still change
	Duplicate                     // the node knew the block already: ask it whether the block is in its best chain
	RefusedForNow                 // the node refused the block but may take the same bytes later
	RefusedUnclear                // the node refused the block with a word that is not known here: it may take it later or not
	Rejected                      // the node refused the block for good
)

// Verdict is a node's answer to a submitted block (BIP 22). The zero value is unsettled.
type Verdict struct {
	Outcome Outcome
	Reason  string // the node's word, with the three refusals; else empty
}

const rejectedPrefix = "rejected: "

// String returns the form that the CLI and the journal use: "accepted", "rejected: high-hash". All refusals read
// alike.
func (v Verdict) String() string {
	switch v.Outcome {
	case Accepted:
		return "accepted"
	case Inconclusive:
		return "inconclusive"
	case Duplicate:
		return "duplicate"
	case RefusedForNow, RefusedUnclear, Rejected:
		return rejectedPrefix + v.Reason
	}
	return "unsettled"
}

// ParseVerdict reads what String wrote. The text does not say whether a refusal is for now or for good; it is read as
// one for now.
func ParseVerdict(text string) (Verdict, error) {
	if reason, ok := strings.CutPrefix(text, rejectedPrefix); ok && reason != "" {
		return Verdict{RefusedForNow, reason}, nil
	}
	for _, o := range []Outcome{Unsettled, Accepted, Inconclusive, Duplicate} {
		if v := (Verdict{Outcome: o}); v.String() == text {
			return v, nil
		}
	}
	return Verdict{}, fmt.Errorf("parse verdict: unknown verdict %.80q", text)
}

// better reports whether v says more than w about what became of the block.
func (v Verdict) better(w Verdict) bool { return v.rank() > w.rank() }

func (v Verdict) rank() int {
	switch v.Outcome {
	case Accepted:
		return 4
	case Inconclusive:
		return 3
	case RefusedForNow, RefusedUnclear:
		return 2
	case Rejected:
		return 1
	}
	return 0
}

// Final reports whether submitting the same bytes again will not change the node's answer. An answer that is missing,
// a duplicate that was not looked up, a refusal for now and an unclear one are not final.
func (v Verdict) Final() bool {
	switch v.Outcome {
	case Accepted, Inconclusive, Rejected:
		return true
	}
	return false
}
