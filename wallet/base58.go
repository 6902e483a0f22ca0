package wallet

import "strings"

const (
	// Every Base58 address of Litecoin has 34 characters, but for the old P2SH
	// form of test and regtest, 2..., which has 35: 25 bytes are version, hash
	// and checksum, and a higher version makes a longer number.
	lenBase58 = 34
	maxBase58 = 35

	hashSize       = 20
	base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
)

// parseBase58 says what a Base58Check text with a correct checksum pays.
func parseBase58(version byte, payload []byte) (output, *Error) {
	if len(payload) != hashSize {
		// Zcash has versions of two bytes: 0x1cb8 (t1) and 0x1cbd (t3).
		if version == 0x1c && len(payload) == hashSize+1 && (payload[0] == 0xb8 || payload[0] == 0xbd) {
			return output{}, otherCoin("Zcash")
		}
		return output{}, errForeignBase58
	}
	var out output
	for _, p := range networks {
		switch version {
		case p.p2pkh:
			out.script = P2PKH.script(payload)
		case p.p2sh:
			out.script = P2SH.script(payload)
		case p.oldP2SH:
			out.script = P2SH.script(payload)
			out.note = oldP2SHNote(p.network)
		default:
			continue
		}
		out.networks = append(out.networks, p.network)
	}
	if out.networks != nil {
		return out, nil
	}
	if coin, ok := coinOfVersion[version]; ok {
		return output{}, otherCoin(coin)
	}
	return output{}, errForeignBase58
}

// oldP2SHNote warns of the prefix that Litecoin once shared with Bitcoin.
func oldP2SHNote(n Network) string {
	if n == Main {
		return "a 3... address may also be Bitcoin's: make sure that it is from a Litecoin wallet (today it is written as the M... address shown)"
	}
	return "a 2... address may also be of Bitcoin's test networks: make sure that it is from a Litecoin wallet (today it is written as the Q... address shown)"
}

func isBase58(text string) bool {
	return strings.Trim(text, base58Alphabet) == ""
}
