package wallet_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/ltcutil/base58"
	"github.com/ltcsuite/ltcd/ltcutil/bech32"

	"ltcsolo/wallet"
)

// refuse decodes text on all networks, checks that all refuse it for the same
// reason, with commands for the network, and returns the refusal.
func refuse(t *testing.T, text string) *wallet.Error {
	t.Helper()
	var first *wallet.Error
	for _, network := range []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest} {
		a, err := wallet.Decode(text, network)
		var refusal *wallet.Error
		if !errors.As(err, &refusal) {
			t.Fatalf("Decode(%q, %s) = %+v, %v, want an *Error", text, network, a, err)
		}
		if a.Script != nil || a.Text != "" {
			t.Errorf("Decode(%q, %s) = %+v beside its error", text, network, a)
		}
		flag := map[wallet.Network]string{wallet.Main: "", wallet.Test: "-testnet ", wallet.Regtest: "-regtest "}[network]
		if first == nil {
			first = refusal
		}
		if first.Reason != refusal.Reason || strings.ReplaceAll(first.Remedy, "litecoin-cli ", "litecoin-cli "+flag) != refusal.Remedy {
			t.Errorf("Decode(%q) is refused with %q on main, %q on %s", text, first, refusal, network)
		}
	}
	if _, err := wallet.DecodeAny(text); err == nil || err.Error() != first.Reason {
		t.Errorf("DecodeAny(%q) = %v, want %q", text, err, first.Reason)
	}
	for name, s := range map[string]string{"reason": first.Reason, "remedy": first.Remedy} {
		if s == "" || strings.HasSuffix(s, ".") || strings.ContainsAny(s, "\r\n") || hasPlaceholder(s) {
			t.Errorf("the %s for %q is not one line without a period: %q", name, text, s)
		}
	}
	return first
}

