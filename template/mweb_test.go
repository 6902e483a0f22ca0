package template_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lukechampine.com/blake3"

	"ltcsolo/template"
)

// fill returns n bytes without meaning.
func fill(n int) []byte { return bytes.Repeat([]byte{0xc5}, n) }

// setExtension gives the reply an extension block with that height (a VARINT) and body, and a HogEx that commits to it.
func (r reply) setExtension(t testing.TB, height []byte, kernels byte, body []byte) {
	t.Helper()
	header := slices.Concat(height, fill(5*32), []byte{9, kernels})
	hash := blake3.Sum256(header)
	inputs, first := hogExOf(t, r)
	first.script = append([]byte{0x58, 0x20}, hash[:]...)
	r.setHogEx(t, inputs, first)
	r["mweb"] = hex.EncodeToString(slices.Concat(header, body))
}

var height447 = []byte{0x82, 0x3f}

// TestExtensionBlockOfEveryKindIsRead tries each field that a feature bit announces, as in libmw's models, and
// cuts the block at each byte: no missing byte goes unnoticed.
func TestExtensionBlockOfEveryKindIsRead(t *testing.T) {
	input := func(features byte, extra ...[]byte) []byte {
		return slices.Concat([]byte{features}, fill(32+33+33), slices.Concat(extra...), fill(64))
	}
	output := func(features byte, extra ...[]byte) []byte {
		return slices.Concat(fill(3*33), []byte{features}, slices.Concat(extra...), fill(675+64))
	}
	kernel := func(features byte, extra ...[]byte) []byte {
		return slices.Concat([]byte{features}, slices.Concat(extra...), fill(33+64))
	}
	list := func(items ...[]byte) []byte { return append([]byte{byte(len(items))}, slices.Concat(items...)...) }
	key, amount, extra := fill(33), []byte{0x80, 0x80, 0x00}, []byte{2, 7, 7}
	standard := fill(33 + 1 + 8 + 16)
	pegOuts := list(slices.Concat(amount, []byte{22}, fill(22)), []byte{5, 1, 0x51})
	tests := []struct {
		name    string
		kernels byte
		body    []byte
	}{
		{"empty", 0, []byte{0, 0, 0}},
		{"inputs", 0, slices.Concat(list(input(0), input(1, key), input(2, extra), input(3, key, extra)), []byte{0, 0})},
		{"outputs", 0, slices.Concat([]byte{0}, list(output(0), output(1, standard), output(2, extra), output(3, standard, extra)), []byte{0})},
		{"kernels", 8, slices.Concat([]byte{0, 0}, list(
			kernel(0), kernel(0x01, amount), kernel(0x02, amount), kernel(0x04, pegOuts), kernel(0x08, amount),
			kernel(0x10, key), kernel(0x20, extra), kernel(0x3f, amount, amount, pegOuts, amount, key, extra),
		))},
		{"bits without a field", 1, slices.Concat(list(input(0xfc)), list(output(0xfc)), list(kernel(0xc0)))},
		{"all", 1, slices.Concat(list(input(1, key)), list(output(1, standard)), list(kernel(0x13, amount, amount, key)))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := mixed(t)
			r.setExtension(t, height447, tt.kernels, tt.body)
			p := partsOf(t, r)
			whole := p.tail
			for n := range whole {
				p.tail = whole[:n]
				if b, err := template.ParseBlock(p.block()); err != nil || len(b.Problems) != 1 {
					t.Errorf("%d of %d bytes: ParseBlock() = %+v, %v, want a problem", n, len(whole), b, err)
				}
			}
			r.setExtension(t, height447, tt.kernels+1, tt.body)
			if _, err := template.Litecoin.Decode(r.json(t), received); err == nil || !strings.Contains(err.Error(), "its header says") {
				t.Errorf("Decode() with another number of kernels in the header = %v", err)
			}
		})
	}
}

// TestHeightOfTheExtensionBlock has the VARINT examples of serialize.h.
func TestHeightOfTheExtensionBlock(t *testing.T) {
	for height, varint := range map[int][]byte{
		1: {0x01}, 127: {0x7f}, 128: {0x80, 0x00}, 255: {0x80, 0x7f}, 256: {0x81, 0x00}, 447: height447,
		16383: {0xfe, 0x7f}, 16384: {0xff, 0x00}, 65535: {0x82, 0xfe, 0x7f}, 3_000_000: {0x80, 0xb6, 0x8c, 0x40},
	} {
		r := mixed(t)
		r["height"] = json.Number(strconv.Itoa(height))
		r.setExtension(t, varint, 0, []byte{0, 0, 0})
		if _, err := template.Litecoin.Decode(r.json(t), received); err != nil {
			t.Errorf("Decode() with an extension block of height %d, % x: %v", height, varint, err)
		}
	}
	testRefusals(t, mixed, []refusal{
		{"one more", func(t testing.TB, r reply) {
			r.setExtension(t, []byte{0x82, 0x40}, 0, []byte{0, 0, 0})
		}, "mweb-height-mismatch: the extension block is for height 448, the block for 447"},
		{"beyond 64 bits", func(t testing.TB, r reply) {
			r.setExtension(t, slices.Concat(bytes.Repeat([]byte{0xff}, 9), []byte{0x7f}), 0, []byte{0, 0, 0})
		}, "a number is too large"},
	})
}
