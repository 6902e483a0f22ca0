package wallet_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/v2/hdkeychain"
	"github.com/ltcsuite/ltcd/ltcutil/base58"

	"ltcsolo/wallet"
)

// Keys of the test vectors in SLIP-132 and BIP 86, with Litecoin's versions
// from SLIP-132.
const (
	xpub44 = "xpub6BosfCnifzxcFwrSzQiqu2DBVTshkCXacvNsWGYJVVhhawA7d4R5WSWGFNbi8Aw6ZRc1brxMyWMzG3DSSSSoekkudhUd9yLb6qx39T9nMdj"
	ypub49 = "ypub6Ww3ibxVfGzLrAH1PNcjyAWenMTbbAosGNB6VvmSEgytSER9azLDWCxoJwW7Ke7icmizBMXrzBx9979FfaHxHcrArf3zbeJJJUZPf663zsP"
	zpub84 = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs"
	xpub86 = "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ"
)

// versions are the first bytes of extended keys, SLIP-132.
var versions = map[string]uint32{
	"xpub": 0x0488b21e, "ypub": 0x049d7cb2, "zpub": 0x04b24746, "Ypub": 0x0295b43f, "Zpub": 0x02aa7ed3,
	"Ltub": 0x019da462, "Mtub": 0x01b26ef6, "tpub": 0x043587cf, "upub": 0x044a5262, "vpub": 0x045f1cf6,
	"Upub": 0x024289ef, "Vpub": 0x02575483, "ttub": 0x0436f6e1, "vertcoin": 0x0488b21f,
	"xprv": 0x0488ade4, "yprv": 0x049d7878, "zprv": 0x04b2430c, "Ltpv": 0x019d9cfe, "Mtpv": 0x01b26792,
	"tprv": 0x04358394, "uprv": 0x044a4e28, "vprv": 0x045f18bc, "ttpv": 0x0436ef7d,
}

// as is an extended key with another prefix.
func as(prefix, key string) string {
	raw := base58.Decode(key)
	v := versions[prefix]
	return base58.CheckEncode(append([]byte{byte(v >> 16), byte(v >> 8), byte(v)}, raw[4:78]...), byte(v>>24))
}

func TestDescriptorVectors(t *testing.T) {
	p2pkh, _ := hex.DecodeString("76a914d986ed01b7a22225a70edbf2ba7cfb63a15cb3aa88ac")
	p2sh := append(append([]byte{0xa9, 0x14}, base58.Decode("37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf")[1:21]...), 0x87)
	p2wpkh, _ := hex.DecodeString("0014c0cebcd6c3d3ca8c75dc5ec62ebe55330ef910e2")
	p2tr := []string{
		"5120a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
		"5120a82f29944d65b86ae6b5e5cc75e294ead6c59391a1edc5e016e3498c67fc7bbb",
		"5120882d74e5d0572d5a816cef0041a96b6c1de832f6f9676d9605c44d5e9a97d3dc",
	}
	tests := []struct {
		name, in string
		index    uint32
		want     string
	}{
		{"BIP 44", "pkh(" + xpub44 + "/0/*)", 0, hex.EncodeToString(p2pkh)},
		{"BIP 49", "sh(wpkh(" + ypub49 + "/0/*))", 0, hex.EncodeToString(p2sh)},
		{"BIP 49, key alone", ypub49, 0, hex.EncodeToString(p2sh)},
		{"BIP 49, Litecoin's prefix", as("Mtub", ypub49), 0, hex.EncodeToString(p2sh)},
		{"BIP 84", "wpkh(" + zpub84 + "/0/*)", 0, hex.EncodeToString(p2wpkh)},
		{"BIP 84, key alone", " " + zpub84 + "\n", 0, hex.EncodeToString(p2wpkh)},
		{"BIP 84, Litecoin's prefix", "wpkh([73c5da0a/84h/2'/0H]" + as("Ltub", zpub84) + "/0/*)", 0, hex.EncodeToString(p2wpkh)},
		{"BIP 86, first", "tr(" + xpub86 + "/0/*)", 0, p2tr[0]},
		{"BIP 86, second", "tr([73c5da0a/86h/0h/0h]" + xpub86 + "/0/*)", 1, p2tr[1]},
		{"BIP 86, change", "tr(" + as("Ltub", xpub86) + "/1/*)", 0, p2tr[2]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := wallet.ParseDescriptor(tt.in, wallet.Main)
			if err != nil {
				t.Fatal(err)
			}
			a, err := d.Address(tt.index)
			if err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(a.Script); got != tt.want || a.Type != d.Type() || a.Network != wallet.Main {
				t.Errorf("address %d of %s pays %s, want %s", tt.index, d, got, tt.want)
			}
			again, err := wallet.ParseAnyDescriptor(d.String())
			if err != nil || again.String() != d.String() || again.Network() != wallet.Main {
				t.Errorf("ParseAnyDescriptor(%q) = %v, %v", d, again, err)
			}
		})
	}
}

