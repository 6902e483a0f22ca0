package wallet

import "strings"

// Characters of a descriptor, in three groups of 32 (BIP 380).
const descriptorAlphabet = "0123456789()[],'/*abcdefgh@:$%{}" +
	"IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~" +
	"ijklmnopqrstuvwxyzABCDEFGH`#\"\\ "

// lenChecksum is the length of a descriptor's checksum in characters.
const lenChecksum = 8

// descriptorChecksum returns the checksum of a descriptor without its # part
// (BIP 380), and false if it has a character that no descriptor may have.
func descriptorChecksum(text string) (string, bool) {
	sum := uint64(1)
	feed := func(symbol int) {
		top := sum >> 35
		sum = sum&(1<<35-1)<<5 ^ uint64(symbol)
		for i, g := range [...]uint64{0xf5dee51989, 0xa9fdca3312, 0x1bab10e32d, 0x3706b1677a, 0x644d626ffd} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	groups, pending := 0, 0
	for i := range len(text) {
		place := strings.IndexByte(descriptorAlphabet, text[i])
		if place < 0 {
			return "", false
		}
		feed(place & 31)
		groups, pending = groups*3+place>>5, pending+1
		if pending == 3 {
			feed(groups)
			groups, pending = 0, 0
		}
	}
	if pending > 0 {
		feed(groups)
	}
	for range lenChecksum {
		feed(0)
	}
	sum ^= 1
	var check [lenChecksum]byte
	for i := range check {
		check[i] = bech32Alphabet[sum>>(5*(lenChecksum-1-i))&31]
	}
	return string(check[:]), true
}
