package node

import (
	"cmp"
	"strings"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
)

// answer is a word with which a node answers submitblock, and what it means.
type answer struct {
	word    string // a trailing * matches any rest
	outcome delivery.Outcome
}

// answers lists the words of litecoind 0.21.2 to 0.21.5, of dogecoind 1.14, and those of later versions that are known, by
// their source. A word that is not listed is a refusal, but perhaps not for good: the block is sent again slowly. An error
// (but for -22, a block that the node cannot decode) or a missing reply is not an answer: the block is submitted again, and
// the node asked whether it has it.
var answers = []answer{
	// rpc/mining.cpp, submitblock and BIP22ValidationResult
	{"", delivery.Accepted},                        // null: connected as the tip
	{"inconclusive", delivery.Inconclusive},        // stored, but another block is ahead: followed
	{"duplicate", delivery.Duplicate},              // known, in the best chain or beside it: asked which
	{"duplicate-inconclusive", delivery.Duplicate}, // the header is known
	{"duplicate-invalid", delivery.Rejected},       // it failed before
	{"rejected", delivery.Rejected},
	{"valid?", delivery.Rejected},
	{undecodable, delivery.Rejected}, // these are messages of error -22
	{"Block does not start with a coinbase", delivery.Rejected},
	{"Block does not start with a valid coinbase transaction", delivery.Rejected}, // dogecoind
	{"Block does not contain a coinbase transaction", delivery.Rejected},

	// validation.cpp, BlockManager::AcceptBlockHeader and CheckBlockHeader. The node fetches an unknown parent from
	// its peers, and reconsiderblock can clear an invalid one; neither is remembered against the block.
	{"prev-blk-not-found", delivery.RefusedForNow},
	{"bad-prevblk", delivery.RefusedForNow},
	{"high-hash", delivery.Rejected},

	// validation.cpp, ContextualCheckBlockHeader. The node's clock catches up.
	{"time-too-new", delivery.RefusedForNow},
	{"time-too-old", delivery.Rejected},
	{"bad-diffbits", delivery.Rejected},
	{"bad-version(*", delivery.Rejected},
	{"bad-fork-prior-to-checkpoint", delivery.Rejected},

	// validation.cpp, CheckBlock and ContextualCheckBlock; consensus/tx_check.cpp and tx_verify.cpp
	{"bad-txnmrklroot", delivery.Rejected},
	{"bad-blk-length", delivery.Rejected},
	{"bad-blk-weight", delivery.Rejected},
	{"bad-blk-sigops", delivery.Rejected},
	{"bad-cb-missing", delivery.Rejected},
	{"bad-cb-multiple", delivery.Rejected},
	{"bad-cb-length", delivery.Rejected},
	{"bad-cb-height", delivery.Rejected},
	{"bad-txns-*", delivery.Rejected},
	{"bad-witness-nonce-size", delivery.Rejected},
	{"bad-witness-merkle-match", delivery.Rejected},
	{"unexpected-witness", delivery.Rejected},

	// validation.cpp, ConnectBlock
	{"bad-cb-amount", delivery.Rejected},
	{"block-validation-failed", delivery.Rejected},
	{"bad-signet-blksig", delivery.Rejected}, // validation.cpp, CheckBlock

	// dogecoind's validation.cpp, ContextualCheckBlockHeader: merged mining is not yet, or only, allowed
	{"early-auxpow-block", delivery.Rejected},
	{"late-legacy-block", delivery.Rejected},

	// mweb/mweb_node.cpp and libmw
	{"mweb-missing", delivery.Rejected},
	{"hogex-missing", delivery.Rejected},
	{"bad-hogex-position", delivery.Rejected},
	{"bad-hogex", delivery.Rejected},
	{"mweb-hash-mismatch", delivery.Rejected},
	{"mweb-height-mismatch", delivery.Rejected},
	{"mweb-amount-mismatch", delivery.Rejected},
	{"mweb-connect-failed", delivery.Rejected},
	{"mweb-connect-failed-*", delivery.Rejected}, // later versions name the reason
	{"pegins-missing", delivery.Rejected},
	{"pegin-mismatch", delivery.Rejected},
	{"extra-hogex-input", delivery.Rejected},
	{"invalid-hogex-input", delivery.Rejected},
	{"bad-blk-mweb", delivery.Rejected},
	{"bad-mweb-amount", delivery.Rejected},
	{"bad-mweb-empty-pegout", delivery.Rejected},    // from 0.21.5.6 on
	{"bad-mweb-empty-extradata", delivery.Rejected}, // likewise
	{"bad-tx-unexpected-pegin", delivery.Rejected},
	{"unexpected-mweb-data", delivery.Rejected},
	{"accumulated-pegin-outofrange", delivery.Rejected},
	{"frozen-mweb-output-spent", delivery.Rejected},
}

// verdictOf says what a node's answer to submitblock means. The empty word stands for null.
func verdictOf(word string) delivery.Verdict {
	switch outcome := outcomeOf(word); outcome {
	case delivery.Rejected, delivery.RefusedForNow, delivery.RefusedUnclear:
		return delivery.Verdict{Outcome: outcome, Reason: word}
	default:
		return delivery.Verdict{Outcome: outcome}
	}
}

// RefusedForNow reports whether a block that a node refused for this reason may be taken later, for all that is known.
// A journal needs it to read verdicts back.
func RefusedForNow(reason string) bool { return outcomeOf(reason) != delivery.Rejected }

func outcomeOf(word string) delivery.Outcome {
	for _, a := range answers {
		prefix, open := strings.CutSuffix(a.word, "*")
		if word == a.word || open && strings.HasPrefix(word, prefix) {
			return a.outcome
		}
	}
	return delivery.RefusedUnclear
}

// undecodable is the node's usual message with error -22.
const undecodable = "Block decode failed"

// undecodedVerdict returns the verdict on a block that the node cannot decode, with its message.
func undecodedVerdict(message string) delivery.Verdict {
	reason := cmp.Or(oneLine(message), undecodable)
	if outcomeOf(reason) == delivery.Rejected {
		return delivery.Verdict{Outcome: delivery.Rejected, Reason: reason}
	}
	return delivery.Verdict{Outcome: delivery.RefusedUnclear, Reason: reason}
}

// notOnTip is the answer to the proposal of a block on another tip than the node's.
const notOnTip = "inconclusive-not-best-prevblk"

// opinionOf says what a node's answer to a proposal means by itself (rpc/mining.cpp). The empty word stands for null.
func opinionOf(word string) solo.Opinion {
	switch word {
	case "", notOnTip, "duplicate", "duplicate-inconclusive":
		return solo.Opinion{Reason: word}
	}
	return solo.Opinion{Reason: word, Refused: true}
}
