package node_test

import (
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
)

// Every answer to submitblock that litecoind is known to give, and what follows: the block is won, lost so far (and
// followed), to be looked up, sent again, or refused for good. After a word that is not known it is sent again slowly.
func TestVerdictOf(t *testing.T) {
	const (
		won     = "won"
		lost    = "lost so far"
		look    = "look up"
		again   = "send again"
		slowly  = "send again slowly"
		refused = "refused"
	)
	follows := func(v delivery.Verdict) string {
		switch {
		case v.Outcome == delivery.Accepted && v.Final():
			return won
		case v.Outcome == delivery.Inconclusive && v.Final():
			return lost
		case v.Outcome == delivery.Duplicate && !v.Final():
			return look
		case v.Outcome == delivery.RefusedForNow && !v.Final():
			return again
		case v.Outcome == delivery.RefusedUnclear && !v.Final():
			return slowly
		case v.Outcome == delivery.Rejected && v.Final():
			return refused
		}
		return "nothing"
	}
	tests := []struct{ word, want string }{
		{"", won},
		{"inconclusive", lost},
		{"duplicate", look},
		{"duplicate-inconclusive", look},
		{"time-too-new", again},
		{"prev-blk-not-found", again},
		{"bad-prevblk", again},
	}
	for _, word := range []string{
		"duplicate-invalid", "rejected", "valid?", "high-hash", "bad-diffbits", "time-too-old",
		"bad-version(0x00000004)", "bad-txnmrklroot", "bad-txns-duplicate", "bad-blk-length", "bad-blk-weight",
		"bad-blk-sigops", "bad-cb-missing", "bad-cb-multiple", "bad-cb-length", "bad-cb-height", "bad-cb-amount",
		"bad-txns-nonfinal", "bad-txns-inputs-missingorspent", "bad-witness-nonce-size", "bad-witness-merkle-match",
		"unexpected-witness", "block-validation-failed", "bad-fork-prior-to-checkpoint", "mweb-missing",
		"hogex-missing", "bad-hogex-position", "bad-hogex", "mweb-hash-mismatch", "mweb-height-mismatch",
		"pegins-missing", "pegin-mismatch", "extra-hogex-input", "bad-blk-mweb", "unexpected-mweb-data",
		"bad-tx-unexpected-pegin", "invalid-hogex-input", "accumulated-pegin-outofrange", "bad-mweb-amount",
		"bad-txns-mweb-fee-mismatch", "mweb-amount-mismatch", "mweb-connect-failed", "frozen-mweb-output-spent",
		"Block decode failed", "Block does not start with a coinbase", // error -22
		"bad-mweb-empty-pegout", "bad-mweb-empty-extradata", "mweb-connect-failed-kernel-lock-height", // later versions
		"bad-signet-blksig",
	} {
		tests = append(tests, struct{ word, want string }{word, refused})
	}
	for _, word := range []string{
		"a word of a later version", "bad-mweb-of-2027", "mweb-connect-failedness", "accepted", "null", "Inconclusive",
	} {
		tests = append(tests, struct{ word, want string }{word, slowly})
	}
	for _, tt := range tests {
		v := node.VerdictOf(tt.word)
		if got := follows(v); got != tt.want {
			t.Errorf("verdictOf(%q) = %v: %s, want %s", tt.word, v, got, tt.want)
		}
		if got, want := v.Reason == tt.word, tt.want == again || tt.want == slowly || tt.want == refused; tt.word != "" && got != want {
			t.Errorf("verdictOf(%q).Reason = %q, want the node's word with a refusal alone", tt.word, v.Reason)
		}
		back, err := delivery.ParseVerdict(v.String())
		if tt.want == refused || tt.want == slowly || tt.want == again { // as the journal does
			if got, want := node.RefusedForNow(tt.word), tt.want != refused; got != want {
				t.Errorf("RefusedForNow(%q) = %v, want %v", tt.word, got, want)
			}
			back.Outcome = v.Outcome
		}
		if err != nil || back != v {
			t.Errorf("ParseVerdict(%q) = %v, %v, want %v", v, back, err, v)
		}
	}
}

// An answer to a proposal speaks against the block unless the block is valid, the tip has moved, or the node has its
// header already.
func TestOpinionOf(t *testing.T) {
	for _, tt := range []struct {
		word    string
		refused bool
	}{
		{"", false},
		{"inconclusive-not-best-prevblk", false},
		{"duplicate", false},
		{"duplicate-inconclusive", false},
		{"duplicate-invalid", true},
		{"inconclusive", true},
		{"bad-cb-amount", true},
		{"mweb-missing", true},
		{"time-too-new", true},
		{"something new", true},
	} {
		if got, want := node.OpinionOf(tt.word), (solo.Opinion{Refused: tt.refused, Reason: tt.word}); got != want {
			t.Errorf("opinionOf(%q) = %+v, want %+v", tt.word, got, want)
		}
	}
}
