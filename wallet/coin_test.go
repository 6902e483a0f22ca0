package wallet_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/ltcutil/base58"
	"github.com/ltcsuite/ltcd/ltcutil/bech32"

	"ltcsolo/wallet"
)

// dogecoins are the Base58Check versions of Dogecoin's addresses.
var dogecoins = map[wallet.Network][]struct {
	typ     wallet.Type
	version byte
	starts  string // possible first characters
}{
	wallet.Main:    {{wallet.P2PKH, 30, "D"}, {wallet.P2SH, 22, "9A"}},
	wallet.Test:    {{wallet.P2PKH, 113, "n"}, {wallet.P2SH, 196, "2"}},
	wallet.Regtest: {{wallet.P2PKH, 111, "mn"}, {wallet.P2SH, 196, "2"}},
}

func TestDogecoinDecode(t *testing.T) {
	for network, list := range dogecoins {
		for _, e := range list {
			for _, hash := range [][]byte{fill(20), make([]byte, 20), []byte(strings.Repeat("\xff", 20))} {
				text, script := base58.CheckEncode(hash, e.version), scriptOf(e.typ, hash)
				if !strings.ContainsRune(e.starts, rune(text[0])) {
					t.Errorf("%s of %s is %s, want one of %s first", e.typ, network, text, e.starts)
				}
				a, err := wallet.Dogecoin.Decode(" "+text+"\n", network)
				if err != nil || a.Text != text || a.Network != network || a.Type != e.typ || hex.EncodeToString(a.Script) != script || a.Note != "" {
					t.Errorf("Decode(%s, %s) = %+v, %v, want %s", text, network, a, err, script)
				}
				if b, ok := wallet.Dogecoin.FromScript(a.Script, network); !ok || b.Text != text || b.Type != e.typ {
					t.Errorf("FromScript(%s, %s) = %+v, want %s", script, network, b, text)
				}
			}
		}
	}
}

// TestDogecoinKnownAnswers has answers of dogecoind 1.14.9 to validateaddress on regtest.
func TestDogecoinKnownAnswers(t *testing.T) {
	for text, script := range map[string]string{
		"mfWyW5fc9NUj75YAnFgoRLrjxgLDn2MMth":           "76a914000102030405060708090a0b0c0d0e0f1011121388ac",
		"n2gUKMy3APANhP8DJyDRAK75GssHJNHFzU":           "76a914e8277259dab26ae859ba0dc692aed13feecf009888ac",
		"2ND8PB9RrfCaAcjfjP1Y6nAgFd9zWHYX4DN":          "a914da1745e9b549bd0bfa1a569971c77eba30cd5a4b87",
		"nonsense":                                     "",
		"D597kHXGdkwkryF9oGhz9Bp1ypTpD1u99Z":           "",
		"rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kwsh2ty": "",
	} {
		a, err := wallet.Dogecoin.Decode(text, wallet.Regtest)
		if got := hex.EncodeToString(a.Script); got != script || (err == nil) != (script != "") {
			t.Errorf("Decode(%s) = %s, %v, want %s", text, got, err, script)
		}
	}
}

func TestDogecoinDecodeAny(t *testing.T) {
	for from, list := range dogecoins {
		for _, e := range list {
			want := from
			if from == wallet.Regtest && e.typ == wallet.P2SH {
				want = wallet.Test // the same string
			}
			text := base58.CheckEncode(fill(20), e.version)
			a, err := wallet.Dogecoin.DecodeAny(text)
			if err != nil || a.Network != want || a.Type != e.typ || a.Text != text {
				t.Errorf("DecodeAny(%s) = %+v, %v, want network %s", text, a, err, want)
			}
		}
	}
}

func TestDogecoinOtherNetwork(t *testing.T) {
	for from, list := range dogecoins {
		for _, e := range list {
			for to := range dogecoins {
				_, err := wallet.Dogecoin.Decode(base58.CheckEncode(fill(20), e.version), to)
				if same := from == to || from != wallet.Main && to != wallet.Main && e.typ == wallet.P2SH; same {
					if err != nil {
						t.Errorf("%s of %s on %s: %v", e.typ, from, to, err)
					}
					continue
				}
				var refusal *wallet.Error
				if !errors.As(err, &refusal) || !strings.Contains(err.Error(), string(from)) ||
					!strings.Contains(err.Error(), "one of "+string(to)+" is needed") || !strings.Contains(refusal.Remedy, "begins with") {
					t.Errorf("%s of %s on %s: %v", e.typ, from, to, err)
				}
			}
		}
	}
}

