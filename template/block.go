package template

// mwebPresent precedes the extension block in a serialized block: an optional that is there.
const mwebPresent = 0x01

// Block is the serialized block that s makes of the job, ready for submitblock: header, number of transactions,
// coinbase, the template's transactions verbatim, and while MWEB is active 01 and the extension block
// (primitives/block.h). An extranonce of the wrong length is an error.
func (j *Job) Block(s Solution) ([]byte, error) {
	h, err := j.Header(s)
	if err != nil {
		return nil, err
	}
	t := j.Template
	const countAndWitness = 9 + 2 + 2 + HashSize
	size := HeaderSize + countAndWitness + len(j.Coinb1) + len(s.Extranonce) + len(j.Coinb2) + 1 + len(t.MWEB)
	for i := range t.Transactions {
		size += len(t.Transactions[i].Data)
	}
	b := append(make([]byte, 0, size), h[:]...)
	b = appendCompactSize(b, uint64(1+len(t.Transactions)))
	b = j.appendCoinbase(b, s.Extranonce)
	for i := range t.Transactions {
		b = append(b, t.Transactions[i].Data...)
	}
	if t.MWEBActive {
		b = append(append(b, mwebPresent), t.MWEB...)
	}
	return b, nil
}

// FullCoinbase is the coinbase as it stands in the block, with its witness if segwit is active.
func (j *Job) FullCoinbase(extranonce []byte) []byte {
	return j.appendCoinbase(nil, extranonce)
}

func (j *Job) appendCoinbase(b, extranonce []byte) []byte {
	return halves{j.Coinb1, j.Coinb2}.appendFull(b, extranonce, j.Template.Segwit)
}
