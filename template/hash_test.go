package template_test

import (
	"encoding/json"
	"strings"
	"testing"

	"ltcsolo/template"
)

func TestHashIsReversedAtTheEdge(t *testing.T) {
	const display = "b7cab036a7c9e8bddbf0c1607ac928d74ad8063698890ff84a640c72a0e40644"
	h, err := template.ParseHash(display)
	if err != nil {
		t.Fatal(err)
	}
	if h[0] != 0x44 || h[31] != 0xb7 {
		t.Errorf("ParseHash(%s) = %x, want it least significant byte first", display, h[:])
	}
	if got := h.String(); got != display {
		t.Errorf("String() = %s, want %s", got, display)
	}
	if upper, err := template.ParseHash(strings.ToUpper(display)); err != nil || upper != h {
		t.Errorf("ParseHash() in upper case = %v, %v, want %v", upper, err, h)
	}
	text, err := json.Marshal(h)
	if err != nil || string(text) != `"`+display+`"` {
		t.Errorf("Marshal() = %s, %v, want the display form", text, err)
	}
	var back template.Hash
	if err := json.Unmarshal(text, &back); err != nil || back != h {
		t.Errorf("Unmarshal() = %v, %v, want %v", back, err, h)
	}
	target, err := json.Marshal(template.Target(h))
	if err != nil || string(target) != string(text) {
		t.Errorf("Marshal() of a target = %s, %v, want %s", target, err, text)
	}
}

func TestHashThatIsNone(t *testing.T) {
	for _, text := range []string{"", "00", strings.Repeat("0", 63), strings.Repeat("0", 65), strings.Repeat("0", 66), strings.Repeat("g", 64)} {
		h, err := template.ParseHash(text)
		if err == nil || h != (template.Hash{}) {
			t.Errorf("ParseHash(%q) = %v, %v, want an error", text, h, err)
		}
	}
}

func TestDoubleSHA256(t *testing.T) {
	want := template.Hash(sha256d([]byte("ab")))
	for _, parts := range [][][]byte{{[]byte("ab")}, {[]byte("a"), []byte("b")}, {nil, []byte("ab"), {}}} {
		if got := template.DoubleSHA256(parts...); got != want {
			t.Errorf("DoubleSHA256(%q) = %v, want %v", parts, got, want)
		}
	}
}

func TestHexThereAndBack(t *testing.T) {
	var h template.Hex
	if err := json.Unmarshal([]byte(`"00fF"`), &h); err != nil || string(h) != "\x00\xff" {
		t.Errorf("Unmarshal() = %x, %v, want 00ff", []byte(h), err)
	}
	if text, err := json.Marshal(h); err != nil || string(text) != `"00ff"` {
		t.Errorf("Marshal() = %s, %v, want \"00ff\"", text, err)
	}
	for _, text := range []string{`"0"`, `"0g"`, `"\u0030\u0030"`, `17`, `["00"]`, `true`} {
		if err := json.Unmarshal([]byte(text), &h); err == nil {
			t.Errorf("Unmarshal(%s) = %x, want an error", text, []byte(h))
		}
	}
}
