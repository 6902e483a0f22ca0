package rigs

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

// plain makes of a value what encoding/json makes of the same text with UseNumber, but for the kinds of scalars. Of a
// repeated name the last value counts.
func plain(v value) any {
	switch {
	case v.fields != nil:
		m := make(map[string]any)
		for _, f := range v.fields {
			m[f.name] = plain(f.value)
		}
		return m
	case v.items != nil:
		list := []any{}
		for _, i := range v.items {
			list = append(list, plain(i))
		}
		return list
	}
	return v.text
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", `{"a":1,"b":[2.5,"x"],"c":{"d":null}}`, `{"a":"1","b":["2.5","x"],"c":{"d":"null"}}`},
		{"no comma between objects", `{"a":[{"b":1}{"c":2}]}`, `{"a":[{"b":"1"},{"c":"2"}]}`},
		{"NUL at the end", "{\"a\":1}\x00", `{"a":"1"}`},
		{"comma too many", `{"a":[1,2,],}`, `{"a":["1","2"]}`},
		{"no value", `{"a":,"b":2,"c":}`, `{"a":"","b":"2","c":""}`},
		{"no name", `{"a":1,{"x":5},"b":2}`, `{"a":"1","b":"2"}`},
		{"no colon", `{"a" "b":2}`, `{"b":"2"}`},
		{"not a number", `{"a":nan,"b":-inf,"c":2}`, `{"a":"nan","b":"-inf","c":"2"}`},
		{"no quotes", `{a:1,b:on}`, `{"a":"1","b":"on"}`},
		{"cut off", `{"a":[{"b":1},{"c":"te`, `{"a":[{"b":"1"},{"c":"te"}]}`},
		{"cut off in an escape", `{"a":"te\`, `{"a":"te\\"}`},
		{"bracket missing", `{"a":[{"b":1},"c":2}`, `{"a":[{"b":"1"},"c","2"]}`},
		{"brace missing", `{"a":[{"b":1],"c":2}`, `{"a":[{"b":"1"}],"c":"2"}`},
		{"escapes", `{"a":"1\u00b0\n\"C"}`, `{"a":"1°\n\"C"}`},
		{"wrong escape", `{"a":"C:\dir"}`, `{"a":"C:\\dir"}`},
		{"repeated", `{"a":1,"a":2}`, `{"a":"2"}`},
		{"what follows", `{"a":1}} {"b":2}`, `{"a":"1"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var want any
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			if got := plain(parse([]byte(tt.in))); !reflect.DeepEqual(got, want) {
				t.Errorf("parse(%q) = %v, want %v", tt.in, got, want)
			}
		})
	}
}

func TestRepeatedNames(t *testing.T) {
	var celsius float64
	for _, n := range parse([]byte(`{"temp1":21,"temp1":49,"temp1":"","temp1":22}`)).numbered("temp") {
		heat(&celsius, n.value)
	}
	if celsius != 49 {
		t.Errorf("the hottest of four sensors of one name is %v, want 49", celsius)
	}
}

