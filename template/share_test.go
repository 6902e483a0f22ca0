package template_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"ltcsolo/template"
)

// unsolved returns the block of a template with an extranonce and nonce of zeros.
func unsolved(t testing.TB, tmpl *template.Template) []byte {
	t.Helper()
	job, err := template.NewJob("1", tmpl, miner, true)
	if err != nil {
		t.Fatal(err)
	}
	block, err := job.Block(template.Solution{Extranonce: make([]byte, miner.ExtranonceSize), Version: tmpl.Version})
	if err != nil {
		t.Fatal(err)
	}
	return block
}

func TestShareHoldsTransactionsOnce(t *testing.T) {
	older := mustDecode(t, twoPegIns(t).json(t))
	tests := []struct {
		name   string
		edit   func(r reply)
		own    []int // indices of the transactions that older lacks
		shares bool  // the extension block
	}{
		{"the same reply", func(reply) {}, nil, true},
		{"later", func(r reply) { r["curtime"] = 1_795_438_099 }, nil, true},
		{"a transaction less", func(r reply) {
			r["transactions"] = append(r.transactions()[:5:5], r.transactions()[6:]...)
			r.recommit(t)
		}, nil, true},
		{"another order", func(r reply) {
			r.transactions()[4], r.transactions()[5] = r.transactions()[5], r.transactions()[4]
			r.recommit(t)
		}, nil, true},
		{"another fee", func(r reply) { r.transaction(2)["fee"] = json.Number("7") }, []int{2}, true},
		{"another extension block", func(r reply) { r.setExtension(t, height447, 0, []byte{0, 0, 0}) }, []int{6}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := twoPegIns(t)
			tt.edit(r)
			newer := mustDecode(t, r.json(t))
			want := unsolved(t, newer)
			own := newer.Transactions
			held := make(map[*template.Transaction]bool)
			for _, x := range older.Transactions {
				held[x] = true
			}
			got := newer.Share(older)
			if got == newer || !got.SameWork(newer) || got.CurTime != newer.CurTime || !bytes.Equal(unsolved(t, got), want) {
				t.Errorf("Share() = %+v, want a copy of %+v", got, newer)
			}
			var unshared []int
			for i, x := range got.Transactions {
				if !held[x] {
					unshared = append(unshared, i)
				}
				if newer.Transactions[i] != own[i] || held[newer.Transactions[i]] {
					t.Errorf("Share() changed transaction %d of the newer template", i)
				}
			}
			if len(unshared) != len(tt.own) || len(unshared) == 1 && unshared[0] != tt.own[0] {
				t.Errorf("transactions %v are not shared, want %v", unshared, tt.own)
			}
			if shares := &got.MWEB[0] == &older.MWEB[0]; shares != tt.shares {
				t.Errorf("the extension block is shared: %t, want %t", shares, tt.shares)
			}
		})
	}
}

// TestShareBeforeMWEB: templates with and without an extension block share none.
func TestShareBeforeMWEB(t *testing.T) {
	older, newer := mustDecode(t, readReply(t, "regtest-h2")), mustDecode(t, mixed(t).json(t))
	if got := newer.Share(older); !bytes.Equal(unsolved(t, got), unsolved(t, newer)) {
		t.Error("Share() with a template of another height changed the block")
	}
	if got := older.Share(newer); got.MWEB != nil || !bytes.Equal(unsolved(t, got), unsolved(t, older)) {
		t.Error("Share() with a template of MWEB changed a block from before it")
	}
}
