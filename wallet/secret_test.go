package wallet_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/ltcutil/base58"

	"ltcsolo/wallet"
)

// words has the form of a seed phrase, but is not one.
const words = "legal winner thank year wave sausage worth useful legal winner thank yellow"

func TestDecodeNeverRepeatsASecret(t *testing.T) {
	key := fill(32)
	compressed := append(fill(32), 0x01)
	private := base58.CheckEncode(extended(0x00), 0x04)
	wif := base58.CheckEncode(compressed, 0xb0)
	tests := []struct{ name, in string }{
		{"main", base58.CheckEncode(key, 0xb0)},
		{"main compressed", wif},
		{"test", base58.CheckEncode(key, 0xef)},
		{"test compressed", base58.CheckEncode(compressed, 0xef)},
		{"bitcoin", base58.CheckEncode(key, 0x80)},
		{"bitcoin compressed", base58.CheckEncode(compressed, 0x80)},
		{"dogecoin", base58.CheckEncode(key, 0x9e)},
		{"dogecoin compressed", base58.CheckEncode(compressed, 0x9e)},
		{"unknown version", base58.CheckEncode(key, 0x05)},
		{"version of an address", base58.CheckEncode(key, 0x30)},
		{"with space", " " + wif + "\n"},
		{"with the kind of script", "p2wpkh:" + wif},
		{"damaged", wif[:20] + "x" + wif[21:]},
		{"with an O", wif[:20] + "O" + wif[21:]},
		{"short by one", wif[:len(wif)-1]},
		{"long by one", wif + "z"},
		{"hex", hex.EncodeToString(key)},
		{"hex upper case", strings.ToUpper(hex.EncodeToString(key))},
		{"hex 0x", "0x" + hex.EncodeToString(key)},
		{"hex seed", hex.EncodeToString(fill(64))},
		{"xprv", private},
		{"xprv damaged", private[:50] + "z" + private[51:]},
		{"Ltpv", "Ltpv71Q8zLm" + strings.Repeat("Kx9", 33)},
		{"BIP 38", base58.CheckEncode(append([]byte{0x42}, fill(37)...), 0x01)},
		{"BIP 38 damaged", "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2Zoxg"},
		{"mini key", miniKey(t)},
		{"seed words", words},
		{"seed words upper case", strings.ToUpper(words)},
		{"24 seed words", words + " " + words},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := refuse(t, tt.in)
			if !strings.Contains(got.Reason, "not repeated here") {
				t.Errorf("reason is %q, want that of a secret", got.Reason)
			}
			if piece, found := repeated(got, tt.in, shortPiece); found {
				t.Errorf("the error repeats %q: %#v", piece, got)
			}
		})
	}
}

// TestDecodeNeverRepeatsADamagedSecret damages keys as typing and copying do.
// Whatever they are then taken for, no part is repeated.
func TestDecodeNeverRepeatsADamagedSecret(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		wif := randomWIF(r)
		i := r.IntN(len(wif))
		for _, in := range []string{
			wif[:i] + wif[i+1:], wif[:i] + " " + wif[i:], wif[:i] + wif[i:] + wif, wif[i:], wif[:i],
			damage(r, wif), "ltc1" + wif, "L" + wif, wif + "\x00", "é" + wif, "(" + wif + ")",
			strings.ToLower(wif), strings.ToUpper(wif), "litecoin:" + wif, "0x" + wif,
		} {
			for _, network := range []wallet.Network{wallet.Main, wallet.Regtest} {
				_, err := wallet.Decode(in, network)
				if err == nil {
					t.Fatalf("Decode(%q) has no error", in)
				}
				if piece, found := repeated(err, in, longPiece); found {
					t.Errorf("the error for %q repeats %q: %#v", in, piece, err)
				}
			}
		}
	}
}

// shortPiece and longPiece are the number of consecutive characters of a secret
// that an error must not hold: few if the secret is fixed, more if it is random
// and may happen to hold part of an English word.
const shortPiece, longPiece = 6, 10

// repeated looks in all printed forms of err for n consecutive characters of
// secret.
func repeated(err error, secret string, n int) (piece string, found bool) {
	printed := fmt.Sprintf("%v %+v %#v %q", err, err, err, err)
	if e, ok := err.(*wallet.Error); ok {
		printed += fmt.Sprintf(" %#v %s", *e, e.Remedy)
	}
	printed = strings.ToLower(printed)
	secret = strings.ToLower(strings.TrimPrefix(secret, "litecoin:"))
	for i := 0; i+n <= len(secret); i++ {
		if strings.Contains(printed, secret[i:i+n]) {
			return secret[i : i+n], true
		}
	}
	return "", false
}

// randomWIF returns a private key of some coin in wallet import format.
func randomWIF(r *rand.Rand) string {
	versions := []byte{0xb0, 0xef, 0x80, 0x9e}
	key := randomBytes(r, 32)
	if r.IntN(2) == 0 {
		key = append(key, 0x01)
	}
	return base58.CheckEncode(key, versions[r.IntN(len(versions))])
}

// miniKey returns a private key in the short form of physical coins.
func miniKey(t *testing.T) string {
	for i := range 100000 {
		key := fmt.Sprintf("S6c56bnXQiBjk9mqSYE7ykVQ%06d", i)
		key = strings.ReplaceAll(key, "0", "z")
		if hash := sha256.Sum256([]byte(key + "?")); hash[0] == 0 {
			return key
		}
	}
	t.Fatal("no mini key found")
	return ""
}

func TestCheckNoSecret(t *testing.T) {
	for _, tt := range []struct {
		text   string
		secret bool
	}{
		{"/ltcsolo/", false},
		{"/home/me/.litecoin", false},
		{"a text of more than a dozen words in lower case is no seed, as some of them are short", false},
		{words, true},
		{hex.EncodeToString(fill(32)), true},
	} {
		err := wallet.CheckNoSecret(tt.text)
		if (err != nil) != tt.secret {
			t.Errorf("CheckNoSecret(%q) = %v, want a refusal: %v", tt.text, err, tt.secret)
		}
		if err != nil && strings.Contains(err.Error(), tt.text[:6]) {
			t.Errorf("the refusal repeats the secret: %v", err)
		}
	}
}
