package main

import (
	"fmt"
	"io"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/units"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// shownAux is a merged chain in the output of template --json.
type shownAux struct {
	Chain             string          `json:"chain"`
	ChainID           uint16          `json:"chain_id"`
	Height            int32           `json:"height"`
	PreviousBlock     template.Hash   `json:"previous_block"`
	Version           int32           `json:"version"` // of the header
	Bits              string          `json:"bits"`
	Target            template.Target `json:"target"`
	NetworkDifficulty float64         `json:"network_difficulty"`
	Time              string          `json:"time"`
	MinTime           string          `json:"min_time"`
	Transactions      int             `json:"transactions"`
	Bytes             int             `json:"bytes"` // of the whole block, proof included
	CoinbaseValue     int64           `json:"coinbase_value"`
	Fees              int64           `json:"fees"`
	Unit              string          `json:"unit"`
	Payout            *auxPayout      `json:"payout"` // null without an address
	Coinbase          template.Hex    `json:"coinbase"`
	CoinbaseTxID      template.Hash   `json:"coinbase_txid"`
	MerkleRoot        template.Hash   `json:"merkle_root"`
	Header            template.Hex    `json:"header"`
	BlockHash         template.Hash   `json:"block_hash"`
	Slot              int32           `json:"slot"`
	Proposal          *string         `json:"proposal"` // as in shownTemplate

	ticker, text string
}

type auxPayout struct {
	terminal.Amount
	Address string       `json:"address"`
	Script  template.Hex `json:"script"`
}

// describeAux describes the i-th merged chain of a job. raw is its assembled block, from which the payout is read back.
func describeAux(j *template.Job, i int, raw []byte, a *wallet.Address) (*shownAux, error) {
	b, err := template.ParseAuxBlock(raw)
	if err != nil {
		return nil, err
	}
	t := j.Aux[i].Template
	v := &shownAux{
		Chain: t.Chain.Name, ChainID: t.Chain.ID, Height: t.Height, PreviousBlock: t.PreviousBlock, Version: b.Header.Version(),
		Bits: fmt.Sprintf("%08x", t.Bits), Target: t.Target, NetworkDifficulty: t.Target.Difficulty(), Time: headerTime(t.CurTime),
		MinTime: headerTime(t.MinTime), Transactions: b.Transactions, Bytes: b.Bytes, CoinbaseValue: t.CoinbaseValue, Fees: t.Fees(),
		Unit: terminal.AmountOf(0, t.Chain).Unit, Coinbase: j.Aux[i].FullCoinbase(), CoinbaseTxID: b.CoinbaseTxID,
		MerkleRoot: b.Header.MerkleRoot(), Header: b.Header[:], BlockHash: b.Header.BlockHash(), Slot: b.Proof.Slot,
		ticker: t.Chain.Ticker, text: b.ScriptSig.Text(),
	}
	if a != nil {
		v.Payout = &auxPayout{terminal.AmountOf(b.Outputs[0].Value, t.Chain), a.Text, b.Outputs[0].Script}
	}
	return v, nil
}

func (v *shownAux) print(w io.Writer) {
	fmt.Fprintf(w, "merged chain:\t%s, id %d\n", v.Chain, v.ChainID)
	fmt.Fprintf(w, "  height:\t%d\n", v.Height)
	fmt.Fprintf(w, "  previous block:\t%s\n", v.PreviousBlock)
	fmt.Fprintf(w, "  version, bits:\t0x%08x, %s\n", uint32(v.Version), v.Bits)
	fmt.Fprintf(w, "  target:\t%s\n", v.Target)
	fmt.Fprintf(w, "  difficulty:\t%s\n", units.Difficulty(v.NetworkDifficulty))
	fmt.Fprintf(w, "  time:\t%s (not before %s)\n", v.Time, v.MinTime)
	fmt.Fprintf(w, "  transactions:\t%d, with the coinbase\n", v.Transactions)
	fmt.Fprintf(w, "  size:\t%d bytes, proof included\n", v.Bytes)
	fmt.Fprintf(w, "  coinbase value:\t%s, of which fees %s\n", units.Coins(v.CoinbaseValue, v.ticker), units.Coins(v.Fees, v.ticker))
	if v.Payout != nil {
		fmt.Fprintf(w, "  pays:\t%s to %s\n", v.Payout.Amount, v.Payout.Address)
		fmt.Fprintf(w, "  script:\t%x\n", []byte(v.Payout.Script))
	} else {
		fmt.Fprintf(w, "  pays:\tnobody: give its address\n")
	}
	fmt.Fprintf(w, "  coinbase:\t%x\n", []byte(v.Coinbase))
	fmt.Fprintf(w, "  text:\t%s\n", v.text)
	fmt.Fprintf(w, "  txid:\t%s\n", v.CoinbaseTxID)
	fmt.Fprintf(w, "  merkle root:\t%s\n", v.MerkleRoot)
	fmt.Fprintf(w, "  header:\t%x\n", []byte(v.Header))
	fmt.Fprintf(w, "  block hash:\t%s\n", v.BlockHash)
	fmt.Fprintf(w, "  slot:\t%d\n", v.Slot)
	fmt.Fprintf(w, "  the node says:\t%s\n", saidOf(v.Proposal))
}
