package template

import (
	"bytes"
	"testing"
)

// TestRootNeverHoldsTheMagic: a merged chain refuses a scriptSig with the magic twice, so if a root happens to hold it,
// a taller tree is used.
func TestRootNeverHoldsTheMagic(t *testing.T) {
	hash := Hash{20: 'm', 21: 'm', 22: 0xbe, 23: 0xfa} // fa be m m in display order
	got, err := Commitment([]*Aux{{Template: &Template{Chain: Dogecoin}, BlockHash: hash}})
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(got, commitmentMagic); n != 1 || got[36] != 2 {
		t.Errorf("Commitment() = %x with the magic %d times, want once and a tree of 2", got, n)
	}
}
