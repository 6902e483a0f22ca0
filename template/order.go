package template

import "fmt"

// checkOrder asserts what litecoind asks of a block's transactions after the coinbase, as far as that can be seen
// without the chain: each spends something and pays something, stands there once, behind those whose outputs it
// spends, and a HogEx stands nowhere but last. An error begins with litecoind's word for it.
func checkOrder(others []tx) error {
	place := make(map[Hash]int, len(others))
	for i := range others {
		t := &others[i]
		_, twice := place[t.txid]
		switch {
		case t.isCoinbase():
			return fmt.Errorf("bad-cb-multiple: transaction %s is a coinbase, but not the first", t.txid)
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
