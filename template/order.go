package template

import "fmt"

// checkOrder checks the transactions after the coinbase as far as possible without the chain: each has inputs and
// outputs, is there once, and comes after those whose outputs it spends; only the last may be a HogEx. An error begins
// with litecoind's reject reason.
func checkOrder(others []tx) error {
	place := make(map[Hash]int, len(others))
	for i := range others {
		t := &others[i]
		_, twice := place[t.txid]
		switch {
		case t.isCoinbase():
			return fmt.Errorf("bad-cb-multiple: transaction %s is a coinbase, but is not the first", t.txid)
		case len(t.inputs) == 0:
			return fmt.Errorf("bad-txns-vin-empty: transaction %s has no inputs", t.txid)
		case len(t.outputs) == 0:
			return fmt.Errorf("bad-txns-vout-empty: transaction %s has no outputs", t.txid)
		case twice:
			return fmt.Errorf("bad-txns-duplicate: transaction %s is there twice", t.txid)
		case t.hogEx && i != len(others)-1:
			return fmt.Errorf("bad-hogex-position: the HogEx %s is not the last transaction", t.txid)
		}
		place[t.txid] = i
	}
	for i := range others {
		for _, in := range others[i].inputs {
			parent, inBlock := place[in.previous]
			if inBlock && (parent >= i || uint64(in.index) >= uint64(len(others[parent].outputs))) {
				return fmt.Errorf("bad-txns-inputs-missingorspent: transaction %s spends output %d of %s, which is not there before it",
					others[i].txid, in.index, in.previous)
			}
		}
	}
	return nil
}