// keyOf returns a fresh account's extended public key with that prefix.
func keyOf(t *testing.T, r *rand.Rand, prefix string) string {
	t.Helper()
	key := hdkeychain.NewExtendedKey([]byte{0x04, 0x88, 0xad, 0xe4}, randomBytes(r, 32), randomBytes(r, 32), []byte{1, 2, 3, 4}, 2, 0, true)
	account, err := key.Derive(hdkeychain.HardenedKeyStart + r.Uint32N(10))
	if err != nil {
		t.Fatal(err)
	}
	public, err := account.Neuter()
	if err != nil {
		t.Fatal(err)
	}
	return as(prefix, public.String())
}

// TestDescriptorAgreesWithLitecoind compares with deriveaddresses and
// getdescriptorinfo, for all prefixes and all forms that this litecoind knows
// (it has no tr).
func TestDescriptorAgreesWithLitecoind(t *testing.T) {
	forms := map[string][]string{
		"pkh(%s)":      {"xpub", "Ltub", "tpub", "ttub"},
		"wpkh(%s)":     {"xpub", "Ltub", "zpub", "tpub", "ttub", "vpub"},
		"sh(wpkh(%s))": {"xpub", "Ltub", "ypub", "Mtub", "tpub", "ttub", "upub"},
	}
	for _, network := range []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest} {
		t.Run(string(network), func(t *testing.T) {
			t.Parallel()
			node := startLitecoind(t, network)
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 0))
			const count = 20
			var descriptors []*wallet.Descriptor
			var infos, derive []call
			var firsts []uint32
			for form, prefixes := range forms {
				for _, prefix := range prefixes {
					if slices.Contains([]string{"t", "u", "v"}, prefix[:1]) == (network == wallet.Main) {
						continue
					}
					for _, key := range []string{
						"%s/0/*", "%s/*", "%s/1/2/3/*", "[d34db33f/84h/2'/0h]%s/0/*", "[0000abcd]%s/2147483647/*", "[73c5da0a/0/1h]%s/0/*",
					} {
						text := fmt.Sprintf(form, fmt.Sprintf(key, keyOf(t, r, prefix)))
						d, err := wallet.ParseDescriptor(text, network)
						if err != nil {
							t.Fatalf("ParseDescriptor(%q): %v", text, err)
						}
						for _, first := range []uint32{0, wallet.MaxIndex - count + 1, r.Uint32N(wallet.MaxIndex - count)} {
							descriptors, firsts = append(descriptors, d), append(firsts, first)
							infos = append(infos, call{"getdescriptorinfo", []any{d.String()}})
							derive = append(derive, call{"deriveaddresses", []any{d.String(), []uint32{first, first + count - 1}}})
						}
					}
				}
			}
			known, err := batch[struct {
				Checksum string
				Private  bool `json:"hasprivatekeys"`
			}](node, infos)
			if err != nil {
				t.Fatal(err)
			}
			lists, err := batch[[]string](node, derive)
			if err != nil {
				t.Fatal(err)
			}
			for i, d := range descriptors {
				if !strings.HasSuffix(d.String(), "#"+known[i].Checksum) || known[i].Private {
					t.Errorf("%s: the node says that the checksum is %s", d, known[i].Checksum)
				}
				for k, want := range lists[i] {
					if a, err := d.Address(firsts[i] + uint32(k)); err != nil || a.Text != want {
						t.Errorf("address %d of %s is %s, %v; the node says %s", firsts[i]+uint32(k), d, a.Text, err, want)
					}
				}
			}
			t.Logf("%d addresses compared", len(descriptors)*count)
		})
	}
}

