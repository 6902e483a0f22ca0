package wallet_test

import (
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/ltcsuite/ltcd/ltcutil/base58"

	"ltcsolo/wallet"
)

// FuzzDecode checks any text for each coin: nothing panics; an accepted address
// has one of five scripts, and its Text decodes to the same address; a refusal
// has a reason; and no error contains a private key that is anywhere in the
// text.
func FuzzDecode(f *testing.F) {
	for _, list := range encodings {
		for _, e := range list {
			f.Add(e.encode(fill(e.size)))
		}
	}
	for _, list := range dogecoins {
		for _, e := range list {
			f.Add(base58.CheckEncode(fill(20), e.version))
		}
	}
	for _, s := range []string{"", " ", "1", "ltc1", mweb("ltcmweb"), "bc1q", "xpub", "6P", "é", "0x00", words,
		base58.CheckEncode(fill(32), 0xb0), base58.CheckEncode(extended(0), 4), "S6c56bnXQiBjk9mqSYE7yk", "litecoin:ltc1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, coin := range []wallet.Coin{wallet.Litecoin, wallet.Dogecoin} {
			checkDecode(t, coin, text)
			checkNoKey(t, coin, text)
		}
	})
}

func checkDecode(t *testing.T, coin wallet.Coin, text string) {
	for _, network := range []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest} {
		a, err := coin.Decode(text, network)
		if err != nil {
			var refusal *wallet.Error
			if !errors.As(err, &refusal) || refusal.Reason == "" || refusal.Remedy == "" {
				t.Fatalf("Decode(%q, %s) is refused with %#v", text, network, err)
			}
			continue
		}
		if !isPayable(a.Script) {
			t.Fatalf("Decode(%q, %s) pays %x", text, network, a.Script)
		}
		again, err := coin.Decode(a.Text, network)
		if err != nil || again.Text != a.Text || string(again.Script) != string(a.Script) {
			t.Fatalf("Decode(%q) = %+v, and then %+v, %v", text, a, again, err)
		}
	}
}

func checkNoKey(t *testing.T, coin wallet.Coin, text string) {
	key := sha256.Sum256([]byte(text))
	wif := base58.CheckEncode(key[:], 0xb0)
	for _, in := range []string{wif, text + wif, wif + text, text[:len(text)/2] + wif + text[len(text)/2:]} {
		_, err := coin.DecodeAny(in)
		if err == nil {
			t.Fatalf("DecodeAny(%q) has no error", in)
		}
		if piece, found := repeated(err, wif, longPiece); found {
			t.Fatalf("the error for %q repeats %q: %#v", in, piece, err)
		}
	}
}

// FuzzParseDescriptor looks for a descriptor whose String does not parse to the
// same descriptor.
func FuzzParseDescriptor(f *testing.F) {
	for _, text := range []string{
		zpub84, "wpkh([73c5da0a/84h/2'/0H]" + zpub84 + "/0/*)", "sh(wpkh(" + ypub49 + "/*))", "tr(" + xpub86 + "/0/*)", "pkh(" + xpub44 + "/<0;1>/*)#",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := wallet.ParseAnyDescriptor(text)
		if err != nil {
			return
		}
		again, err := wallet.ParseDescriptor(d.String(), d.Network())
		if err != nil || again.String() != d.String() {
			t.Errorf("ParseDescriptor(%q) = %v, %v", d, again, err)
		}
	})
}
