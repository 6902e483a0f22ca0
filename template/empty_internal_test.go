package template

import "testing"

// The blocks are those of pow_tests.cpp.
func TestRetarget(t *testing.T) {
	tests := []struct {
		name        string
		bits        uint32
		first, last uint32
		want        uint32
	}{
		{"without a bound", 0x1c0ac141, 1358118740, 1358378777, 0x1c093f8d},
		{"never easier than the limit", 0x1e0ffff0, 1317972665, 1318480354, 0x1e0fffff},
		{"four times as hard at most", 0x1b075cf1, 1401682934, 1401757934, 0x1b01d73c},
		{"four times as easy at most", 0x1b015318, 1463690315, 1464900315, 0x1b054c60},
	}
	main, _ := Litecoin.Network("main")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := main.retarget(tt.bits, tt.first, tt.last); got != tt.want || err != nil {
				t.Errorf("retarget(%08x) = %08x, %v, want %08x", tt.bits, got, err, tt.want)
			}
		})
	}
}

func TestCompactReversesTargetFromBits(t *testing.T) {
	for _, bits := range []uint32{0x1e0fffff, 0x207fffff, 0x1d00ffff, 0x1b04864c, 0x1a008000, 0x03123456, 0x02123400, 0x01120000} {
		target, err := TargetFromBits(bits)
		if got := compact(target.int()); got != bits || err != nil {
			t.Errorf("compact of the target of %08x = %08x, %v", bits, got, err)
		}
	}
}

func TestVarIntIsWrittenAsItIsRead(t *testing.T) {
	for _, n := range []uint64{0, 1, 0x7f, 0x80, 0xff, 432, 16511, 16512, 65535, 3_000_000, 1 << 32} {
		r := &reader{b: appendVarInt([]byte{7}, n), at: 1}
		if got := r.varInt(); got != n || r.err != nil || r.left() != 0 {
			t.Errorf("varInt of appendVarInt(%d) = %d, %v, %d bytes left", n, got, r.err, r.left())
		}
	}
}