func TestParseDescriptorRefuses(t *testing.T) {
	tpub, ltub := as("tpub", zpub84), as("Ltub", zpub84)
	long := "[d34db33f" + strings.Repeat("/1", 200) + "]"
	tests := []struct {
		name, in, want string
	}{
		{"empty", " ", "empty"},
		{"too long", long + long, "too long"},
		{"an address", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", "no extended public key"},
		{"one key", "wpkh(02a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd)", "key of one address"},
		{"no children", "wpkh(" + zpub84 + ")", "one address only"},
		{"no children, with path", "wpkh(" + zpub84 + "/0/0)", "one address only"},
		{"hardened children", "wpkh(" + zpub84 + "/0/*h)", "hardened steps"},
		{"hardened path", "wpkh(" + zpub84 + "/0'/*)", "hardened steps"},
		{"two chains", "wpkh(" + zpub84 + "/<0;1>/*)", "several chains"},
		{"script tree", "tr(" + xpub86 + "/0/*,pk(" + xpub86 + "/1/*))", "with scripts"},
		{"multisig", "wsh(multi(1," + xpub86 + "/0/*))", "not a descriptor that blocks can pay"},
		{"multisig key", "wpkh(" + as("Zpub", zpub84) + "/0/*)", "several keys"},
		{"combo", "combo(" + xpub86 + "/0/*)", "not a descriptor that blocks can pay"},
		{"address function", "addr(ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9)", "not a descriptor that blocks can pay"},
		{"zpub in pkh", "pkh(" + zpub84 + "/0/*)", "begins with zpub is from a wallet with addresses of wpkh(...), not pkh(...)"},
		{"Mtub in wpkh", "wpkh(" + as("Mtub", ypub49) + "/0/*)", "addresses of sh(wpkh(...)), not wpkh(...)"},
		{"xpub alone", xpub44, "does not say which kind of addresses"},
		{"Ltub alone", ltub, "does not say which kind of addresses"},
		{"chain alone", deeper(t, zpub84), "4 steps below"},
		{"key and path", zpub84 + "/0/*", "not a descriptor that blocks can pay"},
		{"another network", "wpkh(" + tpub + "/0/*)", "a key of test or regtest, but one of main is needed"},
		{"another coin", "wpkh(" + as("vertcoin", zpub84) + "/0/*)", "of another coin"},
		{"damaged key", "wpkh(" + zpub84[:50] + "z" + zpub84[51:] + "/0/*)", "checksum of the extended public key"},
		{"damaged checksum", "wpkh(" + zpub84 + "/0/*)#00000000", "descriptor's checksum is wrong"},
		{"empty checksum", "wpkh(" + zpub84 + "/0/*)#", "descriptor's checksum is wrong"},
		{"step too far", "wpkh(" + zpub84 + "/2147483648/*)", "above 2147483647"},
		{"origin too far", "wpkh([d34db33f/2147483648h]" + zpub84 + "/*)", "above 2147483647"},
		{"number out of bounds", "wpkh(" + zpub84 + "/99999999999999999999/*)", "above 2147483647"},
		{"too deep", "wpkh(" + deepest(t) + "/*)", "too deep"},
		{"wildcard in origin", "wpkh([d34db33f/*]" + zpub84 + "/*)", "does not hold one extended public key"},
		{"wildcard within", "wpkh(" + zpub84 + "/*/0)", "does not hold one extended public key"},
		{"short fingerprint", "wpkh([d34db33]" + zpub84 + "/*)", "does not hold one extended public key"},
		{"slash at the end of the origin", "wpkh([d34db33f/]" + zpub84 + "/*)", "does not hold one extended public key"},
		{"two origins", "wpkh([d34db33f][d34db33f]" + zpub84 + "/*)", "does not hold one extended public key"},
		{"missing bracket", "wpkh(" + zpub84 + "/0/*", "does not hold one extended public key"},
		{"brackets too many", "wpkh(" + zpub84 + "/0/*))", "does not hold one extended public key"},
		{"space", "wpkh( " + zpub84 + "/0/*)", "does not hold one extended public key"},
		{"not ASCII", "wpkh(é" + zpub84 + "/0/*)", "that no descriptor may have"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := wallet.ParseDescriptor(tt.in, wallet.Main)
			if err == nil {
				t.Fatalf("ParseDescriptor(%q) = %s, want an error", tt.in, d)
			}
			refusal, ok := err.(*wallet.Error)
			if !ok || !strings.Contains(refusal.Reason, tt.want) || refusal.Remedy == "" {
				t.Errorf("ParseDescriptor(%q): %#v, want one with %q", tt.in, err, tt.want)
			}
			if piece, found := repeated(err, zpub84, shortPiece); found {
				t.Errorf("the error repeats %q: %v", piece, err)
			}
		})
	}
}

