package scrypt

import (
	"bytes"
	stdpbkdf2 "crypto/pbkdf2"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// The vectors of RFC 7914 section 9. Section 8's, of Salsa20/8, is their first half.
const (
	mixIn = "f7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad" +
		"89f68f4811d1e87bcc3bd7400a9ffd29094f0184639574f39ae5a1315217bcd7" +
		"894991447213bb226c25b54da86370fbcd984380374666bb8ffcb5bf40c254b0" +
		"67d27c51ce4ad5fed829c90b505a571b7f4d1cad6a523cda770e67bceaaf7e89"
	mixOut = "a41f859c6608cc993b81cacb020cef05044b2181a2fd337dfd7b1c6396682f29" +
		"b4393168e3c9e6bcfe6bc5b7a06d96bae424cc102c91745c24ad673dc7618f81" +
		"20edc975323881a80540f64c162dcd3c21077cfe5f8d5fe2b1a4168f953678b7" +
		"7d3b3d803b60e4ab920996e59b4d53b65d2a225877d5edf5842cb9f14eefe425"
	salsaIn = "7e879a214f3ec9867ca940e641718f26baee555b8c61c1b50df846116dcd3b1d" +
		"ee24f319df9b3d8514121e4b5ac5aa3276021d2909c74829edebc68db8b8c25e"
)

func TestSalsaVector(t *testing.T) {
	in, want := blockOf(t, salsaIn), blockOf(t, mixOut[:128])
	var zero, got [blockWords]uint32
	if salsaXOR(&got, &in, &zero); got != want {
		t.Errorf("salsaXOR(RFC 7914 section 8, 0) = %08x, want %08x", got, want)
	}
	// Both inputs must count, also when the output is one of them.
	rest := zero
	for i := range in {
		if i%2 == 1 {
			rest[i], in[i] = in[i]^0x5a5a5a5a, 0x5a5a5a5a
		}
	}
	if salsaXOR(&rest, &in, &rest); rest != want {
		t.Errorf("salsaXOR of two shares, in place = %08x, want %08x", rest, want)
	}
}

func TestBlockMixVector(t *testing.T) {
	in := row{blockOf(t, mixIn[:128]), blockOf(t, mixIn[128:])}
	want := row{blockOf(t, mixOut[:128]), blockOf(t, mixOut[128:])}
	var got row
	if blockMix(&got, &in); got != want {
		t.Errorf("blockMix(RFC 7914 section 9) = %08x, want %08x", got, want)
	}
	if blockMix(&in, &in); in != want {
		t.Errorf("blockMix in place = %08x, want %08x", in, want)
	}
}

func blockOf(t *testing.T, text string) (b [blockWords]uint32) {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := binary.Decode(raw, binary.LittleEndian, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPBKDF2AgainstStandardLibrary(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	p := newPBKDF2()
	for range 200 {
		var header [HeaderSize]byte
		fill(r, header[:])
		p.set(&header)
		header = withNonce(header, r.Uint32())

		var state row
		p.expand(binary.LittleEndian.Uint32(header[nonceOffset:]), &state)
		got, err := binary.Append(nil, binary.LittleEndian, state)
		if err != nil {
			t.Fatal(err)
		}
		want, err := stdpbkdf2.Key(sha256.New, string(header[:]), header[:], 1, rowBytes)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("seed %d: expand of %x = %x, want %x", seed, header, got, want)
		}

		fill(r, got)
		if _, err := binary.Decode(got, binary.LittleEndian, &state); err != nil {
			t.Fatal(err)
		}
		var pow [hashSize]byte
		p.finish(&state, &pow)
		want, err = stdpbkdf2.Key(sha256.New, string(header[:]), got, 1, hashSize)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(pow[:], want) {
			t.Fatalf("seed %d: finish of %x, salt %x = %x, want %x", seed, header, got, pow, want)
		}
	}
}

func fill(r *rand.Rand, b []byte) {
	for i := range b {
		b[i] = byte(r.Uint32())
	}
}

// faulty is generic on any number of lanes, with one mistake.
type faulty struct {
	genericHasher
	lanes   int
	pows    [64][hashSize]byte
	spoil   func(lane int, sum *[hashSize]byte)
	compare func(lane int, word, top uint32) bool
}

func (f *faulty) hash(first, top uint32) (survivors uint64) {
	for lane := range f.lanes {
		f.genericHasher.hash(first+uint32(lane), top)
		f.pows[lane] = f.pow
		if f.spoil != nil {
			f.spoil(lane, &f.pows[lane])
		}
		if f.compare(lane, binary.LittleEndian.Uint32(f.pow[topWord:]), top) {
			survivors |= 1 << lane
		}
	}
	return survivors
}

func (f *faulty) sums(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	f.genericHasher.sums(headers, pow)
	for lane := range headers {
		if f.spoil != nil {
			f.spoil(lane, &pow[lane])
		}
	}
}

func (f *faulty) sum(lane int) [hashSize]byte { return f.pows[lane] }

func faultyKernel(lanes int, spoil func(int, *[hashSize]byte), compare func(int, uint32, uint32) bool) *Kernel {
	return &Kernel{name: "faulty", lanes: lanes, open: func() hasher {
		return &faulty{
			genericHasher: genericHasher{pbkdf2: newPBKDF2(), pad: new(scratchpad)},
			lanes:         lanes, spoil: spoil, compare: compare,
		}
	}}
}

// mixedUp returns the PoW hashes of unrelated headers in the wrong order.
type mixedUp struct{ hasher }

func (m mixedUp) sums(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	m.hasher.sums(headers, pow)
	slices.Reverse(pow)
}

func TestSelfTest(t *testing.T) {
	right := func(_ int, word, top uint32) bool { return word <= top }
	mixed := faultyKernel(5, nil, right)
	ordered := mixed.open
	mixed.open = func() hasher { return mixedUp{ordered()} }
	tests := []struct {
		name   string
		kernel *Kernel
		want   string // part of the error; empty: passes
	}{
		{"one lane", faultyKernel(1, nil, right), ""},
		{"all lanes", faultyKernel(64, nil, right), ""},
		{"wrong in the last lane", faultyKernel(5, func(lane int, sum *[hashSize]byte) {
			if lane == 4 {
				sum[0] ^= 1
			}
		}, right), "lane 4 is"},
		{"lane never survives", faultyKernel(5, nil, func(lane int, word, top uint32) bool {
			return word <= top && lane != 3
		}), "10111 survive, want 11111"},
		{"equal is refused", faultyKernel(5, nil, func(_ int, word, top uint32) bool {
			return word < top || top == 1<<32-1
		}), "compare with target"},
		{"signed comparison", faultyKernel(5, nil, func(_ int, word, top uint32) bool {
			return int32(word) <= int32(top)
		}), "compare with the highest target"},
		{"everything survives", faultyKernel(5, nil, func(int, uint32, uint32) bool { return true }),
			"compare with target"},
		{"mixes up unrelated headers", mixed, "hash known headers: lane 0 is"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			good, bad := prove([]*Kernel{tt.kernel, generic})
			if tt.want == "" {
				if len(bad) != 0 || !slices.Equal(good, []*Kernel{tt.kernel, generic}) {
					t.Errorf("prove = %v, %v, want both kernels", good, bad)
				}
				return
			}
			if len(bad) != 1 || !strings.Contains(bad[0].Error(), tt.want) ||
				!strings.Contains(bad[0].Error(), "faulty") {
				t.Errorf("prove errors = %v, want one of kernel faulty with %q", bad, tt.want)
			}
			if !slices.Equal(good, []*Kernel{generic}) {
				t.Errorf("prove = %v, want generic alone", good)
			}
		})
	}
}

func TestFind(t *testing.T) {
	absent := &Kernel{name: "absent", runs: func() bool { return false }}
	broken := faultyKernel(1, nil, func(int, uint32, uint32) bool { return true })
	all := []*Kernel{absent, broken, generic, xcrypto}
	good, _ := prove(all)
	tests := []struct{ name, want string }{
		{"generic", ""},
		{"xcrypto", ""},
		{"absent", `this processor cannot run kernel "absent"; choose from: generic, xcrypto`},
		{"faulty", `self-test failed for kernel "faulty"; choose from: generic, xcrypto`},
		{"", `unknown kernel ""; choose from: generic, xcrypto`},
		{"Generic", `unknown kernel "Generic"; choose from: generic, xcrypto`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, err := find(tt.name, all, good)
			if tt.want == "" {
				if err != nil || k.Name() != tt.name {
					t.Errorf("find = %v, %v, want %s", k, err, tt.name)
				}
				return
			}
			if k != nil || err == nil || err.Error() != tt.want {
				t.Errorf("find = %v, %v, want %s", k, err, tt.want)
			}
		})
	}
}

