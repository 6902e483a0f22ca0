package run

import (
	"math"
	"testing"
)

func TestForeignAddress(t *testing.T) {
	for user, foreign := range map[string]bool{
		"garage.l9": false, "": false, "ltc1": false, "L3": false,
		"ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9":  true,
		"rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs": true,
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4":   true,
		"DFpN6QqFfUm3gKNaxN6tNcab1FArL9cZLE.goldshell": true,
		"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2.1":         true,
		"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3":           false, // a damaged one
		"bitcoin":                                      false, "dogecoin.shed": false,
	} {
		if got := foreignAddress(user) != ""; got != foreign {
			t.Errorf("foreignAddress(%q) warns: %v, want %v", user, got, foreign)
		}
	}
}

func TestMinersWithin(t *testing.T) {
	for _, tt := range []struct {
		limit uint64
		want  int
	}{{0, math.MaxInt32}, {1, 1}, {48, 1}, {56, 1}, {64, 8}, {256, 104}, {1024, 776}, {65536, 65288}, {1 << 63, math.MaxInt32}} {
		if got := minersWithin(tt.limit); got != tt.want {
			t.Errorf("minersWithin(%d) = %d, want %d", tt.limit, got, tt.want)
		}
	}
}