func TestH02H03DecodeRefuses(t *testing.T) {
	p2wpkh := segwit("ltc", 0, fill(20), bech32.Encode)
	p2tr := segwit("ltc", 1, fill(32), bech32m)
	p2pkh := base58.CheckEncode(fill(20), 0x30)
	groups := func(hrp string, g ...byte) string {
		s, err := bech32.Encode(hrp, g)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := []struct {
		name, in string
		want     string // part of the reason
	}{
		{"empty", "", "empty"},
		{"only space", " \t\n", "empty"},
		{"very long", strings.Repeat("L", 1<<20), "too long"},
		{"long", strings.Repeat("L", 300), "not a Litecoin address"},
		{"a word", "litecoin", "not a Litecoin address"},
		{"punctuation", "!!!", "not a Litecoin address"},
		{"only separators", "1111", "not a Litecoin address"},
		{"inner space", p2wpkh[:20] + " " + p2wpkh[20:], "space or line break"},
		{"inner newline", p2pkh + "\n" + p2pkh, "space or line break"},
		{"NUL", p2wpkh + "\x00", "character 44 does not belong in the address: it is a control"},
		{"escape", "\x1b[31m" + p2wpkh, "character 1 does not belong in the address: it is a control"},
		{"delete", p2pkh[:5] + "\x7f" + p2pkh[6:], "character 6 does not belong in the address: it is a control"},
		{"Cyrillic", "ltс1" + p2wpkh[4:], "character 3 does not belong in the address: it is not plain ASCII"},
		{"zero-width space", p2pkh + "\u200b", "not plain ASCII"},
		{"not UTF-8", "\xff\xfe", "not plain ASCII"},

		{"mweb", mweb("ltcmweb"), "MWEB"},
		{"mweb of test and regtest", mweb("tmweb"), "MWEB"},
		{"mweb upper case", strings.ToUpper(mweb("ltcmweb")), "MWEB"},
		{"mweb in mixed case", "L" + mweb("ltcmweb")[1:], "MWEB"},
		{"mweb damaged", mweb("ltcmweb")[:60], "MWEB"},

		{"bitcoin p2wpkh", segwit("bc", 0, fill(20), bech32.Encode), "of Bitcoin,"},
		{"bitcoin cut short", "bc1qzy3rx3z", "of Bitcoin,"},
		{"bitcoin p2tr", segwit("bc", 1, fill(32), bech32m), "of Bitcoin,"},
		{"bitcoin upper case", strings.ToUpper(segwit("bc", 0, fill(20), bech32.Encode)), "of Bitcoin,"},
		{"bitcoin testnet", segwit("tb", 0, fill(20), bech32.Encode), "Bitcoin's test networks"},
		{"bitcoin regtest", segwit("bcrt", 0, fill(20), bech32.Encode), "Bitcoin's regtest"},
		{"vertcoin", segwit("vtc", 0, fill(20), bech32.Encode), "Vertcoin"},
		{"bitcoin p2pkh", base58.CheckEncode(fill(20), 0x00), "Bitcoin or Bitcoin Cash"},
		{"bitcoin burn address", base58.CheckEncode(make([]byte, 20), 0x00), "Bitcoin or Bitcoin Cash"},
		{"dogecoin p2pkh", base58.CheckEncode(fill(20), 0x1e), "Dogecoin"},
		{"dogecoin p2sh", base58.CheckEncode(fill(20), 0x16), "Dogecoin"},
		{"dash", base58.CheckEncode(fill(20), 0x4c), "Dash"},
		{"zcash", base58.CheckEncode(append([]byte{0xb8}, fill(20)...), 0x1c), "Zcash"},
		{"unknown version", base58.CheckEncode(fill(20), 0xf0), "another coin"},
		{"bitcoin cash", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "Bitcoin Cash"},
		{"ethereum", "0x" + strings.Repeat("1a", 20), "Ethereum"},
		{"unknown hrp", segwit("xyz", 0, fill(20), bech32.Encode), "correct bech32"},
		{"19 bytes", base58.CheckEncode(fill(19), 0x30), "another coin"},
		{"21 bytes", base58.CheckEncode(fill(21), 0x30), "another coin"},
		{"no payload", base58.CheckEncode(nil, 0x30), "another coin"},

		{"v0 of 21 bytes", segwit("ltc", 0, fill(21), bech32.Encode), "20 or 32 bytes"},
		{"v0 of 2 bytes", segwit("rltc", 0, fill(2), bech32.Encode), "20 or 32 bytes"},
		{"v0 bech32m", segwit("ltc", 0, fill(20), bech32m), "version 0 with a bech32m"},
		{"v1 bech32", segwit("tltc", 1, fill(32), bech32.Encode), "above 0 with a bech32 checksum"},
		{"v1 of 20 bytes", segwit("ltc", 1, fill(20), bech32m), "not 32 bytes"},
		{"v1 of 33 bytes", segwit("ltc", 1, fill(33), bech32m), "not 32 bytes"},
		{"v2", segwit("ltc", 2, fill(32), bech32m), "version is unknown"},
		{"v8", segwit("ltc", 8, fill(32), bech32m), "reserved for MWEB"},
		{"v9", segwit("ltc", 9, fill(32), bech32m), "reserved for MWEB"},
		{"v16", segwit("rltc", 16, fill(40), bech32m), "version is unknown"},
		{"v17", segwit("ltc", 17, fill(20), bech32m), "version is unknown"},
		{"no program", groups("ltc"), "ends after its prefix"},
		{"stray bits", groups("ltc", append([]byte{0}, make([]byte, 33)...)...), "stray bits"},
		{"padding not zero", groups("ltc", append(make([]byte, 26), 1)...), "stray bits"},

		{"mixed case", "L" + p2wpkh[1:], "upper and lower case"},
		{"mixed case in the middle", p2tr[:30] + strings.ToUpper(p2tr[30:]), "upper and lower case"},
		{"upper case hrp", "LTC1" + p2wpkh[4:], "upper and lower case"},
		{"bech32 short by one", p2wpkh[:42], "has 42 characters, want 43 or 63"},
		{"bech32 prefix only", "ltc1", "has 4 characters"},
		{"bech32 two wrong", p2wpkh[:10] + swapped(p2wpkh[10:12]) + p2wpkh[12:], "checksum"},
		{"bech32 with a 1", p2wpkh[:42] + "1" + p2wpkh[42:], "character 43 does not belong"},
		{"base58 short by one", p2pkh[:33], "has 33 characters, want 34"},
		{"base58 doubled", p2pkh + p2pkh[:5], "has 39 characters, want 34"},
		{"base58 two wrong", p2pkh[:10] + swapped(p2pkh[10:12]) + p2pkh[12:], "checksum"},
		{"base58 with 0 and O", p2pkh[:10] + "0O" + p2pkh[12:], "character 11 does not belong"},
		{"base58 in lower case", strings.ToLower(p2pkh), "not a Litecoin address"},

		{"compressed public key", "02" + strings.Repeat("7f", 32), "public key"},
		{"uncompressed public key", "04" + strings.Repeat("7F", 64), "public key"},
		{"hash in hex", strings.Repeat("7f", 20), "hex"},
		{"script in hex", "76a914" + strings.Repeat("7f", 20) + "88ac", "hex"},
		{"extended public key", base58.CheckEncode(extended(0x02), 0x04), "extended public key"},
		{"Ltub", "Ltub2" + strings.Repeat("K", 106), "extended public key"},
		{"descriptor", "wpkh(" + p2wpkh + ")", "descriptor"},
		{"link", "litecoin:" + p2wpkh + "?amount=1", "payment link"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := refuse(t, tt.in); !strings.Contains(got.Reason, tt.want) {
				t.Errorf("reason is %q, want %q in it", got.Reason, tt.want)
			}
		})
	}
}