// deeper returns the first child of an extended public key.
func deeper(t *testing.T, key string) string {
	t.Helper()
	k, err := hdkeychain.NewKeyFromString(key)
	if err != nil {
		t.Fatal(err)
	}
	if k, err = k.Derive(0); err != nil {
		t.Fatal(err)
	}
	return k.String()
}

// deepest returns a key that is too deep to have children.
func deepest(t *testing.T) string {
	t.Helper()
	raw := base58.Decode(zpub84)
	raw[4] = 255
	return base58.CheckEncode(raw[1:78], raw[0])
}

// A private key is refused wherever it is in the text, and not repeated.
func TestDescriptorNeverRepeatsASecret(t *testing.T) {
	private := func(prefix string) string {
		v := versions[prefix]
		return base58.CheckEncode(slices.Concat([]byte{byte(v >> 16), byte(v >> 8), byte(v)}, extended(0)[3:]), byte(v>>24))
	}
	wif := base58.CheckEncode(append(fill(32), 0x01), 0xb0)
	keys := []string{wif, wif[:20] + "x" + wif[21:]}
	for prefix := range versions {
		if strings.HasSuffix(prefix, "prv") || strings.HasSuffix(prefix, "tpv") {
			key := private(prefix)
			keys = append(keys, key, key[:60]+"z"+key[61:])
		}
	}
	for _, key := range keys {
		for _, form := range []string{
			"%s", "%s/0/*", "pkh(%s/0/*)", "wpkh([d34db33f/84h/2h/0h]%s/0/*)", "sh(wpkh(%s))", "tr(%s/0/*)#00000000", "wsh(multi(1,%s))", "(%s", "[%s]",
		} {
			text := fmt.Sprintf(form, key)
			_, err := wallet.ParseDescriptor(text, wallet.Main)
			if err == nil {
				t.Fatalf("ParseDescriptor(%q) has no error", text)
			}
			for _, err := range []error{err, wallet.CheckNoSecret(text)} {
				if err == nil && strings.Contains(form, "(") {
					t.Errorf("CheckNoSecret(%q) has no error", text)
				} else if err != nil && !strings.Contains(err.Error(), "not repeated here") {
					t.Errorf("%q: reason is %q, want that of a secret", text, err)
				}
				if piece, found := repeated(err, key, longPiece); err != nil && found {
					t.Errorf("the error for %q repeats %q: %v", text, piece, err)
				}
			}
		}
	}
}