// idle returns at once, so that it is faster than any kernel on any machine.
type idle struct{}

func (idle) set(*[HeaderSize]byte)                     {}
func (idle) hash(uint32, uint32) uint64                { return 0 }
func (idle) sum(int) (none [hashSize]byte)             { return none }
func (idle) sums([][HeaderSize]byte, [][hashSize]byte) {}
func (idle) close() error                              { return nil }

func TestBest(t *testing.T) {
	quick := &Kernel{name: "quick", lanes: 16, open: func() hasher { return idle{} }}
	tests := []struct {
		name    string
		kernels []*Kernel
		want    *Kernel
		order   []*Kernel
	}{
		{"none", nil, nil, nil},
		{"the reference alone", []*Kernel{xcrypto}, xcrypto, nil},
		{"one beside the reference", []*Kernel{generic, xcrypto}, generic, nil},
		{"the later one is faster", []*Kernel{generic, quick, xcrypto}, quick, []*Kernel{quick, generic}},
		{"the earlier one is faster", []*Kernel{quick, generic}, quick, []*Kernel{quick, generic}},
	}
	for _, tt := range tests {
		for _, threads := range []int{1, 3} {
			t.Run(tt.name, func(t *testing.T) {
				got, measured := best(tt.kernels, threads, 6*time.Millisecond, systemClocks())
				if got != tt.want {
					t.Errorf("best with %d threads = %v, want %v", threads, got, tt.want)
				}
				var order []*Kernel
				for _, m := range measured {
					order = append(order, m.Kernel)
					if m.HashRate <= 0 {
						t.Errorf("hash rate of %v = %v, want more than 0", m.Kernel, m.HashRate)
					}
				}
				if !slices.Equal(order, tt.order) {
					t.Errorf("best with %d threads measured %v, want %v", threads, order, tt.order)
				}
			})
		}
	}
}
