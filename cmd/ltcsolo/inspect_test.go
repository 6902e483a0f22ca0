package main

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestReadBlockTakesBytes: a block's bytes are what its hex is, as they are and with any header.
func TestReadBlockTakesBytes(t *testing.T) {
	for _, name := range []string{"block-regtest-h2.hex", "block-regtest-h432-mweb-activation.hex", "block-regtest-h447-mixed.hex"} {
		raw, err := hex.DecodeString(string(bytes.TrimSpace(fixture(t, name))))
		if err != nil {
			t.Fatal(err)
		}
		for what, want := range map[string][]byte{"block": raw, "header": raw[:80]} {
			if got, err := readBlock(bytes.NewReader(want), "-"); !bytes.Equal(got, want) || err != nil {
				t.Errorf("%s: the bytes of the %s are read as %d bytes, %v, want the %d", name, what, len(got), err, len(want))
			}
		}
	}
}
