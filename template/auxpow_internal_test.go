package template

import (
	"bytes"
	"testing"
)

// TestRootNeverHoldsTheMagic: a merged chain refuses a scriptSig that has the magic twice, so a root that holds it by
// chance needs another tree.
func TestRootNeverHoldsTheMagic(t *testing.T) {
	hash := Hash{20: 'm', 21: 'm', 22: 0xbe, 23: 0xfa} // in display order fa be m m
	got, err := Commitment([]*Aux{{Template: &Template{Chain: Dogecoin}, BlockHash: hash}})
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(got, commitmentMagic); n != 1 || got[36] != 2 {
		t.Errorf("Commitment() = %x with the magic %d times, want once and a tree of 2", got, n)
	}
}
