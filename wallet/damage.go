package wallet

import (
	"fmt"
	"strings"

	"github.com/ltcsuite/ltcd/ltcutil/base58"
	"github.com/ltcsuite/ltcd/ltcutil/bech32"
)

// damagedSegwit says what is wrong with a text that begins like a segwit
// address of the coin.
func (c *coin) damagedSegwit(text, hrp string) *Error {
	lower := strings.ToLower(text)
	if fix := repair(lower, len(hrp)+1, bech32Alphabet, c.isSegwit); fix != nil {
		return fix.inCaseOf(text).refusal()
	}
	for i := len(hrp) + 1; i < len(lower); i++ {
		if strings.IndexByte(bech32Alphabet, lower[i]) < 0 {
			return badCharacter(i+1, "after its first 1, such an address has no 1, b, i or o and no punctuation")
		}
	}
	if short, long := segwitLengths(hrp); len(text) != short && len(text) != long {
		return badLength(len(text), fmt.Sprintf("%d or %d", short, long))
	}
	return errChecksum
}

// unreadable says what is wrong with a text when neither its checksum nor its
// beginning tells what it was meant to be.
func (c *coin) unreadable(text string) *Error {
	if fix := c.repairHRP(text); fix != nil {
		return fix.inCaseOf(text).refusal()
	}
	if len(text) == lenBase58 || len(text) == maxBase58 {
		if fix := repair(text, 0, base58Alphabet, c.isBase58Address); fix != nil {
			return fix.refusal()
		}
	}
	if _, _, _, err := bech32.DecodeGeneric(text); err == nil {
		return errForeignBech32
	}
	if c.looksBase58(text) {
		return damagedBase58(text)
	}
	return errUnreadable
}

// looksBase58 reports whether a text begins like a Base58 address of the coin
// and is about as long.
func (c *coin) looksBase58(text string) bool {
	return isAlphanumeric(text) && strings.IndexByte(c.starts, text[0]) >= 0 && len(text) > 20 && len(text) < 50
}

// damagedBase58 says what is wrong with a text that looks like Base58.
func damagedBase58(text string) *Error {
	for i := range len(text) {
		if strings.IndexByte(base58Alphabet, text[i]) < 0 {
			return badCharacter(i+1, "such an address has no 0, O, I and l")
		}
	}
	want := lenBase58
	if text[0] == '2' {
		want = maxBase58
	}
	if len(text) != want {
		return badLength(len(text), fmt.Sprint(want))
	}
	return errChecksum
}

// fix is the only substitution of a character that makes a text an address.
type fix struct {
	index int
	meant byte
}

// inCaseOf changes f to upper case if text is in upper case, and returns it.
func (f *fix) inCaseOf(text string) *fix {
	if rest := text[:f.index] + text[f.index+1:]; rest == strings.ToUpper(rest) {
		f.meant = strings.ToUpper(string(f.meant))[0]
	}
	return f
}

// refusal names the position, not the corrected address: by the checksum a fix
// is likely right, but only the user's wallet knows.
func (f *fix) refusal() *Error {
	return &Error{
		Reason: fmt.Sprintf("the checksum is wrong: character %d is probably mistyped (%q was probably meant)", f.index+1, string(f.meant)),
		Remedy: fmt.Sprintf("compare character %d, and then all others, with the address in your wallet, or copy the address again", f.index+1),
	}
}

// repair finds the only replacement of one character, at index first or later,
// that makes ok true. It returns nil if there is none or more than one.
func repair(text string, first int, alphabet string, ok func(string) bool) *fix {
	var found *fix
	try := []byte(text)
	for i := first; i < len(text); i++ {
		for j := range len(alphabet) {
			try[i] = alphabet[j]
			if try[i] == text[i] || !ok(string(try)) {
				continue
			}
			if found != nil {
				return nil
			}
			found = &fix{i, alphabet[j]}
		}
		try[i] = text[i]
	}
	return found
}

// repairHRP is repair for the human-readable part and the separator.
func (c *coin) repairHRP(text string) *fix {
	lower := strings.ToLower(text)
	for _, p := range c.networks {
		head := p.hrp + "1"
		if p.hrp == "" || len(lower) < len(head) || !c.isSegwit(head+lower[len(head):]) {
			continue
		}
		var found []fix
		for i := range len(head) {
			if lower[i] != head[i] {
				found = append(found, fix{i, head[i]})
			}
		}
		if len(found) == 1 {
			return &found[0]
		}
	}
	return nil
}

// isSegwit reports whether text is a payable segwit address in lower case.
func (c *coin) isSegwit(text string) bool {
	hrp, groups, checksum, err := bech32.DecodeGeneric(text)
	if err != nil {
		return false
	}
	for _, p := range c.networks {
		if p.hrp == hrp {
			_, refusal := witnessScript(groups, checksum)
			return refusal == nil
		}
	}
	return false
}

// isBase58Address reports whether text is a payable Base58 address.
func (c *coin) isBase58Address(text string) bool {
	payload, version, err := base58.CheckDecode(text)
	if err != nil {
		return false
	}
	_, refusal := c.parseBase58(version, payload)
	return refusal == nil
}
