package template

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// HashSize is the length of a hash and of a target in bytes.
const HashSize = 32

// Hash is a 256-bit hash in internal byte order (little-endian): a transaction id, a block hash (sha256d of the
// header) or a PoW hash (scrypt of the header).
type Hash [HashSize]byte

// ParseHash parses the display form: 64 hex digits, most significant byte first.
func ParseHash(display string) (Hash, error) {
	var h Hash
	err := h.UnmarshalText([]byte(display))
	return h, err
}

// DoubleSHA256 returns sha256d of the concatenated parts: the hash of headers and transactions.
func DoubleSHA256(parts ...[]byte) Hash {
	d := sha256.New()
	for _, p := range parts {
		d.Write(p)
	}
	var sum [HashSize]byte
	return sha256.Sum256(d.Sum(sum[:0]))
}

// String returns the display form: 64 hex digits, most significant byte first.
func (h Hash) String() string {
	slices.Reverse(h[:])
	return hex.EncodeToString(h[:])
}

// MarshalText returns the display form.
func (h Hash) MarshalText() ([]byte, error) {
	return []byte(h.String()), nil
}

// UnmarshalText parses the display form. On error h is unchanged.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != 2*HashSize {
		return fmt.Errorf("decode hash: %d characters, want %d hex digits", len(text), 2*HashSize)
	}
	var b Hash
	if _, err := hex.Decode(b[:], text); err != nil {
		return fmt.Errorf("decode hash: %w", err)
	}
	slices.Reverse(b[:])
	*h = b
	return nil
}
