package history

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"unique"

	"ltcsolo/solo"
)

func TestRowsComeBack(t *testing.T) {
	in := row{at: begin.Unix(), samples: 12, rate: 16.51234e9, hottest: 71.44, workers: []sample{
		{unique.Make("garage.l9"), 16.5e9, 61}, {unique.Make(`a "name" with ☃`), 76_000.5, 0}, {others, 1e-9, 0},
	}}
	text := in.encode()
	if want := `{"t":1795694400,"n":12,"rate":16510000000,"temp":71.44,"workers":[{"name":"garage.l9","rate":16500000000,"temp":61}`; !strings.HasPrefix(string(text), want) || text[len(text)-1] != '\n' {
		t.Errorf("line %s, want %s...", text, want)
	}
	got, err := decode(text)
	want := in
	want.rate, want.workers[1].rate = 16.51e9, 76_000
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("decode(%s) = %+v, %v, want %+v", text, got, err, want)
	}
}

func TestLinesThatAreNoRows(t *testing.T) {
	many := strings.Repeat(`{"name":"a","rate":1},`, maxWorkers+1) + `{"name":"a","rate":1}`
	for _, text := range []string{
		"", "null", "7", "[]", "{", "{}", `{"t":1,"n":0,"rate":1}`, `{"t":-1,"n":1,"rate":1}`, `{"t":1,"n":1,"rate":-1}`, `{"t":1,"n":1,"rate":3e38}`, `{"t":1,"n":1,"rate":1e99}`,
		`{"t":1e30,"n":1,"rate":1}`, `{"t":1,"n":9999999,"rate":1}`, `{"t":1,"n":1,"rate":1,"workers":[{"name":"a","rate":-1}]}`,
		`{"t":1,"n":1,"rate":1,"workers":[` + many + `]}`, `{"t":1,"n":1,"rate":"1"}`,
	} {
		if r, err := decode([]byte(text)); err == nil {
			t.Errorf("decode(%.80s) = %+v", text, r)
		}
	}
}

// Whatever a file has, what is read from it can be shown, averaged and written, and comes back as it is.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"t":1795694400,"n":12,"rate":16510000000,"temp":71.44,"workers":[{"name":"garage.l9","rate":16500000000,"temp":61}]}`))
	f.Add([]byte(`{"t":1,"n":1,"rate":3.4e38,"workers":[{"name":"\u202e\n\u0000","rate":1e-45,"temp":-3}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := decode(text)
		if err != nil {
			return
		}
		var s sum
		s.at = r.at
		s.add(&r)
		s.add(&r)
		if mean := s.row(); math.IsNaN(float64(mean.rate)) || mean.rate < 0 || len(mean.workers) > maxWorkers+1 {
			t.Fatalf("average %+v of %+v", mean, r)
		}
		line := r.encode()
		again, err := decode(line)
		if err != nil || again.at != r.at || again.samples != r.samples || len(again.workers) != len(r.workers) {
			t.Fatalf("%s comes back as %+v, %v", line, again, err)
		}
		if twice := again.encode(); string(twice) != string(line) {
			t.Errorf("%s comes back as %s", line, twice)
		}
	})
}

// A row has the workers of the highest rate, and adds up the others.
func TestAverages(t *testing.T) {
	var s sum
	for i := range 2 {
		st := solo.Stats{Search: solo.Search{HashRate: 1000, Temperature: 60 + float64(i)}}
		for n := range maxWorkers + 10 {
			if i == 1 && n == maxWorkers+9 {
				continue // the fastest one has gone
			}
			st.Workers = append(st.Workers, solo.Worker{Name: fmt.Sprintf("rig%02d", n), Sessions: 1, HashRate: [3]float64{float64(n), float64(n), float64(n)}, Rig: &solo.Rig{Chip: 50 + float64(i)}})
		}
		st.Workers = append(st.Workers, solo.Worker{Name: "gone", HashRate: [3]float64{}})
		r := newRow(&st, begin)
		s.add(&r)
	}
	r := s.row()
	if r.samples != 2 || r.rate != 1000 || r.hottest != 61 || len(r.workers) != maxWorkers+1 {
		t.Fatalf("row %+v", r)
	}
	first, last := r.workers[0], r.workers[maxWorkers]
	if first != (sample{unique.Make("rig72"), 72, 51}) {
		t.Errorf("the first is %v %+v", first.name.Value(), first)
	}
	if w, ok := r.of(unique.Make("rig73")); !ok || w.rate != 36.5 {
		t.Errorf("the one that was there half the time has %+v", w)
	}
	if want := float32(9 * 10 / 2); last.name != others || last.rate != want { // rig00 to rig09
		t.Errorf("the rest is %+v, want %v", last, want)
	}
}