func TestDecodeMWEBRemedy(t *testing.T) {
	got := refuse(t, mweb("ltcmweb")).Remedy
	for _, want := range []string{"transparent", "peg in", "100 blocks"} {
		if !strings.Contains(got, want) {
			t.Errorf("remedy is %q, want %q in it", got, want)
		}
	}
}

// TestDecodeNamesTheWrongCharacter changes each character of an address. The
// message must name the position and the right character, but never hold the
// corrected address.
func TestDecodeNamesTheWrongCharacter(t *testing.T) {
	tests := []struct{ name, right string }{
		{"p2wpkh", segwit("ltc", 0, fill(20), bech32.Encode)},
		{"p2tr upper case", strings.ToUpper(segwit("rltc", 1, fill(32), bech32m))},
		{"p2pkh", base58.CheckEncode(fill(20), 0x30)},
		{"old p2sh of test", base58.CheckEncode(fill(20), 0xc4)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			named := 0
			for i := range len(tt.right) {
				for _, c := range []string{"q", "7", "B"} {
					in := tt.right[:i] + c + tt.right[i+1:]
					if in == tt.right || strings.EqualFold(in, tt.right) {
						continue // a change of case has its own message
					}
					_, err := wallet.DecodeAny(in)
					var refusal *wallet.Error
					if !errors.As(err, &refusal) {
						t.Fatalf("DecodeAny(%q) has no *Error: %v", in, err)
					}
					if strings.Contains(refusal.Reason+refusal.Remedy, tt.right) {
						t.Errorf("%q gives the corrected address", refusal.Reason)
					}
					where := fmt.Sprintf("character %d ", i+1)
					if strings.Contains(err.Error(), "probably meant") {
						named++
						if !strings.Contains(err.Error(), where) || !strings.Contains(err.Error(), fmt.Sprintf("%q", tt.right[i:i+1])) {
							t.Errorf("DecodeAny(%q) = %q, want %s and %q", in, err, where, tt.right[i])
						}
					}
				}
			}
			// The rest are mixed case, or another prefix.
			if want := len(tt.right) * 3 / 2; named < want {
				t.Errorf("%d wrong characters were named, want at least %d", named, want)
			}
		})
	}
}

// hasPlaceholder reports whether a message still has one of the words that stand for the coin's own.
func hasPlaceholder(s string) bool {
	return strings.Contains(s, "COIN") || strings.Contains(s, "CLI") || strings.Contains(s, "SCHEME")
}

// swapped returns s reversed.
func swapped(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// extended returns an extended key without the first byte of its version: a
// public key if head is 2 or 3, a private key if head is 0.
func extended(head byte) []byte {
	version := []byte{0x88, 0xb2, 0x1e}
	if head == 0 {
		version = []byte{0x88, 0xad, 0xe4}
	}
	key := append(version, fill(1+4+4+32)...)
	return append(append(key, head), fill(32)...)
}
