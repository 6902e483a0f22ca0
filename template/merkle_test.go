package template_test

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"

	"ltcsolo/template"
)

// TestBranchLeadsToTheRoot compares the root computed from the coinbase's branch with that of the whole tree.
func TestBranchLeadsToTheRoot(t *testing.T) {
	random := rand.NewChaCha8([32]byte{3})
	for n := 1; n <= 20; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := decodeReply(t, readReply(t, "regtest-h2"))
			for range n - 1 {
				r.insert(len(r.transactions()), randomPayment(random))
			}
			r.recommit(t)
			job := makeJob(t, r.json(t))
			if got, want := len(job.Branch), bits.Len(uint(n-1)); got != want {
				t.Errorf("branch of %d hashes, want %d", got, want)
			}
			for i := range 3 {
				extranonce := binary.BigEndian.AppendUint64(nil, uint64(i))
				leaves := [][32]byte{sha256d(job.Coinb1, extranonce, job.Coinb2)}
				for i := range r.transactions() {
					leaves = append(leaves, internal(t, r.transaction(i)["txid"].(string)))
				}
				header, err := job.Header(template.Solution{Extranonce: extranonce})
				if err != nil {
					t.Fatal(err)
				}
				if got, want := header.MerkleRoot(), template.Hash(naiveRoot(leaves)); got != want {
					t.Errorf("MerkleRoot() = %s, want %s", got, want)
				}
			}
		})
	}
}
