package journal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// salvage reads only the block from a damaged file. It takes the block only if it is valid as far as can be checked
// offline, proof of work included; otherwise it returns damage, decode's error.
func salvage(text []byte, damage error) (record, error) {
	var r record
	_, line, found := bytes.Cut(text, []byte("\n"+keyBlock+": "))
	if !found || errors.Is(damage, errVersion) {
		return r, damage
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	raw := make([]byte, hex.DecodedLen(len(line)))
	if _, err := hex.Decode(raw, line); err != nil {
		return r, damage
	}
	chain, b, header, err := parse(raw)
	if err != nil || chain == nil || len(b.Problems) > 0 || len(b.Outputs) == 0 {
		return r, damage
	}
	pow := template.Hash(scrypt.Sum((*[scrypt.HeaderSize]byte)(header)))
	if !b.Target.MetBy(&pow) {
		return r, damage
	}
	r.chain = chain
	r.candidate = delivery.Candidate{
		BlockHash: b.Header.BlockHash(), PoWHash: pow, Height: b.Height, Value: b.Outputs[0].Value,
		Script: b.Outputs[0].Script, Found: time.Unix(int64(b.Header.Time()), 0).UTC(), Block: raw,
	}
	return r, nil
}

// parse parses a block of any chain. header is the one whose PoW hash counts; chain is nil if it is not known.
func parse(raw []byte) (chain *template.Chain, b *template.Block, header *template.Header, err error) {
	if template.IsAuxBlock(raw) {
		a, err := template.ParseAuxBlock(raw)
		if err != nil {
			return nil, nil, nil, err
		}
		return a.Chain, &a.Block, &a.Proof.Parent, nil
	}
	b, err = template.ParseBlock(raw)
	if err != nil {
		return nil, nil, nil, err
	}
	return template.Litecoin, b, &b.Header, nil
}
