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
	b, err := template.ParseBlock(raw)
	if err != nil || len(b.Problems) > 0 || len(b.Outputs) == 0 {
		return r, damage
	}
	pow := template.Hash(scrypt.Sum((*[scrypt.HeaderSize]byte)(&b.Header)))
	if !b.Target.MetBy(&pow) {
		return r, damage
	}
	r.chain = template.Litecoin
	r.candidate = delivery.Candidate{
		BlockHash: b.Header.BlockHash(), PoWHash: pow, Height: b.Height, Value: b.Outputs[0].Value,
		Script: b.Outputs[0].Script, Found: time.Unix(int64(b.Header.Time()), 0).UTC(), Block: raw,
	}
	return r, nil
}
