package template

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Reply is a getblocktemplate result, field for field as on the wire. Amounts are in the chain's smallest unit, times
// in Unix seconds, the rest as in BIP 22, 23, 9 and 145; hashes are in display order.
type Reply struct {
	Version                  int32              `json:"version"`
	Rules                    []string           `json:"rules"`
	VBAvailable              map[string]uint    `json:"vbavailable"` // deployments that Version may signal for, and their bits
	VBRequired               uint32             `json:"vbrequired"`
	PreviousBlockHash        string             `json:"previousblockhash"`
	Transactions             []ReplyTransaction `json:"transactions"`
	CoinbaseValue            *int64             `json:"coinbasevalue"`
	LongPollID               string             `json:"longpollid"`
	Target                   string             `json:"target"`
	MinTime                  int64              `json:"mintime"`
	SigOpLimit               int64              `json:"sigoplimit"`
	SizeLimit                int64              `json:"sizelimit"`
	WeightLimit              int64              `json:"weightlimit"`
	CurTime                  int64              `json:"curtime"`
	Bits                     string             `json:"bits"`
	Height                   int64              `json:"height"`
	DefaultWitnessCommitment Hex                `json:"default_witness_commitment"`
	MWEB                     Hex                `json:"mweb"`
}

// ReplyTransaction is one entry of the reply's transactions.
type ReplyTransaction struct {
	Data    Hex   `json:"data"`
	TxID    Hash  `json:"txid"`
	Hash    Hash  `json:"hash"`
	Depends []int `json:"depends"`
	Fee     int64 `json:"fee"`
	SigOps  int64 `json:"sigops"`
	Weight  int64 `json:"weight"`
}

// Reply returns a getblocktemplate result of which t.Chain.Decode makes an equal template, but for MaxTime and Empty, which
// no node sends. It shares t's bytes.
func (t *Template) Reply() *Reply {
	rules := []string{"csv"} // a chain with segwit is known by having rules
	if t.Segwit {
		rules = append(rules, "!segwit")
	}
	if t.MWEBActive {
		rules = append(rules, "mweb")
	}
	r := &Reply{
		Version: t.Version, Rules: rules, PreviousBlockHash: t.PreviousBlock.String(), CoinbaseValue: &t.CoinbaseValue,
		Target: t.Target.String(), MinTime: int64(t.MinTime), CurTime: int64(t.CurTime), Bits: fmt.Sprintf("%08x", t.Bits),
		Height: int64(t.Height), DefaultWitnessCommitment: t.WitnessCommitment, MWEB: t.MWEB,
		Transactions: make([]ReplyTransaction, len(t.Transactions)),
	}
	for i, x := range t.Transactions {
		r.Transactions[i] = ReplyTransaction{Data: x.Data, TxID: x.TxID, Hash: x.WTxID, Fee: x.Fee, SigOps: x.SigOps, Weight: x.Weight}
	}
	return r
}

// Hex is bytes that are hex digits in JSON.
type Hex []byte

// UnmarshalJSON decodes directly from the reply's bytes: a template has megabytes of hex digits.
func (h *Hex) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	if len(text) < 2 || text[0] != '"' {
		return errors.New("decode hex: not a string")
	}
	digits := text[1 : len(text)-1]
	b := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(b, digits); err != nil {
		return fmt.Errorf("decode hex: %w", err)
	}
	*h = b
	return nil
}

// Text returns the bytes as text: printable ASCII, others as dots.
func (h Hex) Text() string {
	text := bytes.Clone(h)
	for i, c := range text {
		if c < ' ' || c > '~' {
			text[i] = '.'
		}
	}
	return string(text)
}

// MarshalJSON writes the hex digits.
func (h Hex) MarshalJSON() ([]byte, error) {
	return json.Marshal(hex.EncodeToString(h))
}
