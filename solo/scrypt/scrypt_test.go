package scrypt_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"ltcsolo/solo/scrypt"
)

// known are headers of real blocks: the first of main and of testnet4, and three that litecoind accepted on regtest.
var known = []struct {
	name   string
	header string
	hash   string // block hash in display order
	pow    string // PoW hash in display order
}{
	{
		name: "main genesis",
		header: "01000000" + "0000000000000000000000000000000000000000000000000000000000000000" +
			"d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd97bee6bafbdd97" + "b9aa8e4ef0ff0f1ecd513f7c",
		hash: "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2",
		pow:  "0000050c34a64b415b6b15b37f2216634b5b1669cb9a2e38d76f7213b0671e00",
	},
	{
		name: "testnet4 genesis",
		header: "01000000" + "0000000000000000000000000000000000000000000000000000000000000000" +
			"d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd97bee6bafbdd97" + "f60ba158f0ff0f1ee1790400",
		hash: "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0",
		pow:  "000006cc0225c4b4c387604dd670b1ff4b95af0f46f86bef805c0d085b60de64",
	},
	{
		name: "regtest 2",
		header: "0000002079f3be06e1927650987bfa33beae026bc8ad32f3d8348da5df74be08440477fb" +
			"05924b5bd17b0c98dbb8c2e795fa123ba1c6253046adebd9d892b0ad9e04424b5d35046bffff7f2001000000",
		hash: "b7cab036a7c9e8bddbf0c1607ac928d74ad8063698890ff84a640c72a0e40644",
		pow:  "17d616ce4c28d546443df61d34ad9f8856e91b966bd4e586e15740da28483281",
	},
	{
		name: "regtest 432, MWEB's first",
		header: "000000204fc85b31fde8540b05406d9fbda823548bb54a256fbaedef6f9860e1b4888e0b" +
			"c17a712d2aadeb6cfe2665c95fb81f0ee9a16927d56f5a6e89ea0368a185967dcc35046bffff7f2002000000",
		hash: "283b6c103333eac6ed0d01b037d4bc5d89c2207d50cb95747c616f6776403980",
		pow:  "6d1a2e18114adc4f14381e139a3deddde644333e79687001b8299ab070ae1ede",
	},
	{
		name: "regtest 447",
		header: "0000002015fc17126a285881a6f90c9cd2630246eb834b394f5af75b2eb8428ded000a6b" +
			"da69fab728c27dc2792faacfc02e1837283190215ffafc6bff1b53de6a7022fb0236046bffff7f2001000000",
		hash: "773185d747636d5b4252c6960cdd6227964888cef3fecf6ae191d87fa0663808",
		pow:  "7fe76064dae4917c6c0eb516127b8d12c19cf503874cde41ea00a0e6a11c0279",
	},
}

func TestSumKnownHeaders(t *testing.T) {
	for _, tt := range known {
		t.Run(tt.name, func(t *testing.T) {
			header, pow := header(t, tt.header), display(t, tt.pow)
			first := sha256.Sum256(header[:])
			if got, want := sha256.Sum256(first[:]), display(t, tt.hash); got != want {
				t.Errorf("block hash = %x, want %x: the header is not that block's", got, want)
			}
			if got := scrypt.Sum(&header); got != pow {
				t.Errorf("Sum = %x, want %x", got, pow)
			}
			bits := binary.LittleEndian.Uint32(header[72:])
			if target := compact(bits); !atMost(pow, target) {
				t.Errorf("PoW hash %x is above the target %x of bits %08x", pow, target, bits)
			}
		})
	}
}

func header(t testing.TB, text string) [scrypt.HeaderSize]byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return [scrypt.HeaderSize]byte(b)
}

// display decodes a hash in display order, the most significant byte first.
func display(t testing.TB, text string) [32]byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(b)
	return [32]byte(b)
}

// compact expands a header's bits: a mantissa of three bytes below an exponent in bytes.
func compact(bits uint32) (target [32]byte) {
	for i := range 3 {
		target[int(bits>>24)-3+i] = byte(bits >> (8 * i))
	}
	return target
}

// atMost compares byte by byte, unlike the package.
func atMost(hash, target [32]byte) bool {
	slices.Reverse(hash[:])
	slices.Reverse(target[:])
	return bytes.Compare(hash[:], target[:]) <= 0
}

// eachKernel runs the same test on every kernel of this processor.
func eachKernel(t *testing.T, test func(t *testing.T, k *scrypt.Kernel)) {
	t.Helper()
	for _, k := range scrypt.Kernels() {
		t.Run(k.Name(), func(t *testing.T) { test(t, k) })
	}
}

