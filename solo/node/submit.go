package node

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Propose implements [solo.Node]: rpc/mining.cpp, getblocktemplate in proposal mode. A block that the node cannot decode
// is refused, with the node's words. If the node answers but takes no proposals, the block is refused for what can be seen
// to be wrong with it here. Errors are the context's or an *Error.
func (c *Client) Propose(ctx context.Context, block []byte) (solo.Opinion, error) {
	opinion, err := c.askOpinion(ctx, block)
	if ctx.Err() == nil {
		c.noteProposal(block, err)
	}
	return opinion, err
}

func (c *Client) askOpinion(ctx context.Context, block []byte) (solo.Opinion, error) {
	result, err := c.call(ctx, c.propose, callLimit, "getblocktemplate",
		map[string]string{"mode": "proposal", "data": hex.EncodeToString(block)})
	if err != nil {
		if answer := undecoded(err); answer != nil {
			return solo.Opinion{Refused: true, Reason: oneLine(answer.message)}, nil
		}
		if answered(err) {
			if opinion := c.judge(ctx, block); opinion.Refused {
				return opinion, nil
			}
		}
		return solo.Opinion{}, err
	}
	word, err := readWord(result)
	if err != nil {
		return solo.Opinion{}, c.explain("getblocktemplate", err)
	}
	return c.opinionOn(ctx, block, word), nil
}

// SubmitBlock implements [delivery.Node]: rpc/mining.cpp, submitblock. A block that the node cannot decode is refused,
// with the node's words. Errors are the context's or an *Error.
func (c *Client) SubmitBlock(ctx context.Context, block []byte) (delivery.Verdict, error) {
	result, err := c.submit.submit(ctx, submitLimit, block)
	if ctx.Err() == nil {
		c.noteSubmission(err)
	}
	if err != nil {
		if answer := undecoded(err); answer != nil {
			return undecodedVerdict(answer.message), nil
		}
		return delivery.Verdict{}, c.failed(ctx, "submitblock", err)
	}
	word, err := readWord(result)
	if err != nil {
		return delivery.Verdict{}, c.explain("submitblock", err)
	}
	v := verdictOf(word)
	if v.Outcome == delivery.Rejected {
		if err := c.unlessOtherChain(ctx, nil); err != nil {
			return delivery.Verdict{}, err
		}
	}
	return v, nil
}

// undecoded returns the node's answer that it cannot decode the block; nil if err is anything else.
func undecoded(err error) *rpcError {
	var answer *rpcError
	if errors.As(err, &answer) && answer.code == codeDecodeFailed {
		return answer
	}
	return nil
}

// Confirmations implements [delivery.Node]. Other errors are the context's or an *Error. A node that is on another chain
// than before can say of no block that it lacks it.
//
// litecoind may have only the header of a block, if a peer announced the block or the node lost it in a crash. Then it
// answers -1 too, but counts no transactions (chain.h, CBlockIndex::nTx). Dogecoin Core does not give that count.
func (c *Client) Confirmations(ctx context.Context, blockHash template.Hash) (int, error) {
	var header struct {
		Confirmations *int `json:"confirmations"`
		Transactions  *int `json:"nTx"`
	}
	err := c.get(ctx, c.general, &header, "getblockheader", blockHash)
	if hasCode(err, codeNotFound) {
		return 0, c.unlessOtherChain(ctx, fmt.Errorf("%w: %w", delivery.ErrUnknownBlock, err))
	}
	if err != nil {
		return 0, err
	}
	if header.Confirmations == nil {
		return 0, c.explain("getblockheader", &replyError{status: 200, body: "no confirmations in the result"})
	}
	if header.Transactions != nil && *header.Transactions == 0 {
		return 0, c.unlessOtherChain(ctx, fmt.Errorf("%w: it has only the header", delivery.ErrUnknownBlock))
	}
	if *header.Confirmations < 0 {
		if header.Transactions == nil {
			if err := c.readable(ctx, blockHash); err != nil {
				return 0, err
			}
		}
		return *header.Confirmations, c.unlessOtherChain(ctx, nil)
	}
	return *header.Confirmations, nil
}

// readable returns delivery.ErrUnknownBlock if the node has only the header of a block (rpc/blockchain.cpp,
// GetBlockChecked). Other errors are the context's or an *Error.
func (c *Client) readable(ctx context.Context, blockHash template.Hash) error {
	_, err := c.call(ctx, c.general, callLimit, "getblock", blockHash, false)
	switch {
	case isAnswer(err) && strings.Contains(err.Error(), "disk"): // "Block not found on disk"
		return c.unlessOtherChain(ctx, fmt.Errorf("%w: it has only the header: %w", delivery.ErrUnknownBlock, err))
	case isAnswer(err) && strings.Contains(err.Error(), "pruned"), hasStatus(err, forbidden): // it had the block; no answer
		return nil
	}
	return err
}

// BlockAt implements [delivery.Node]. Other errors are the context's or an *Error.
func (c *Client) BlockAt(ctx context.Context, height int32) (template.Hash, error) {
	var blockHash template.Hash
	err := c.get(ctx, c.general, &blockHash, "getblockhash", height)
	if hasCode(err, codeInvalidParameter) { // Block height out of range
		err = fmt.Errorf("%w: %w", delivery.ErrUnknownBlock, err)
	}
	if err == nil || errors.Is(err, delivery.ErrUnknownBlock) {
		err = c.unlessOtherChain(ctx, err)
	}
	return blockHash, err
}

// readWord returns the node's word, or "" for null, which is BIP 22's answer to a good block.
func readWord(result json.RawMessage) (string, error) {
	var word *string
	if err := json.Unmarshal(result, &word); err != nil || word != nil && oneLine(*word) == "" {
		return "", &replyError{status: 200, body: string(result)}
	}
	if word == nil {
		return "", nil
	}
	return oneLine(*word), nil
}
