package main

import "testing"

// The line that litecoin's share/rpcauth/rpcauth.py makes of the same salt and password.
func TestRPCAuthLine(t *testing.T) {
	salt := []byte{0xca, 0xfe, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}
	const want = "rpcauth=miner:cafe000102030405060708090a0b0c0d$c9e8503b1d8047d0c190f3270aa1e855d8406a8b06504a7e7c78a8757184d7fd"
	if got := rpcauthLine("miner", "a password", salt); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
