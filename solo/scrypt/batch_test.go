package scrypt_test

import (
	"slices"
	"sync"
	"testing"

	"ltcsolo/solo/scrypt"
)

func openBatch(t testing.TB, k *scrypt.Kernel) *scrypt.Batch {
	t.Helper()
	b := k.NewBatch()
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return b
}

// unrelated returns n headers and their PoW hashes by the reference.
func unrelated(t testing.TB, n int) (headers [][scrypt.HeaderSize]byte, pow [][32]byte) {
	r := source(t)
	for range n {
		headers = append(headers, random(r))
	}
	return headers, reference(headers)
}

func reference(headers [][scrypt.HeaderSize]byte) (pow [][32]byte) {
	for i := range headers {
		pow = append(pow, scrypt.Sum(&headers[i]))
	}
	return pow
}

// TestBatchAgainstSum checks every lane, with lanes left over or not, and that nothing of an earlier batch remains.
func TestBatchAgainstSum(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		headers, want := unrelated(t, k.Lanes())
		b := openBatch(t, k)
		for _, n := range []int{1, 3, k.Lanes() - 1, k.Lanes(), 3, 0} {
			n = min(n, k.Lanes())
			// The headers change lanes from one batch to the next.
			slices.Reverse(headers)
			slices.Reverse(want)
			given := slices.Clone(headers[:n])
			got := make([][32]byte, k.Lanes()+1)
			b.Sum(given, got)
			if !slices.Equal(got[:n], want[:n]) {
				t.Errorf("%d headers %x:\n%x, want\n%x", n, given, got[:n], want[:n])
			}
			if !slices.Equal(given, headers[:n]) {
				t.Errorf("%d headers: Sum changed them", n)
			}
			for _, pow := range got[n:] {
				if pow != zero {
					t.Errorf("%d headers: Sum set more hashes", n)
				}
			}
		}
	})
}

func TestBatchKnownHeaders(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		b, pow := openBatch(t, k), make([][32]byte, 1)
		for _, tt := range known {
			if b.Sum([][scrypt.HeaderSize]byte{header(t, tt.header)}, pow); pow[0] != display(t, tt.pow) {
				t.Errorf("%s: Sum = %x, want %x", tt.name, pow[0], display(t, tt.pow))
			}
		}
	})
}

// TestBatchTellsHeadersApart changes one byte of a header at a time: a lane that had another lane's midstate or tail would
// not notice.
func TestBatchTellsHeadersApart(t *testing.T) {
	changes := []int{0, 3, 4, 35, 36, 63, 64, 68, 72, 75, 76, scrypt.HeaderSize - 1}
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		base := random(source(t))
		var headers [][scrypt.HeaderSize]byte
		for _, at := range changes {
			h := base
			h[at] ^= 0x80
			headers = append(headers, h)
		}
		b := openBatch(t, k)
		for part := range slices.Chunk(headers, k.Lanes()) {
			got := make([][32]byte, len(part))
			if b.Sum(part, got); !slices.Equal(got, reference(part)) {
				t.Errorf("headers %x:\n%x, want\n%x", part, got, reference(part))
			}
		}
	})
}

func TestBatchesConcurrent(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		var all sync.WaitGroup
		defer all.Wait()
		for range 4 {
			headers, want := unrelated(t, k.Lanes())
			all.Go(func() {
				b := k.NewBatch()
				defer b.Close()
				got := make([][32]byte, len(headers))
				for range 3 {
					if b.Sum(headers, got); !slices.Equal(got, want) {
						t.Errorf("headers %x:\n%x, want\n%x", headers, got, want)
					}
				}
			})
		}
	})
}

func TestBatchRefusesWhatDoesNotFit(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		b := openBatch(t, k)
		for _, tt := range []struct{ headers, pow int }{{k.Lanes() + 1, k.Lanes() + 1}, {1, 0}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("Sum of %d headers into %d hashes does not panic", tt.headers, tt.pow)
					}
				}()
				b.Sum(make([][scrypt.HeaderSize]byte, tt.headers), make([][32]byte, tt.pow, k.Lanes()+1))
			}()
		}
	})
}

func TestCloseBatchTwice(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		b := k.NewBatch()
		for range 2 {
			if err := b.Close(); err != nil {
				t.Errorf("Close = %v", err)
			}
		}
	})
}

func FuzzBatch(f *testing.F) {
	var all []byte
	for _, k := range known {
		header := header(f, k.header)
		all = append(all, header[:]...)
		f.Add(header[:])
	}
	f.Add(all)
	batches := map[*scrypt.Kernel]*scrypt.Batch{}
	for _, k := range scrypt.Kernels() {
		batches[k] = openBatch(f, k)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		headers := make([][scrypt.HeaderSize]byte, min(1+len(raw)/scrypt.HeaderSize, 40))
		for i := range headers {
			copy(headers[i][:], raw[min(i*scrypt.HeaderSize, len(raw)):])
		}
		for k, b := range batches {
			for part := range slices.Chunk(headers, k.Lanes()) {
				got := make([][32]byte, len(part))
				if b.Sum(part, got); !slices.Equal(got, reference(part)) {
					t.Errorf("%v: headers %x:\n%x, want\n%x", k, part, got, reference(part))
				}
			}
		}
	})
}