func open(t testing.TB, k *scrypt.Kernel) *scrypt.Scanner {
	t.Helper()
	s := k.NewScanner()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func source(t testing.TB) *rand.Rand {
	seed := rand.Uint64()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

func random(r *rand.Rand) (header [scrypt.HeaderSize]byte) {
	for i := range header {
		header[i] = byte(r.Uint32())
	}
	return header
}

// sums returns the reference's PoW hashes of header with n nonces from first on.
func sums(header [scrypt.HeaderSize]byte, first uint32, n int) [][32]byte {
	hashes := make([][32]byte, n)
	for i := range hashes {
		binary.LittleEndian.PutUint32(header[scrypt.HeaderSize-4:], first+uint32(i))
		hashes[i] = scrypt.Sum(&header)
	}
	return hashes
}

// winners returns the nonces whose hashes are at most target.
func winners(hashes [][32]byte, first uint32, target [32]byte) (nonces []uint32) {
	for i, h := range hashes {
		if atMost(h, target) {
			nonces = append(nonces, first+uint32(i))
		}
	}
	return nonces
}

var highest, zero = [32]byte(bytes.Repeat([]byte{0xff}, 32)), [32]byte{}

func TestKernelsRequired(t *testing.T) {
	for _, err := range scrypt.Broken() {
		t.Error(err)
	}
	names := os.Getenv("SOLO_REQUIRE_KERNELS")
	if names == "" {
		names = "generic,xcrypto"
	}
	for name := range strings.SplitSeq(names, ",") {
		k, err := scrypt.ByName(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if k.Name() != name || k.String() != name || k.Lanes() < 1 || k.Lanes() > 64 ||
			k.ScratchpadBytes() < k.Lanes()<<16 {
			t.Errorf("kernel %v: name %q, %d lanes, %d bytes", k, k.Name(), k.Lanes(), k.ScratchpadBytes())
		}
	}
	if k, err := scrypt.ByName("none"); err == nil || !strings.Contains(err.Error(), "generic") {
		t.Errorf("ByName(none) = %v, %v, want an error that lists generic", k, err)
	}
}

func TestBestIsRunnable(t *testing.T) {
	k, measured := scrypt.Best(1, 0)
	if k == nil || !slices.Contains(scrypt.Kernels(), k) {
		t.Errorf("Best = %v, want one of %v", k, scrypt.Kernels())
	}
	if len(measured) == 1 || len(measured) > 0 && measured[0].Kernel != k {
		t.Errorf("Best = %v, measured %v", k, measured)
	}
}

func TestScanKnownHeaders(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		s := open(t, k)
		for _, tt := range known {
			header, pow := header(t, tt.header), display(t, tt.pow)
			nonce := binary.LittleEndian.Uint32(header[76:])
			clear(header[76:]) // Set ignores it

			// The PoW hash itself is the tightest target that is met; one less is not.
			s.Set(&header, &pow)
			if n, hits := s.Scan(nonce, 1, nil); n != 1 || !slices.Equal(hits, []uint32{nonce}) {
				t.Errorf("%s: Scan(%d, 1) = %d, %v, want the hit", tt.name, nonce, n, hits)
			}
			below := pow
			for i := 0; ; i++ {
				below[i]--
				if below[i] != 0xff {
					break
				}
			}
			s.Set(&header, &below)
			if n, hits := s.Scan(nonce, 1, nil); n != 1 || len(hits) != 0 {
				t.Errorf("%s: Scan(%d, 1) below = %d, %v, want no hit", tt.name, nonce, n, hits)
			}
		}
	})
}

// TestScanAgainstSum sets every hash of a batch as target in turn, so that each lane's hash is compared in all its bits
// and between none and all of the lanes are hits.
func TestScanAgainstSum(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		r, s := source(t), open(t, k)
		for _, first := range []uint32{0, r.Uint32(), math.MaxUint32 - uint32(k.Lanes()) + 1} {
			header := random(r)
			want := sums(header, first, k.Lanes())
			for _, target := range append(slices.Clone(want), zero, highest) {
				s.Set(&header, &target)
				n, hits := s.Scan(first, k.Lanes(), nil)
				if n != k.Lanes() || !slices.Equal(hits, winners(want, first, target)) {
					t.Fatalf("header %x, target %x: Scan(%d, %d) = %d, %v, want %v",
						header, target, first, k.Lanes(), n, hits, winners(want, first, target))
				}
			}
		}
	})
}

func TestScanRangeEnds(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		r, s := source(t), open(t, k)
		header := random(r)
		s.Set(&header, &highest) // every hashed nonce is a hit
		lanes := k.Lanes()
		tests := []struct {
			name  string
			first uint32
			count int
			want  int
		}{
			{"nothing", 7, 0, 0},
			{"less than nothing", 7, -1, 0},
			{"least", 7, math.MinInt, 0},
			{"one", 7, 1, 1},
			{"one short of the lanes", 7, lanes - 1, lanes - 1},
			{"the lanes", 7, lanes, lanes},
			{"one over the lanes", 7, lanes + 1, lanes},
			{"most", 7, math.MaxInt, lanes},
			{"first nonce", 0, lanes, lanes},
			{"last nonce", math.MaxUint32, 1, 1},
			{"beyond the last nonce", math.MaxUint32, 2, 1},
			{"far beyond the last nonce", math.MaxUint32, math.MaxInt, 1},
			{"ends at the last nonce", math.MaxUint32 - uint32(lanes) + 1, lanes, lanes},
			{"ends beyond the last nonce", math.MaxUint32 - uint32(lanes/2), lanes + 1, min(lanes, lanes/2+1)},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				before := []uint32{1, 2, 3}
				n, hits := s.Scan(tt.first, tt.count, slices.Clone(before))
				want := before
				for i := range tt.want {
					want = append(want, tt.first+uint32(i))
				}
				if n != tt.want || !slices.Equal(hits, want) {
					t.Errorf("Scan(%d, %d) = %d, %v, want %d, %v", tt.first, tt.count, n, hits, tt.want, want)
				}
			})
		}
	})
}

