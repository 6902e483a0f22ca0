package wallet

import "strings"

// coinOfVersion maps Base58Check versions to the coins that use them. It is
// asked for what the wanted coin does not use: versions that Litecoin shares
// with other coins (Bitcoin's test networks, Monacoin's M...) cannot be told
// apart there.
var coinOfVersion = map[byte]string{
	0x00: "Bitcoin or Bitcoin Cash",
	0x05: "Bitcoin or, in the old form, Litecoin",
	0x0d: "Namecoin",
	0x10: "Dash",
	0x16: "Dogecoin",
	0x1e: "Dogecoin or DigiByte",
	0x30: "Litecoin",
	0x32: "Litecoin or Monacoin",
	0x34: "Namecoin",
	0x37: "Peercoin or Monacoin",
	0x3a: "Litecoin's test networks",
	0x3c: "Ravencoin",
	0x3f: "DigiByte",
	0x41: "Tron",
	0x47: "Vertcoin",
	0x4c: "Dash",
	0x71: "Dogecoin's test network",
	0x75: "Peercoin",
	0x7a: "Ravencoin",
	0x8c: "Dash's test network",
}

// coinOfHRP maps the human-readable part of a bech32 address to its coin.
var coinOfHRP = map[string]string{
	"bc":   "Bitcoin",
	"tb":   "Bitcoin's test networks",
	"bcrt": "Bitcoin's regtest",
	"dgb":  "DigiByte",
	"grs":  "Groestlcoin",
	"mona": "Monacoin",
	"nc":   "Namecoin",
	"vtc":  "Vertcoin",
	"zs":   "Zcash",
	"addr": "Cardano",

	"ltc":     "Litecoin",
	"tltc":    "Litecoin's test network",
	"rltc":    "Litecoin's regtest",
	"ltcmweb": "Litecoin",
	"tmweb":   "Litecoin's test networks",
}

// coinOfScheme maps the scheme before an address to its coin.
var coinOfScheme = map[string]string{
	"bitcoin":     "Bitcoin",
	"bitcoincash": "Bitcoin Cash",
	"bchtest":     "Bitcoin Cash's test network",
	"litecoin":    "Litecoin",
	"dogecoin":    "Dogecoin",
	"dash":        "Dash",
	"ethereum":    "Ethereum",
}

// IsAddress reports whether a text is an address, of any network of Litecoin or of another coin, whether or not a block
// can pay it.
func IsAddress(text string) bool {
	switch _, refusal := Litecoin.lookUp().parse(text); refusal {
	case nil, errMWEB, errForeignBase58, errForeignBech32:
		return true
	default:
		return strings.HasPrefix(refusal.Reason, otherCoinReason)
	}
}

// notAddress refuses texts whose characters alone show that they are not
// addresses.
func (c *coin) notAddress(text string) *Error {
	for i, c := range []byte(text) {
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			return errSpace
		case c < ' ' || c == 0x7f:
			return badCharacter(i+1, "it is a control character")
		case c > 0x7f:
			return badCharacter(i+1, "it is not plain ASCII, though it may look like it")
		}
	}
	if scheme, _, ok := strings.Cut(strings.ToLower(text), ":"); ok {
		if scheme == string(c.name) {
			return errURI
		}
		if other, ok := coinOfScheme[scheme]; ok {
			return otherCoin(other)
		}
	}
	if strings.ContainsAny(text, "()[]") {
		return c.watchOnly(errDescriptor)
	}
	if len(text) >= minExtended && isExtendedPublic(text) && isBase58(text) {
		return c.watchOnly(errExtendedPublic)
	}
	return hexRefusal(text)
}

// hexRefusal refuses hex that is longer than any Base58 address.
func hexRefusal(text string) *Error {
	digits, ok := isHex(text)
	if !ok || len(digits) <= maxBase58 {
		return nil
	}
	switch head := digits[:2]; {
	case len(digits) == 40 && strings.HasPrefix(strings.ToLower(text), "0x"):
		return otherCoin("Ethereum")
	case len(digits) == 66 && (head == "02" || head == "03"), len(digits) == 130 && head == "04":
		return errPublicKey
	}
	return errHex
}