func TestDogecoinRefuses(t *testing.T) {
	p2pkh := base58.CheckEncode(fill(20), 30)
	for _, tt := range []struct {
		name, in string
		reason   string // part of it
		remedy   string
	}{
		{"empty", "", "empty", "give the Dogecoin address"},
		{"a word", "dogecoin", "not a Dogecoin address", "give an address from a Dogecoin wallet; dogecoin-cli getnewaddress makes one"},
		{"litecoin p2pkh", base58.CheckEncode(fill(20), 0x30), "of Litecoin, not of Dogecoin", "Dogecoin wallet"},
		{"litecoin p2sh", base58.CheckEncode(fill(20), 0x32), "of Litecoin or Monacoin, not of Dogecoin", ""},
		{"old litecoin p2sh", base58.CheckEncode(fill(20), 0x05), "of Bitcoin or, in the old form, Litecoin", ""},
		{"litecoin p2sh of test", base58.CheckEncode(fill(20), 0x3a), "of Litecoin's test networks", ""},
		{"litecoin p2wpkh", segwit("ltc", 0, fill(20), bech32.Encode), "of Litecoin, not of Dogecoin", ""},
		{"litecoin p2tr", strings.ToUpper(segwit("ltc", 1, fill(32), bech32m)), "of Litecoin, not", ""},
		{"litecoin segwit cut short", "ltc1qzy3rx3z", "of Litecoin, not", ""},
		{"litecoin segwit of test", segwit("tltc", 0, fill(20), bech32.Encode), "of Litecoin's test network", ""},
		{"litecoin segwit of regtest", segwit("rltc", 0, fill(20), bech32.Encode), "of Litecoin's regtest", ""},
		{"mweb", mweb("ltcmweb"), "of Litecoin, not", ""},
		{"litecoin link", "litecoin:" + p2pkh, "of Litecoin, not", ""},
		{"bitcoin", base58.CheckEncode(fill(20), 0x00), "of Bitcoin or Bitcoin Cash, not of Dogecoin", ""},
		{"bitcoin segwit", segwit("bc", 0, fill(20), bech32.Encode), "of Bitcoin, not", ""},
		{"dash", base58.CheckEncode(fill(20), 0x4c), "of Dash", ""},
		{"unknown version", base58.CheckEncode(fill(20), 0xf0), "not a Dogecoin address, although", ""},
		{"unknown hrp", segwit("doge", 0, fill(20), bech32.Encode), "not a Dogecoin address, although", ""},
		{"21 bytes", base58.CheckEncode(fill(21), 30), "another coin", ""},
		{"link", "dogecoin:" + p2pkh + "?amount=1", "payment link", "the part after dogecoin:"},
		{"extended public key", base58.CheckEncode(extended(2), 0x04), "extended public key", "one address"},
		{"descriptor", "pkh(" + p2pkh + ")", "descriptor", "one address"},
		{"short by one", p2pkh[:33], "has 33 characters, want 34", "copy"},
		{"two wrong", p2pkh[:10] + swapped(p2pkh[10:12]) + p2pkh[12:], "checksum", "copy"},
		{"with 0 and O", p2pkh[:10] + "0O" + p2pkh[12:], "character 11 does not belong", "copy"},
		{"space", p2pkh[:10] + " " + p2pkh[10:], "space", ""},
		{"litecoin p2pkh damaged", "LLnYikT6fYfXQLH2f5DfLCFD41LAa2Ekoo", "not a Dogecoin address", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, network := range []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest} {
				a, err := wallet.Dogecoin.Decode(tt.in, network)
				var refusal *wallet.Error
				if !errors.As(err, &refusal) || a.Script != nil {
					t.Fatalf("Decode(%q, %s) = %+v, %v, want an *Error", tt.in, network, a, err)
				}
				remedy := strings.ReplaceAll(refusal.Remedy, map[wallet.Network]string{
					wallet.Main: "", wallet.Test: " -testnet", wallet.Regtest: " -regtest"}[network], "")
				if !strings.Contains(refusal.Reason, tt.reason) || !strings.Contains(remedy, tt.remedy) {
					t.Errorf("Decode(%q, %s) is refused with %q and %q, want %q and %q in them",
						tt.in, network, refusal.Reason, refusal.Remedy, tt.reason, tt.remedy)
				}
				if all := refusal.Reason + refusal.Remedy; strings.ContainsAny(all, "\r\n") || strings.Contains(all, "litecoin-cli") || hasPlaceholder(all) {
					t.Errorf("Decode(%q) is refused with %q and %q", tt.in, refusal.Reason, refusal.Remedy)
				}
			}
			if _, err := wallet.Dogecoin.DecodeAny(tt.in); err == nil || !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("DecodeAny(%q) = %v, want %q", tt.in, err, tt.reason)
			}
		})
	}
}

