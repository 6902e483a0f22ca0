package wallet

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/ltcsuite/ltcd/ltcutil/base58"
)

const (
	minSeedWords = 12 // in the shortest seed phrase, BIP 39

	// minExtended and maxExtended bound the length in characters of an
	// extended key (82 bytes in Base58), allowing for a few typing errors.
	minExtended, maxExtended = 105, 115
)

// CheckNoSecret returns an *Error if text is, or may be meant as, a private
// key. It is for user input that may be shown or published, such as the tag in
// the coinbase. The error holds no part of text.
func CheckNoSecret(text string) error {
	refusal := secretWithin(text)
	if refusal == nil && !isProse(text) {
		refusal = secret(text)
	}
	if refusal != nil {
		return refusal
	}
	return nil
}

// secret refuses a text that is, or may be meant as, a private key. It goes by
// shape as well as by checksum: a mistyped key is a secret too.
func secret(text string) *Error {
	if isSeed(text) {
		return errSeed
	}
	// Electrum puts the kind of script before the key: "p2wpkh:T...".
	key := text[strings.LastIndexByte(text, ':')+1:]
	if digits, ok := isHex(key); ok && (len(digits) == 64 || len(digits) == 128) {
		return errHexKey
	}
	if payload, _, err := base58.CheckDecode(key); err == nil {
		if refusal := secretPayload(key, payload); refusal != nil {
			return refusal
		}
	}
	if !isAlphanumeric(key) {
		return secretWithin(text)
	}
	if isMiniKey(key) {
		return errPrivateKey
	}
	return secretShape(key)
}

// secretWithin refuses a text that contains a private key, such as a descriptor
// or a path. It goes by the shape of a part only if the part is so long that
// nothing else looks like it, or if the text may be a descriptor.
func secretWithin(text string) *Error {
	descriptor := strings.ContainsAny(text, "([*")
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return c > 0x7f || !isAlphanumeric(string(c)) }) {
		if payload, _, err := base58.CheckDecode(part); err == nil {
			if refusal := secretPayload(part, payload); refusal != nil {
				return refusal
			}
		}
		if descriptor || len(part) >= minExtended {
			if refusal := secretShape(part); refusal != nil {
				return refusal
			}
		}
	}
	return nil
}

// secretShape refuses letters and digits that have the length of a key.
func secretShape(key string) *Error {
	mixed := key != strings.ToLower(key) && key != strings.ToUpper(key)
	switch n := len(key); {
	case n >= 56 && n <= 60 && strings.HasPrefix(key, "6P"):
		return errPrivateKey
	case mixed && n >= 50 && n <= 53:
		return errPrivateKey
	case mixed && n >= minExtended && n <= maxExtended && !isExtendedPublic(key):
		if _, ok := knownHRP(key); ok { // an MWEB address in mixed case
			return nil
		}
		return errExtendedKey
	}
	return nil
}

// secretPayload refuses a Base58Check payload, without the version's first
// byte, that has the length of a key. It ignores the version: a key of any
// coin or network is refused.
func secretPayload(text string, payload []byte) *Error {
	const (
		wif        = 32 // key
		compressed = 33 // key and 0x01
		encrypted  = 38 // BIP 38, two bytes of version
		extended   = 77 // BIP 32, four bytes of version
		keyAt      = 44 // 0x00 and a private key, or a public key
	)
	switch len(payload) {
	case wif, compressed:
		return errPrivateKey
	case encrypted:
		return errPrivateKey
	case extended:
		if payload[keyAt] == 0 {
			return errExtendedKey
		}
	}
	return nil
}

// isSeed reports whether text may be a seed phrase: at least minSeedWords words
// of letters.
func isSeed(text string) bool {
	words := strings.Fields(strings.ToLower(text))
	if len(words) < minSeedWords {
		return false
	}
	for _, w := range words {
		if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz,") != "" {
			return false
		}
	}
	return true
}

// isProse reports whether text is several words of which one is too short or too
// long for a seed phrase: BIP 39's words in Latin letters have 3 to 8 letters.
func isProse(text string) bool {
	words := strings.Fields(text)
	return len(words) > 1 && slices.ContainsFunc(words, func(w string) bool { return len(w) < 3 || len(w) > 8 })
}

// isMiniKey reports whether text is a private key in the short form of physical
// coins: S and 21, 25 or 29 more characters, whose hash with "?" appended
// begins with a zero byte.
func isMiniKey(text string) bool {
	switch len(text) {
	case 22, 26, 30:
		hash := sha256.Sum256([]byte(text + "?"))
		return text[0] == 'S' && isBase58(text) && hash[0] == 0
	}
	return false
}

// isExtendedPublic reports whether text begins like an extended public key:
// xpub, Zpub, Ltub, ttub.
func isExtendedPublic(text string) bool {
	return len(text) > 4 && text[2:4] == "ub"
}

// isHex returns the digits of a text in hex, in lower case and without a leading
// 0x, and whether it is hex.
func isHex(text string) (digits string, ok bool) {
	digits = strings.ToLower(text)
	digits = strings.TrimPrefix(digits, "0x")
	return digits, digits != "" && strings.Trim(digits, "0123456789abcdef") == ""
}

func isAlphanumeric(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return text != ""
}
