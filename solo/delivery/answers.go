package delivery

import "strings"

// answer is a word with which litecoind answers submitblock, and what follows from it.
type answer struct {
	word    string // a * at its end stands for anything
	outcome Outcome
	cures   bool // with time the same bytes may be taken: they are sent again
}

// answers are litecoind's words, 0.21.2 to 0.21.5, by where they come from. A word that is not here is a rejection for
// good, shown as it came; the block's bytes stay in the journal. What comes as an error (error -22 apart, a block that
// the node cannot decode) or does not come at all is no answer: the block is sent again, and asked for.
var answers = []answer{
	// rpc/mining.cpp, submitblock and BIP22ValidationResult
	{"", Accepted, false},                        // null: connected as the tip
	{"inconclusive", Inconclusive, false},        // stored, another one is ahead: watched
	{"duplicate", Duplicate, false},              // known, in the best chain or beside it: looked up
	{"duplicate-inconclusive", Duplicate, false}, // the header is known
	{"duplicate-invalid", Rejected, false},       // it failed before
	{"rejected", Rejected, false},
	{"valid?", Rejected, false},

	// validation.cpp, BlockManager::AcceptBlockHeader and CheckBlockHeader. A parent that is unknown is fetched from
	// peers again, one that was marked invalid can be reconsidered; neither is remembered against the block.
	{"prev-blk-not-found", Rejected, true},
	{"bad-prevblk", Rejected, true},
	{"high-hash", Rejected, false},

	// validation.cpp, ContextualCheckBlockHeader. The node's clock goes on.
	{"time-too-new", Rejected, true},
	{"time-too-old", Rejected, false},
	{"bad-diffbits", Rejected, false},
	{"bad-version(*", Rejected, false},
	{"bad-fork-prior-to-checkpoint", Rejected, false},

	// validation.cpp, CheckBlock and ContextualCheckBlock; consensus/tx_check.cpp and tx_verify.cpp
	{"bad-txnmrklroot", Rejected, false},
	{"bad-blk-length", Rejected, false},
	{"bad-blk-weight", Rejected, false},
	{"bad-blk-sigops", Rejected, false},
	{"bad-cb-missing", Rejected, false},
	{"bad-cb-multiple", Rejected, false},
	{"bad-cb-length", Rejected, false},
	{"bad-cb-height", Rejected, false},
	{"bad-txns-*", Rejected, false},
	{"bad-witness-nonce-size", Rejected, false},
	{"bad-witness-merkle-match", Rejected, false},
	{"unexpected-witness", Rejected, false},

	// validation.cpp, ConnectBlock
	{"bad-cb-amount", Rejected, false},
	{"block-validation-failed", Rejected, false},

	// mweb/mweb_node.cpp and libmw
	{"mweb-missing", Rejected, false},
	{"hogex-missing", Rejected, false},
	{"bad-hogex-position", Rejected, false},
	{"bad-hogex", Rejected, false},
	{"mweb-hash-mismatch", Rejected, false},
	{"mweb-height-mismatch", Rejected, false},
	{"mweb-amount-mismatch", Rejected, false},
	{"mweb-connect-failed", Rejected, false},
	{"pegins-missing", Rejected, false},
	{"pegin-mismatch", Rejected, false},
	{"extra-hogex-input", Rejected, false},
	{"invalid-hogex-input", Rejected, false},
	{"bad-blk-mweb", Rejected, false},
	{"bad-mweb-amount", Rejected, false},
	{"bad-tx-unexpected-pegin", Rejected, false},
	{"unexpected-mweb-data", Rejected, false},
	{"accumulated-pegin-outofrange", Rejected, false},
	{"frozen-mweb-output-spent", Rejected, false},
}

// VerdictOf is what litecoind's answer to submitblock means; the empty word is null.
func VerdictOf(word string) Verdict {
	v := Verdict{Outcome: Rejected, Reason: word}
	if a := answerFor(word); a != nil && a.outcome != Rejected {
		v = Verdict{Outcome: a.outcome}
	}
	return v
}

// curable reports whether a refusal may pass with time.
func curable(word string) bool {
	a := answerFor(word)
	return a != nil && a.cures
}

func answerFor(word string) *answer {
	for i := range answers {
		prefix, open := strings.CutSuffix(answers[i].word, "*")
		if word == answers[i].word || open && strings.HasPrefix(word, prefix) {
			return &answers[i]
		}
	}
	return nil
}
