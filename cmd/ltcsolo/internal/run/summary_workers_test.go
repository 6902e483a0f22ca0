package run

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ltcsolo/solo"
)

func TestSummaryOfWorkers(t *testing.T) {
	s := &summary{Seconds: 10, Workers: workOf([]solo.Worker{
		{Name: "cpu", Kind: solo.KindCPU, Hashes: 1e6},
		{Name: "idle"},
		{Name: "refused", Stale: 9},
		{Name: "l3\x1b[2J", Hashes: 5_000_000, Accepted: 1, Best: 100},
		{Name: "l9", Hashes: 168_000_000_000, Accepted: 1234, Stale: 3, Duplicate: 1, Low: 1, Unknown: 1, Malformed: 1, Best: 12e9},
	})}
	var out strings.Builder
	if err := s.printWorkers(&out); err != nil {
		t.Fatal(err)
	}
	const want = "miner l9: 16.8 GH/s on average, 1,234 shares accepted, 7 refused, best 12.0 G\n" +
		"miner l3 [2J: 500 kH/s on average, 1 share accepted, 0 refused, best 100\n"
	if got := out.String(); got != want {
		t.Errorf("summary\n%swant\n%s", got, want)
	}
	for _, tt := range []struct {
		kernel string
		want   string
	}{{"", " by 2 miners"}, {"avx2", " by 2 miners and kernel avx2 on 1 thread"}} {
		if s.Kernel, s.Threads = tt.kernel, 1; s.by() != tt.want {
			t.Errorf("by() = %q, want %q", s.by(), tt.want)
		}
	}
	raw, err := json.Marshal(s.Workers[0])
	if want := `{"name":"l9","hashes":168000000000,"accepted":1234,"refused":7,"best_difficulty":12000000000}`; err != nil || string(raw) != want {
		t.Errorf("JSON %s, %v, want %s", raw, err, want)
	}
}

// A server that no share was sent to has an empty list; a search of the CPU alone has none.
func TestSummaryKeepsItsKeys(t *testing.T) {
	for _, tt := range []struct {
		workers []workerWork
		want    bool
	}{{nil, false}, {workOf(nil), true}} {
		raw, err := json.Marshal(&summary{Workers: tt.workers, Blocks: []foundBlock{{}}})
		if got := strings.Contains(string(raw), `"workers":[]`); err != nil || got != tt.want || strings.Contains(string(raw), `"worker":`) {
			t.Errorf("%s, %v: list of workers %t, want %t", raw, err, got, tt.want)
		}
	}
}

func TestSummaryOfManyWorkers(t *testing.T) {
	s := &summary{Seconds: 1}
	for i := range 100 {
		s.Workers = append(s.Workers, workerWork{Name: fmt.Sprint(i), Accepted: 1})
	}
	var out strings.Builder
	if err := s.printWorkers(&out); err != nil || strings.Count(out.String(), "\n") != mostWorkers+1 || !strings.HasSuffix(out.String(), "and 80 more miners\n") {
		t.Errorf("%v\n%s", err, &out)
	}
}
