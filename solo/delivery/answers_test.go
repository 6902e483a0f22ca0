package delivery_test

import (
	"ltcsolo/solo/delivery"
	"testing"
)

// Every answer to submitblock that litecoind is known to give, and what follows: won, lost so far (watched), to be looked
// up, sent again, or refused for good.
func TestVerdictOf(t *testing.T) {
	const (
		won     = "won"
		lost    = "lost so far"
		look    = "look up"
		again   = "send again"
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
		case v.Outcome == delivery.Rejected && !v.Final():
			return again
		case v.Outcome == delivery.Rejected:
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
		"a word of a later version", "accepted", "null", "Inconclusive",
	} {
		tests = append(tests, struct{ word, want string }{word, refused})
	}
	for _, tt := range tests {
		v := delivery.VerdictOf(tt.word)
		if got := follows(v); got != tt.want {
			t.Errorf("VerdictOf(%q) = %v: %s, want %s", tt.word, v, got, tt.want)
		}
		if v.Outcome == delivery.Rejected && v.Reason != tt.word {
			t.Errorf("VerdictOf(%q).Reason = %q, want the node's word", tt.word, v.Reason)
		}
		if back, err := delivery.ParseVerdict(v.String()); err != nil || back != v {
			t.Errorf("ParseVerdict(%q) = %v, %v, want %v", v, back, err, v)
		}
	}
}
