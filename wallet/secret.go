package wallet

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/ltcsuite/ltcd/ltcutil/base58"
)

const (
	minSeedWords = 12 // shortest seed phrase, BIP 39

	// minExtended and maxExtended bound the length in characters of an
	// extended key (82 bytes in Base58), with room for a slip or two.
	minExtended, maxExtended = 105, 115
)

// CheckNoSecret returns an *Error if text is, or may be meant as, a private key. It is for whatever a user types that
// may be shown or published, a sentence in a coinbase too. The error holds no part of text.
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

// secret refuses what is, or may be meant as, a private key. It judges by
// shape as well as by checksum: a mistyped key is one too.
func secret(text string) *Error {
	if isSeed(text) {
		return errSeed
	}
	// Electrum writes the kind of script before the key: "p2wpkh:T...".
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

// secretWithin refuses a text that has a private key somewhere, such as a
// descriptor or a path. A part is judged by its shape where it is long enough
// that nothing else looks like it, and in what may be a descriptor.
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

// secretShape judges letters and digits by their number.
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

// secretPayload judges a Base58Check payload, without the version's first
// byte. The version does not matter: a key of any coin or network is refused.
func secretPayload(text string, payload []byte) *Error {
	const (
		wif        = 32 // a key
		compressed = 33 // a key and 0x01
		encrypted  = 38 // BIP 38, version of two bytes
		extended   = 77 // BIP 32, version of four bytes
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

// isSeed is true for a phrase of lower-case words, as a wallet's backup is.
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

// isProse is true for several words of which one is too short or too long for a seed's: BIP 39's lists in Latin
// letters have words of 3 to 8.
func isProse(text string) bool {
	words := strings.Fields(text)
	return len(words) > 1 && slices.ContainsFunc(words, func(w string) bool { return len(w) < 3 || len(w) > 8 })
}

// isMiniKey is true for a key in the short form that physical coins carry: S
// and 21, 25 or 29 more characters whose hash with "?" begins with a zero.
func isMiniKey(text string) bool {
	switch len(text) {
	case 22, 26, 30:
		hash := sha256.Sum256([]byte(text + "?"))
		return text[0] == 'S' && isBase58(text) && hash[0] == 0
	}
	return false
}

// isExtendedPublic is true for a text that begins like an extended public key:
// xpub, Zpub, Ltub, ttub.
func isExtendedPublic(text string) bool {
	return len(text) > 4 && text[2:4] == "ub"
}

// isHex gives the digits of a text in hex, without a leading 0x.
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
