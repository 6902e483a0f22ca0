package wallet_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/ltcutil/base58"

	"ltcsolo/wallet"
)

func ExampleDecode() {
	a, err := wallet.Decode("LLnYikT6fYfXQLH2f5DfLCFD41LAa2EkoJ", wallet.Main)
	fmt.Println(a.Text, a.Network, a.Type, hex.EncodeToString(a.Script), err)

	_, err = wallet.Decode("LLnYikT6fYfXQLH2f5DfLCFD41LAa2EkoJ", wallet.Regtest)
	fmt.Println(err)
	var refusal *wallet.Error
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Remedy)
	}
	// Output:
	// LLnYikT6fYfXQLH2f5DfLCFD41LAa2EkoJ main p2pkh 76a914112233445566778899aabbccddeeff102132435488ac <nil>
	// this is an address of main, but one of regtest is needed
	// give an address that begins with m, n, Q or rltc1, or choose the network with --network
}

func TestH02Decode(t *testing.T) {
	for network, list := range encodings {
		for _, e := range list {
			hash := fill(e.size)
			text := e.encode(hash)
			t.Run(string(network)+" "+e.name, func(t *testing.T) {
				for _, space := range []string{"", " ", "\r\n\t "} {
					a, err := wallet.Decode(space+text+space, network)
					if err != nil {
						t.Fatalf("Decode(%q) = %v", text, err)
					}
					if a.Text != e.want(hash) || a.Network != network || a.Type != e.typ {
						t.Errorf("Decode(%q) = %s %s %s, want %s %s %s",
							text, a.Text, a.Network, a.Type, e.want(hash), network, e.typ)
					}
					if got, want := hex.EncodeToString(a.Script), scriptOf(e.typ, hash); got != want {
						t.Errorf("Decode(%q) pays %s, want %s", text, got, want)
					}
					if got, want := a.Note != "", e.name == "old p2sh"; got != want {
						t.Errorf("Decode(%q) has the note %q", text, a.Note)
					}
				}
			})
		}
	}
}

func TestDecodeNote(t *testing.T) {
	for network, word := range map[wallet.Network]string{wallet.Main: "M...", wallet.Test: "Q..."} {
		i := slices.IndexFunc(encodings[network], func(e encoding) bool { return e.name == "old p2sh" })
		a, err := wallet.Decode(encodings[network][i].encode(fill(20)), network)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(a.Note, "Bitcoin") || !strings.Contains(a.Note, word) {
			t.Errorf("note on %s is %q, want Bitcoin and %s named", network, a.Note, word)
		}
	}
}

// TestDecodeOtherNetwork decodes each address on each network.
func TestH03DecodeOtherNetwork(t *testing.T) {
	for from, list := range encodings {
		for _, e := range list {
			text := e.encode(fill(e.size))
			for to := range encodings {
				shared := from != wallet.Main && to != wallet.Main &&
					(e.typ == wallet.P2PKH || e.typ == wallet.P2SH)
				_, err := wallet.Decode(text, to)
				if from == to || shared {
					if err != nil {
						t.Errorf("%s of %s on %s: %v", e.name, from, to, err)
					}
					continue
				}
				var refusal *wallet.Error
				if !errors.As(err, &refusal) {
					t.Errorf("%s of %s on %s is accepted", e.name, from, to)
					continue
				}
				if !strings.Contains(err.Error(), "address of "+string(from)) && !strings.Contains(err.Error(), "or "+string(from)) ||
					!strings.Contains(err.Error(), "one of "+string(to)+" is needed") {
					t.Errorf("%s of %s on %s: %q does not name both", e.name, from, to, err)
				}
				if !strings.Contains(refusal.Remedy, "begins with") {
					t.Errorf("%s of %s on %s: remedy %q", e.name, from, to, refusal.Remedy)
				}
			}
		}
	}
}

func TestDecodeAny(t *testing.T) {
	for from, list := range encodings {
		for _, e := range list {
			want := from
			if from == wallet.Regtest && (e.typ == wallet.P2PKH || e.typ == wallet.P2SH) {
				want = wallet.Test // the same string
			}
			text := e.encode(fill(e.size))
			a, err := wallet.DecodeAny(text)
			if err != nil || a.Network != want || hex.EncodeToString(a.Script) != scriptOf(e.typ, fill(e.size)) {
				t.Errorf("DecodeAny(%q) = %+v, %v, want network %s", text, a, err, want)
			}
		}
	}
	if a, err := wallet.DecodeAny(mweb("ltcmweb")); err == nil {
		t.Errorf("DecodeAny of an MWEB address = %+v", a)
	}
}

func TestFromScript(t *testing.T) {
	for network, list := range encodings {
		for _, e := range list {
			script, err := hex.DecodeString(scriptOf(e.typ, fill(e.size)))
			if err != nil {
				t.Fatal(err)
			}
			a, ok := wallet.FromScript(script, network)
			if !ok || a.Text != e.want(fill(e.size)) || a.Type != e.typ || a.Network != network {
				t.Errorf("FromScript(%x, %s) = %+v, %t, want %s", script, network, a, ok, e.want(fill(e.size)))
			}
			script[0] ^= 0xff
			if a.Script[0] == script[0] {
				t.Errorf("FromScript(%s, %s) keeps the caller's slice", e.name, network)
			}
		}
	}
	for _, script := range []string{"", "6a", "5220" + strings.Repeat("11", 32), "0014" + strings.Repeat("11", 19),
		"5114" + strings.Repeat("11", 20), "5920" + strings.Repeat("11", 32), "a914" + strings.Repeat("11", 20) + "88"} {
		b, err := hex.DecodeString(script)
		if err != nil {
			t.Fatal(err)
		}
		if a, ok := wallet.FromScript(b, wallet.Main); ok {
			t.Errorf("FromScript(%s) = %+v", script, a)
		}
	}
	if a, ok := wallet.FromScript(fill(22), "signet"); ok {
		t.Errorf("FromScript on an unknown network = %+v", a)
	}
}

func TestParseNetwork(t *testing.T) {
	for name, want := range map[string]wallet.Network{
		"main": wallet.Main, "test": wallet.Test, "regtest": wallet.Regtest,
		"": "", "Main": "", "mainnet": "", "testnet4": "", "signet": "",
	} {
		got, err := wallet.ParseNetwork(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseNetwork(%q) = %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := wallet.Decode(base58.CheckEncode(fill(20), 0x30), "signet"); err == nil {
		t.Error("Decode on an unknown network has no error")
	}
}

func TestIsAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9": true, "rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs": true,
		"LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9": true, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2": true,
		"DFpN6QqFfUm3gKNaxN6tNcab1FArL9cZLE": true, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4": true,
		"0x52908400098527886E0F7030069857D2E4169EE7": true,
		"": false, "garage": false, "ltc1": false, "bitcoin": false, "x": false, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3": false,
		"ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8": false,
	} {
		if got := wallet.IsAddress(text); got != want {
			t.Errorf("IsAddress(%q) = %v, want %v", text, got, want)
		}
	}
}
