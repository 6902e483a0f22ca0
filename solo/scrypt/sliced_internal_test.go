//go:build amd64 && !purego

package scrypt

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	"unsafe"
)

// eachSliced runs a test on each word-sliced kernel that this processor can run, with its memory.
func eachSliced(t *testing.T, test func(t *testing.T, h *slicedHasher, r *rand.Rand)) {
	for _, k := range table {
		if !k.runnable() {
			continue
		}
		h, ok := k.open().(*slicedHasher)
		if !ok {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			defer func() {
				if err := h.close(); err != nil {
					t.Error(err)
				}
			}()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			test(t, h, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func fillWords(r *rand.Rand, words []uint32) {
	for i := range words {
		words[i] = r.Uint32()
	}
}

// TestSlicedCompress compares each lane of the SHA-256 compression with crypto/sha256.
func TestSlicedCompress(t *testing.T) {
	eachSliced(t, func(t *testing.T, h *slicedHasher, r *rand.Rand) {
		for _, inPlace := range []bool{false, true} {
			from, block := h.key, h.block
			fillWords(r, from)
			fillWords(r, block)
			var want [][]uint32
			for lane := range h.shaLanes {
				want = append(want, compressOne(t, laneOf(from, lane, h.shaLanes), laneOf(block, lane, h.shaLanes)))
			}
			to, before := h.state, slices.Clone(from)
			if inPlace {
				to = from
			}
			h.compress(&to[0], &from[0], &block[0])
			for lane := range h.shaLanes {
				if got := laneOf(to, lane, h.shaLanes); !slices.Equal(got, want[lane]) {
					t.Errorf("in place %v: lane %d = %08x, want %08x", inPlace, lane, got, want[lane])
				}
			}
			if !inPlace && !slices.Equal(from, before) {
				t.Error("compress changed from")
			}
		}
	})
}

// laneOf returns one lane of word-sliced words.
func laneOf(words []uint32, lane, lanes int) (one []uint32) {
	for i := lane; i < len(words); i += lanes {
		one = append(one, words[i])
	}
	return one
}

// compressOne is SHA-256's compression function by the standard library, whose state can be set.
func compressOne(t *testing.T, state, block []uint32) (after []uint32) {
	t.Helper()
	d := sha256.New()
	saved, err := d.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range state {
		binary.BigEndian.PutUint32(saved[4+4*i:], w)
	}
	if err := d.(encoding.BinaryUnmarshaler).UnmarshalBinary(saved); err != nil {
		t.Fatal(err)
	}
	var message []byte
	for _, w := range block {
		message = binary.BigEndian.AppendUint32(message, w)
	}
	d.Write(message)
	if saved, err = d.(encoding.BinaryMarshaler).MarshalBinary(); err != nil {
		t.Fatal(err)
	}
	for i := range state {
		after = append(after, binary.BigEndian.Uint32(saved[4+4*i:]))
	}
	return after
}

// TestSlicedROMix compares each lane with romix, and checks that the assembly stays within its memory.
func TestSlicedROMix(t *testing.T) {
	const guard = 1024
	eachSliced(t, func(t *testing.T, h *slicedHasher, r *rand.Rand) {
		memory := allocate(wordBytes * (len(h.pad) + len(h.work) + 4*guard))
		defer memory.free()
		before := memory.words(guard)
		pad := memory.words(len(h.pad))
		between := memory.words(guard)
		work := memory.words(len(h.work))
		behind := memory.words(guard)
		guards := [][]uint32{before, between, behind}
		for _, g := range guards {
			for i := range g {
				g[i] = 0x5a5a5a5a
			}
		}
		fillWords(r, pad) // its earlier content does not matter
		fillWords(r, work)

		var want [][]uint32
		v := new(scratchpad)
		lane := func(lane int) []uint32 {
			set := work[lane/h.setLanes*setSlots*h.setLanes:][:stateWords*h.setLanes]
			return laneOf(set, lane%h.setLanes, h.setLanes)
		}
		for l := range h.lanes {
			state := row{[blockWords]uint32(lane(l)[:blockWords]), [blockWords]uint32(lane(l)[blockWords:])}
			romix(&state, v)
			want = append(want, append(slices.Clone(state[0][:]), state[1][:]...))
		}
		h.romix(&work[0], &pad[0])
		for l := range h.lanes {
			if got := lane(l); !slices.Equal(got, want[l]) {
				t.Errorf("lane %d = %08x, want %08x", l, got, want[l])
			}
		}
		for i, g := range guards {
			for j, w := range g {
				if w != 0x5a5a5a5a {
					t.Fatalf("word %d of guard %d was overwritten", j, i)
				}
			}
		}
	})
}

// TestMemory checks parts of memory of both kinds.
func TestMemory(t *testing.T) {
	for _, tt := range []struct {
		name     string
		allocate func(int) *memory
	}{{"allocate", allocate}, {"heap", fromHeap}} {
		t.Run(tt.name, func(t *testing.T) {
			m := tt.allocate(3 * cacheLine)
			var end uintptr
			for range 3 {
				part := m.words(5)
				start := uintptr(unsafe.Pointer(&part[0]))
				if start%cacheLine != 0 || end != 0 && start < end {
					t.Errorf("part at %#x after %#x, want it aligned to %d and after that", start, end, cacheLine)
				}
				end = start + 5*wordBytes
				if !slices.Equal(part, make([]uint32, 5)) {
					t.Errorf("part = %v, want zeros", part)
				}
				part[4] = 1
			}
			if err := m.free(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSwitchedOff(t *testing.T) {
	tests := []struct {
		off  string
		sets map[string]bool // kernels that are off
	}{
		{"", nil},
		{"avx512", map[string]bool{"avx512": true, "avx512x24": true}},
		{"avx512,avx2", map[string]bool{"avx512": true, "avx512x24": true, "avx2": true,
			"avx2x16": true}},
		{"sse2", map[string]bool{"sse2": true}},
		{"generic", nil}, // no instruction set
	}
	var here []*Kernel
	for _, k := range assembly {
		if k.runnable() {
			here = append(here, k)
		}
	}
	for _, tt := range tests {
		t.Run(tt.off, func(t *testing.T) {
			t.Setenv("SOLO_KERNELS_OFF", tt.off)
			for _, k := range here {
				if got := k.runnable(); got == tt.sets[k.name] {
					t.Errorf("with SOLO_KERNELS_OFF=%s kernel %s runs: %v", tt.off, k, got)
				}
			}
		})
	}
}

// BenchmarkPBKDF2 reports the share of a batch that is not ROMix, in percent.
func BenchmarkPBKDF2(b *testing.B) {
	for _, k := range Kernels() {
		h, ok := k.open().(*slicedHasher)
		if !ok {
			continue
		}
		b.Run(k.name, func(b *testing.B) {
			h.set(new([HeaderSize]byte))
			h.hash(0, 0)
			var batch, pbkdf2 time.Duration
			for b.Loop() {
				began := time.Now()
				h.hash(0, 0)
				batch += time.Since(began)
				began = time.Now()
				for i := range h.groups {
					h.expand(i)
					h.finish(i)
				}
				pbkdf2 += time.Since(began)
			}
			b.ReportMetric(100*float64(pbkdf2)/float64(batch), "%pbkdf2")
		})
		h.close()
	}
}