func TestDogecoinDecodeNamesTheWrongCharacter(t *testing.T) {
	for _, version := range []byte{30, 22, 113, 111, 196} {
		right := base58.CheckEncode(fill(20), version)
		for i := range len(right) {
			in := right[:i] + "z" + right[i+1:]
			if in == right {
				continue
			}
			_, err := wallet.Dogecoin.DecodeAny(in)
			if err == nil {
				t.Fatalf("DecodeAny(%s) has no error", in)
			}
			if want := fmt.Sprintf("character %d is probably mistyped (%q was", i+1, right[i:i+1]); !strings.Contains(err.Error(), want) {
				t.Errorf("DecodeAny(%s) = %v, want %q", in, err, want)
			}
			if strings.Contains(fmt.Sprintf("%#v", err), right) {
				t.Errorf("%#v gives the corrected address", err)
			}
		}
	}
}

// TestDogecoinNeverRepeatsASecret tries private keys of each network, whole and damaged.
func TestDogecoinNeverRepeatsASecret(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, version := range []byte{158, 241, 239, 0xb0, 0x80} {
		for _, key := range [][]byte{randomBytes(r, 32), append(randomBytes(r, 32), 0x01)} {
			wif := base58.CheckEncode(key, version)
			for _, in := range []string{wif, " " + wif + "\n", damage(r, wif), wif[1:], wif + "z", "dogecoin:" + wif, "D" + wif, "(" + wif + ")"} {
				for _, network := range []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest} {
					_, err := wallet.Dogecoin.Decode(in, network)
					if err == nil {
						t.Fatalf("Decode(%q, %s) has no error", in, network)
					}
					if piece, found := repeated(err, wif, longPiece); found {
						t.Errorf("the error for %q repeats %q: %#v", in, piece, err)
					}
				}
			}
			if _, err := wallet.Dogecoin.DecodeAny(wif); err == nil || !strings.Contains(err.Error(), "private key; it is not repeated") {
				t.Errorf("DecodeAny of a private key of version %d = %v", version, err)
			}
		}
	}
	dgpv := base58.CheckEncode(append([]byte{0xfa, 0xc3, 0x98}, append(make([]byte, 1+4+4+32), append([]byte{0}, fill(32)...)...)...), 0x02)
	if _, err := wallet.Dogecoin.DecodeAny(dgpv); !strings.HasPrefix(dgpv, "dgpv") || err == nil || !strings.Contains(err.Error(), "extended private key; it is not repeated") {
		t.Errorf("DecodeAny of %.4s... = %v", dgpv, err)
	}
}

func TestDogecoinHasNoSegwit(t *testing.T) {
	for _, typ := range []wallet.Type{wallet.P2WPKH, wallet.P2WSH, wallet.P2TR} {
		i := slices.IndexFunc(encodings[wallet.Main], func(e encoding) bool { return e.typ == typ })
		script, err := hex.DecodeString(scriptOf(typ, fill(encodings[wallet.Main][i].size)))
		if err != nil {
			t.Fatal(err)
		}
		if a, ok := wallet.Dogecoin.FromScript(script, wallet.Main); ok {
			t.Errorf("FromScript(%x) = %+v", script, a)
		}
	}
}

func TestCoinNamed(t *testing.T) {
	for name, want := range map[string]bool{"litecoin": true, "dogecoin": true, "": false, "Dogecoin": false, "pepecoin": false} {
		c, ok := wallet.CoinNamed(name)
		if ok != want || ok && string(c) != name {
			t.Errorf("CoinNamed(%q) = %q, %v, want %v", name, c, ok, want)
		}
	}
	unknown := wallet.Coin("pepecoin")
	text := base58.CheckEncode(fill(20), 30)
	var refusal *wallet.Error
	if a, err := unknown.Decode(text, wallet.Main); !errors.As(err, &refusal) {
		t.Errorf("Decode = %+v, %v", a, err)
	}
	if a, err := unknown.DecodeAny(text); !errors.As(err, &refusal) {
		t.Errorf("DecodeAny = %+v, %v", a, err)
	}
	if a, ok := unknown.FromScript(fill(25), wallet.Main); ok {
		t.Errorf("FromScript = %+v", a)
	}
	if _, err := wallet.Dogecoin.Decode(text, "signet"); !errors.As(err, &refusal) {
		t.Errorf("Decode on an unknown network: %v", err)
	}
}