// TestHeat: what sensors say that are absent, broken or count otherwise.
func TestHeat(t *testing.T) {
	for in, want := range map[string]float64{
		`0`: 0, `""`: 0, `"47"`: 47, `"47125"`: 47.125, `[47,46,0]`: 47, `["46500","49062","",""]`: 49.062, `"60-58-73-74"`: 74, `"0-0-0-0"`: 0,
		`-127`: 0, `255`: 0, `"m-m"`: 0, `nan`: 0, `1e999`: 0, `"77 C"`: 0, `{"a":90}`: 0, `[[70],[71.5]]`: 71.5,
	} {
		got := 0.0
		heat(&got, parse([]byte(in)))
		if got != want {
			t.Errorf("heat(%s) = %v, want %v", in, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	for in, want := range map[string]float64{
		`{"GHS 5s":"515.179"}`:                                 515.179e6, // L3+: the name lies
		`{"GHS 5s":9.5,"rate_unit":"GH"}`:                      9.5e9,
		`{"GHS 5s":9512.4,"rate_unit":"MH","rate_ideal":9500}`: 9512.4e6,
		`{"MHS 5s":"15662.70","MHS av":1}`:                     15662.7e6,
		`{"MHS 5s":0,"MHS av":1}`:                              1e6, // the short one has not begun yet
		`{"GHS 5s":"","GHS av":500}`:                           500e6,
		`{"total_rateideal":225257}`:                           0,
		`{"MHS 5s":-4}`:                                        0,
	} {
		var m reading
		if m.chains(parse([]byte(in))); math.Abs(m.HashRate-want) > 1 {
			t.Errorf("%s: %v H/s, want %v", in, m.HashRate, want)
		}
	}
	for n, want := range map[float64]float64{0: 0, 0.0112: 11.2e6, 11.4: 11.4e6, 17_000: 17e9, 11_400_000: 11.4e6} {
		if got := axeRate(n); math.Abs(got-want) > 1 {
			t.Errorf("axeRate(%v) = %v, want %v", n, got, want)
		}
	}
}

// TestRatesOfDevices: the span of seconds is a setting of the program.
func TestRatesOfDevices(t *testing.T) {
	for in, want := range map[string]float64{
		`[{"MHS av":9,"MHS 20s":1.5},{"MHS 5s":"2"}]`: 3.5e6,
		`[{"MHS 10s":4,"MHS av":9,"MHS rolling":7}]`:  4e6,
		`[{"MHS av":9},{"MHS 5s":nan}]`:               9e6,
	} {
		var m reading
		if m.devices(parse([]byte(in)).items); m.HashRate != want {
			t.Errorf("%s: %v H/s, want %v", in, m.HashRate, want)
		}
	}
}

// TestFansThatAreNotThere: places without a fan say 0.
func TestFansThatAreNotThere(t *testing.T) {
	var m reading
	m.chains(parse([]byte(`{"fan_num":2,"fan1":0,"fan2":0,"fan3":4200,"fan4":0,"fan5":0}`)))
	if !reflect.DeepEqual(m.Fans, []int{0, 4200}) {
		t.Errorf("fans %v, want one that turns and one that stands still", m.Fans)
	}
}

func TestWords(t *testing.T) {
	long := strings.Repeat("ä", 100)
	v := value{fields: []field{{"a", value{text: " two\n\tlines\xff "}}, {"b", value{text: long}}}}
	if got := v.word("x", "a"); got != "two lines" {
		t.Errorf("word = %q", got)
	}
	if got := v.word("b"); got != long[:maxWord] {
		t.Errorf("word of %d bytes: %q", len(long), got)
	}
}

// FuzzReply: whatever a miner answers, it is read to the end, and as encoding/json reads it where that can. What is shown is
// within bounds.
func FuzzReply(f *testing.F) {
	for _, s := range []string{
		`{"STATUS":[{"STATUS":"S"}],"STATS":[{"Type":"Antminer L3+"}{"GHS 5s":"515.179","temp1":45,"temp1":60,"fan1":3000,"fan_num":1,"chain_acn1":72,"chain_acs1":" oooxoooo","chain_hw1":3,"chain_rate1":"1"}],"id":1}` + "\x00",
		`{"STATS":[{"rate_5s":9500.5,"rate_unit":"MH/s","fan":["5220",""],"chain_num":4,"chain":[{"temp_chip":["47125",""],"temp_pcb":[46],"rate_real":1,"hw":2,"asic":"oox"}]}]}`,
		`{"DEVS":[{"MHS 20s":nan,"tstemp-0":77.1,"Status":"Alive","Fan Speed":-1,"Hardware Errors":1}],"SUMMARY":[{"MHS av":1}]}`,
		`{"hashRate":0.011,"temp":"57","power":1e300,"fanrpm":12}`,
		`{"a":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}`, `{"a":"\u00`, "{\x00\"a\x00\":1", `}{`, `]`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v := parse(text)
		one, _ := systemInfo(v)
		for _, m := range []reading{understand(replies{commandStats: v, commandDevs: v, commandSummary: v, commandVersion: v}), one} {
			if !(m.Hottest() >= 0 && m.Hottest() < tooHot) || !(m.HashRate >= 0) || math.IsInf(m.HashRate, 0) || !(m.Watts >= 0 && m.Watts < mostWatts) ||
				len(m.Fans) > mostFans || len(m.Model) > maxWord || m.Boards < 0 || m.MissingBoards < 0 {
				t.Errorf("%+v", m.Rig)
			}
		}
		var want map[string]json.RawMessage
		if json.Unmarshal(text, &want) != nil || bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > maxDepth {
			return
		}
		for name, raw := range want {
			var text string
			if json.Unmarshal(raw, &text) != nil || strings.ContainsRune(string(raw), '\uFFFD') {
				continue
			}
			if !hasField(v, name, text) && !strings.ContainsRune(name, '\uFFFD') && string(raw) != "null" {
				t.Errorf("%q: %q is not %q in %v", text, name, raw, v)
			}
		}
	})
}

func hasField(v value, name, text string) bool {
	for _, f := range v.fields {
		if f.name == name && f.value.text == text {
			return true
		}
	}
	return false
}
