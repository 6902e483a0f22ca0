package wallet

import "strings"

const (
	// Base58 addresses have 34 characters, except that P2SH addresses of the
	// version 0xc4, 2..., have 35. They are 25 bytes: version, hash and checksum.
	// A higher version makes a longer number.
	lenBase58 = 34
	maxBase58 = 35

	hashSize       = 20
	base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
)

// parseBase58 returns the output of a Base58Check text with a correct checksum.
func (c *coin) parseBase58(version byte, payload []byte) (output, *Error) {
	if len(payload) != hashSize {
		// Zcash has versions of two bytes: 0x1cb8 (t1) and 0x1cbd (t3).
		if version == 0x1c && len(payload) == hashSize+1 && (payload[0] == 0xb8 || payload[0] == 0xbd) {
			return output{}, otherCoin("Zcash")
		}
		return output{}, errForeignBase58
	}
	var out output
	for _, p := range c.networks {
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
	if other, ok := coinOfVersion[version]; ok {
		return output{}, otherCoin(other)
	}
	return output{}, errForeignBase58
}

// oldP2SHNote warns of the old prefix, which Bitcoin uses too.
func oldP2SHNote(n Network) string {
	if n == Main {
		return "a 3... address may also be Bitcoin's: make sure that it is from a Litecoin wallet (today it is written as the M... address shown)"
	}
	return "a 2... address may also be of Bitcoin's test networks: make sure that it is from a Litecoin wallet (today it is written as the Q... address shown)"
}

func isBase58(text string) bool {
	return strings.Trim(text, base58Alphabet) == ""
}
