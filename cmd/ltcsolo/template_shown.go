package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/units"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// shownTemplate is the output of template --json.
type shownTemplate struct {
	Height            int32           `json:"height"`
	PreviousBlock     template.Hash   `json:"previous_block"`
	Version           int32           `json:"version"`
	Bits              string          `json:"bits"`
	Target            template.Target `json:"target"`
	NetworkDifficulty float64         `json:"network_difficulty"`
	Time              string          `json:"time"`
	MinTime           string          `json:"min_time"`
	Transactions      int             `json:"transactions"` // with the coinbase, as in inspect
	Weight            int             `json:"weight"`       // of the whole block
	SigOps            int64           `json:"sigops"`
	MWEB              bool            `json:"mweb"`
	CoinbaseValue     int64           `json:"coinbase_value_litoshi"`
	Fees              int64           `json:"fees_litoshi"`
	Payout            *payout         `json:"payout"` // null without --address and --descriptor
	Coinbase          template.Hex    `json:"coinbase"`
	CoinbaseTxID      template.Hash   `json:"coinbase_txid"`
	MerkleRoot        template.Hash   `json:"merkle_root"`
	Header            template.Hex    `json:"header"`
	Proposal          *string         `json:"proposal"` // "valid" or the node's objection; null if no node was asked

	Commitment *inspectedCommitment `json:"commitment,omitempty"` // to the merged chains
	Merged     []*shownAux          `json:"merged,omitempty"`

	text  string // of the coinbase
	bytes int    // of the whole block
}

type payout struct {
	Address string       `json:"address"`
	Script  template.Hex `json:"script"`
	Value   int64        `json:"value_litoshi"`
}

func describe(j *template.Job, b *template.Block, a *wallet.Address) *shownTemplate {
	t := j.Template
	v := &shownTemplate{
		Height: t.Height, PreviousBlock: t.PreviousBlock, Version: t.Version, Bits: fmt.Sprintf("%08x", t.Bits), Target: t.Target,
		NetworkDifficulty: t.Target.Difficulty(), Time: headerTime(t.CurTime), MinTime: headerTime(t.MinTime),
		Transactions: b.Transactions, Weight: b.Weight, MWEB: t.MWEBActive, CoinbaseValue: t.CoinbaseValue, Fees: t.Fees(),
		Coinbase: j.FullCoinbase(make([]byte, solo.ExtranonceSize)), CoinbaseTxID: b.CoinbaseTxID, MerkleRoot: b.Header.MerkleRoot(),
		Header: b.Header[:], text: b.ScriptSig.Text(), bytes: b.Bytes,
	}
	if commitments, _ := commitmentsIn(b.ScriptSig); len(j.Aux) > 0 {
		v.Commitment = &commitments[0]
	}
	for i := range t.Transactions {
		v.SigOps += t.Transactions[i].SigOps
	}
	if a != nil {
		v.Payout = &payout{a.Text, b.Outputs[0].Script, b.Outputs[0].Value}
		if a.Type == wallet.P2PKH {
			const checkSig = 4 // the coinbase's OP_CHECKSIG, in the node's cost units (GetTransactionSigOpCost)
			v.SigOps += checkSig
		}
	}
	return v
}

func (v *shownTemplate) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "height:\t%d\n", v.Height)
	fmt.Fprintf(w, "previous block:\t%s\n", v.PreviousBlock)
	fmt.Fprintf(w, "version, bits:\t0x%08x, %s\n", uint32(v.Version), v.Bits)
	fmt.Fprintf(w, "target:\t%s\n", v.Target)
	fmt.Fprintf(w, "difficulty:\t%s\n", units.Difficulty(v.NetworkDifficulty))
	fmt.Fprintf(w, "time:\t%s (not before %s)\n", v.Time, v.MinTime)
	fmt.Fprintf(w, "transactions:\t%d, with the coinbase\n", v.Transactions)
	fmt.Fprintf(w, "size:\t%d bytes, weight %d, sigops %d\n", v.bytes, v.Weight, v.SigOps)
	fmt.Fprintf(w, "MWEB:\t%s\n", terminal.YesNo(v.MWEB))
	fmt.Fprintf(w, "coinbase value:\t%s, of which fees %s\n", units.Litecoin(v.CoinbaseValue), units.Litecoin(v.Fees))
	if v.Payout != nil {
		fmt.Fprintf(w, "pays:\t%s to %s\n", units.Litecoin(v.Payout.Value), v.Payout.Address)
		fmt.Fprintf(w, "  script:\t%x\n", []byte(v.Payout.Script))
	} else {
		fmt.Fprintf(w, "pays:\tnobody: give --address or --descriptor\n")
	}
	fmt.Fprintf(w, "coinbase:\t%x\n", []byte(v.Coinbase))
	fmt.Fprintf(w, "  text:\t%s\n", v.text)
	if v.Commitment != nil {
		printCommitments(w, []inspectedCommitment{*v.Commitment}, nil)
	}
	fmt.Fprintf(w, "  txid:\t%s\n", v.CoinbaseTxID)
	fmt.Fprintf(w, "merkle root:\t%s\n", v.MerkleRoot)
	fmt.Fprintf(w, "header:\t%x\n", []byte(v.Header))
	fmt.Fprintf(w, "the node says:\t%s\n", saidOf(v.Proposal))
	for _, aux := range v.Merged {
		aux.print(w)
	}
	return w.Flush()
}

// saidOf returns a node's opinion of a block as people read it.
func saidOf(proposal *string) string {
	if proposal == nil {
		return "not asked"
	}
	return *proposal
}