// TestScanWholeRange scans a range that is no multiple of a batch, as a searcher does.
func TestScanWholeRange(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		r, s := source(t), open(t, k)
		header, total := random(r), 2*k.Lanes()+k.Lanes()/2+1
		first := -uint32(total) // so that the last is 2^32-1
		want := sums(header, first, total)
		target := want[total/2]
		s.Set(&header, &target)
		var hits []uint32
		for done := 0; done < total; {
			var n int
			if n, hits = s.Scan(first+uint32(done), total-done, hits); n < 1 {
				t.Fatalf("Scan(%d, %d) hashed %d", first+uint32(done), total-done, n)
			}
			done += n
		}
		if want := winners(want, first, target); !slices.Equal(hits, want) {
			t.Errorf("hits = %v, want %v", hits, want)
		}
	})
}

// TestSetBetweenScans checks that nothing of an earlier header or target remains, also with two scanners in turn.
func TestSetBetweenScans(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		r := source(t)
		scanners := []*scrypt.Scanner{open(t, k), open(t, k)}
		a := random(r)
		b, c := a, a
		b[0] ^= 1  // in the midstate
		c[75] ^= 1 // after it
		for i, header := range [][scrypt.HeaderSize]byte{a, b, c, a} {
			first := r.Uint32()
			want := sums(header, first, 1)[0]
			s := scanners[i%2]
			s.Set(&header, &want)
			clear(header[:]) // Set keeps copies
			target := want
			clear(want[:])
			if _, hits := s.Scan(first, 1, nil); !slices.Equal(hits, []uint32{first}) {
				t.Errorf("header %d: hits = %v, want %d", i, hits, first)
			}
			target[0]--
			if target[0] == 0xff {
				continue // a borrow would be needed
			}
			header = [][scrypt.HeaderSize]byte{a, b, c, a}[i]
			s.Set(&header, &target)
			if _, hits := s.Scan(first, 1, nil); len(hits) != 0 {
				t.Errorf("header %d: hits = %v for a lower target, want none", i, hits)
			}
		}
	})
}

func TestScannersConcurrent(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		r := source(t)
		var all sync.WaitGroup
		defer all.Wait()
		for range 4 {
			header, first := random(r), r.Uint32()>>1
			all.Go(func() {
				s := k.NewScanner()
				defer s.Close()
				want := sums(header, first, k.Lanes())
				target := want[k.Lanes()-1]
				s.Set(&header, &target)
				for range 3 {
					_, hits := s.Scan(first, k.Lanes(), nil)
					if want := winners(want, first, target); !slices.Equal(hits, want) {
						t.Errorf("header %x: hits = %v, want %v", header, hits, want)
					}
				}
			})
		}
	})
}

func TestCloseTwice(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		s := k.NewScanner()
		for range 2 {
			if err := s.Close(); err != nil {
				t.Errorf("Close = %v", err)
			}
		}
	})
}

func FuzzScan(f *testing.F) {
	for _, k := range known {
		header := header(f, k.header)
		f.Add(header[:], binary.LittleEndian.Uint32(header[76:]), uint8(1), uint8(0))
	}
	f.Add(bytes.Repeat([]byte{0xff}, scrypt.HeaderSize), uint32(math.MaxUint32), uint8(255), uint8(3))
	scanners := map[*scrypt.Kernel]*scrypt.Scanner{}
	for _, k := range scrypt.Kernels() {
		scanners[k] = open(f, k)
	}
	f.Fuzz(func(t *testing.T, raw []byte, first uint32, count, bound uint8) {
		var header [scrypt.HeaderSize]byte
		copy(header[:], raw)
		for k, s := range scanners {
			n := int(min(uint64(count), uint64(k.Lanes()), 1<<32-uint64(first)))
			want, target := sums(header, first, n), highest
			if n > 0 {
				target = want[int(bound)%n]
			}
			s.Set(&header, &target)
			hashed, hits := s.Scan(first, int(count), nil)
			if hashed != n || !slices.Equal(hits, winners(want, first, target)) {
				t.Errorf("%v: header %x, target %x: Scan(%d, %d) = %d, %v, want %d, %v", k, header, target,
					first, count, hashed, hits, n, winners(want, first, target))
			}
		}
	})
}
