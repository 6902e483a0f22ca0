package wallet_test

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"strings"

	"github.com/ltcsuite/ltcd/ltcutil/base58"
	"github.com/ltcsuite/ltcd/ltcutil/bech32"

	"ltcsolo/wallet"
)

// encoding encodes addresses of one kind on one network.
type encoding struct {
	name   string
	typ    wallet.Type
	size   int // bytes of hash or key
	encode func(hash []byte) string
	// canonical encodes as litecoind does today; nil if encode does so.
	canonical func(hash []byte) string
}

func (e encoding) random(r *rand.Rand) string { return e.encode(randomBytes(r, e.size)) }

// want returns the Text that Decode should give for the address of hash.
func (e encoding) want(hash []byte) string {
	if e.canonical != nil {
		return e.canonical(hash)
	}
	return e.encode(hash)
}

// encodings are all forms of address that Decode accepts.
var encodings = map[wallet.Network][]encoding{
	wallet.Main:    networkEncodings(0x30, 0x32, 0x05, "ltc"),
	wallet.Test:    networkEncodings(0x6f, 0x3a, 0xc4, "tltc"),
	wallet.Regtest: networkEncodings(0x6f, 0x3a, 0xc4, "rltc"),
}

func networkEncodings(p2pkh, p2sh, oldP2SH byte, hrp string) []encoding {
	base := func(version byte) func([]byte) string {
		return func(hash []byte) string { return base58.CheckEncode(hash, version) }
	}
	v0 := func(hash []byte) string { return segwit(hrp, 0, hash, bech32.Encode) }
	v1 := func(key []byte) string { return segwit(hrp, 1, key, bech32m) }
	upper := func(encode func([]byte) string) func([]byte) string {
		return func(hash []byte) string { return strings.ToUpper(encode(hash)) }
	}
	return []encoding{
		{"p2pkh", wallet.P2PKH, 20, base(p2pkh), nil},
		{"p2sh", wallet.P2SH, 20, base(p2sh), nil},
		{"old p2sh", wallet.P2SH, 20, base(oldP2SH), base(p2sh)},
		{"p2wpkh", wallet.P2WPKH, 20, v0, nil},
		{"p2wpkh upper case", wallet.P2WPKH, 20, upper(v0), v0},
		{"p2wsh", wallet.P2WSH, 32, v0, nil},
		{"p2wsh upper case", wallet.P2WSH, 32, upper(v0), v0},
		{"p2tr", wallet.P2TR, 32, v1, nil},
		{"p2tr upper case", wallet.P2TR, 32, upper(v1), v1},
	}
}

// scripts are the shapes that may be paid: hex before and after the hash.
var scripts = map[wallet.Type][2]string{
	wallet.P2PKH:  {"76a914", "88ac"},
	wallet.P2SH:   {"a914", "87"},
	wallet.P2WPKH: {"0014", ""},
	wallet.P2WSH:  {"0020", ""},
	wallet.P2TR:   {"5120", ""},
}

// scriptOf returns the script of typ with that hash, in hex.
func scriptOf(typ wallet.Type, hash []byte) string {
	return scripts[typ][0] + hex.EncodeToString(hash) + scripts[typ][1]
}

// isPayable reports whether a script has one of the five shapes.
func isPayable(script []byte) bool {
	s := hex.EncodeToString(script)
	size := map[wallet.Type]int{wallet.P2WSH: 32, wallet.P2TR: 32}
	for typ, shape := range scripts {
		n := size[typ]
		if n == 0 {
			n = 20
		}
		if len(s) == len(shape[0])+2*n+len(shape[1]) && strings.HasPrefix(s, shape[0]) && strings.HasSuffix(s, shape[1]) {
			return true
		}
	}
	return false
}

// segwit encodes a segwit address. encode is bech32.Encode or bech32m.
func segwit(hrp string, version byte, program []byte, encode func(string, []byte) (string, error)) string {
	groups, err := bech32.ConvertBits(program, 8, 5, true)
	if err != nil {
		panic(err)
	}
	s, err := encode(hrp, append([]byte{version}, groups...))
	if err != nil {
		panic(err)
	}
	return s
}

var bech32m = bech32.EncodeM

// mweb encodes an MWEB address of two points: the generator of secp256k1, twice.
func mweb(hrp string) string {
	g, err := hex.DecodeString("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
	if err != nil {
		panic(err)
	}
	return segwit(hrp, 0, bytes.Repeat(g, 2), bech32.Encode)
}

// fill returns n bytes that are easy to tell apart.
func fill(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(0x11 * (i + 1))
	}
	return b
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// damage changes one character of text to another letter or digit.
func damage(r *rand.Rand, text string) string {
	b := []byte(text)
	i := r.IntN(len(b))
	for old := b[i]; b[i] == old; {
		b[i] = alphanumeric[r.IntN(len(alphanumeric))]
	}
	return string(b)
}
