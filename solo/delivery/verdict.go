package delivery

import "fmt"

// Outcome is the kind of a verdict.
type Outcome int

// The outcomes. Of these only Accepted and Rejected say what became of the block.
const (
	Unsettled    Outcome = iota // no node has answered yet
	Accepted                    // the node said so and has the block in its best chain
	Inconclusive                // the node has the block, but another one in its best chain; that can still change
	Duplicate                   // the node knew the block already: ask it whether it is in the best chain
	Rejected                    // the node refused the block, for the verdict's reason
)

// Verdict is a node's answer to a submitted block (BIP 22). The zero value is unsettled.
type Verdict struct {
	Outcome Outcome
	Reason  string // litecoind's words, with Rejected
}

// String is the form of the CLI and the journal: "accepted", "rejected: high-hash".
func (v Verdict) String() string {
	switch v.Outcome {
	case Accepted:
		return "accepted"
	case Inconclusive:
		return "inconclusive"
	case Duplicate:
		return "duplicate"
	case Rejected:
		return "rejected: " + v.Reason
	}
	return "unsettled"
}

// ParseVerdict reads what String wrote.
func ParseVerdict(text string) (Verdict, error) {
	const rejected = "rejected: "
	if len(text) > len(rejected) && text[:len(rejected)] == rejected {
		return Verdict{Rejected, text[len(rejected):]}, nil
	}
	for _, o := range []Outcome{Unsettled, Accepted, Inconclusive, Duplicate} {
		if v := (Verdict{Outcome: o}); v.String() == text {
			return v, nil
		}
	}
	return Verdict{}, fmt.Errorf("parse verdict: %.80q is none", text)
}

// better reports whether v says more of what became of the block than w does.
func (v Verdict) better(w Verdict) bool { return v.rank() > w.rank() }

func (v Verdict) rank() int {
	switch {
	case v.Outcome == Accepted:
		return 4
	case v.Outcome == Inconclusive:
		return 3
	case v.Outcome == Rejected && !v.Final():
		return 2
	case v.Outcome == Rejected:
		return 1
	}
	return 0
}

// Final reports whether the node's answer will not change by submitting the same bytes again: all but no answer,
// a duplicate that has not been looked up, and refusals that time cures.
func (v Verdict) Final() bool {
	switch v.Outcome {
	case Accepted, Inconclusive:
		return true
	case Rejected:
		return !curable(v.Reason)
	}
	return false
}
