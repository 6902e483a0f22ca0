package wallet

import (
	"slices"
	"strings"

	"github.com/ltcsuite/ltcd/ltcutil/bech32"
)

const (
	bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	checksumSize   = 6  // characters
	maxWitness     = 16 // highest witness version, BIP 141
)

// mwebHRPs are the human-readable parts of MWEB addresses. Test and regtest
// share one.
var mwebHRPs = []string{"ltcmweb", "tmweb"}

// knownHRP returns the human-readable part of a bech32 text in lower case, and
// whether this package knows it. Text may be in any case.
func knownHRP(text string) (string, bool) {
	lower := strings.ToLower(text)
	for hrp := range coinOfHRP {
		if strings.HasPrefix(lower, hrp+"1") {
			return hrp, true
		}
	}
	return "", false
}

// parseSegwit returns the output of a text with a known human-readable part.
func (c *coin) parseSegwit(text, hrp string) (output, *Error) {
	if c.segwit && slices.Contains(mwebHRPs, hrp) {
		return output{}, errMWEB
	}
	of := slices.IndexFunc(c.networks, func(p params) bool { return p.hrp == hrp })
	if of < 0 {
		return output{}, otherCoin(coinOfHRP[hrp])
	}
	if strings.ToLower(text) != text && strings.ToUpper(text) != text {
		return output{}, errMixedCase
	}
	got, groups, checksum, err := bech32.DecodeGeneric(text)
	if err != nil {
		return output{}, c.damagedSegwit(text, hrp)
	}
	// hrp ends at the first 1, the decoder's at the last; only a damaged text
	// has two.
	if got != hrp {
		return output{}, c.damagedSegwit(text, hrp)
	}
	script, refusal := witnessScript(groups, checksum)
	if refusal != nil {
		return output{}, refusal
	}
	return output{script: script, networks: []Network{c.networks[of].network}}, nil
}

// witnessScript returns the script of a segwit address, given its groups of
// five bits without the checksum (BIP 141, BIP 173, BIP 350).
func witnessScript(groups []byte, checksum bech32.Version) ([]byte, *Error) {
	if len(groups) == 0 {
		return nil, errNoProgram
	}
	if groups[0] > maxWitness {
		return nil, errWitnessVersion
	}
	version := groups[0]
	program, err := bech32.ConvertBits(groups[1:], 5, 8, false)
	if err != nil {
		return nil, errPadding
	}
	switch {
	case version == 0 && checksum != bech32.Version0:
		return nil, errBech32mForV0
	case version > 0 && checksum != bech32.VersionM:
		return nil, errBech32ForV1
	case version == 0 && len(program) == 20:
		return P2WPKH.script(program), nil
	case version == 0 && len(program) == 32:
		return P2WSH.script(program), nil
	case version == 0:
		return nil, errV0Length
	case version == 1 && len(program) == 32:
		return P2TR.script(program), nil
	case version == 1:
		return nil, errV1Length
	case version == 8 || version == 9:
		return nil, errMWEBWitness
	}
	return nil, errWitnessVersion
}

// encodeSegwit returns the address of a witness program of 20 or 32 bytes.
// encode adds the checksum.
func encodeSegwit(hrp string, version byte, program []byte, encode func(string, []byte) (string, error)) string {
	groups, err := bech32.ConvertBits(program, 8, 5, true)
	if err != nil {
		panic("wallet: " + err.Error()) // 8 and 5 are valid sizes
	}
	text, err := encode(hrp, slices.Concat([]byte{version}, groups))
	if err != nil {
		panic("wallet: " + err.Error()) // every group is below 32
	}
	return text
}

// segwitLengths returns the length in characters of addresses with programs of
// 20 and 32 bytes.
func segwitLengths(hrp string) (short, long int) {
	fixed := len(hrp) + 1 + 1 + checksumSize // with separator and version
	return fixed + 32, fixed + 52
}
