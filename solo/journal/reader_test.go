package journal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

func blocks(t testing.TB, j interface {
	Blocks() ([]delivery.Block, error)
}) []delivery.Block {
	t.Helper()
	b, err := j.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A file of a version that wrote no states can be read and changed, and that version can still read it.
func TestFileFromBeforeTheStates(t *testing.T) {
	dir := t.TempDir()
	c := realBlock(t, "block-regtest-h2.hex")
	path := filepath.Join(dir, "2-"+c.BlockHash.String()+".block")
	old := read(t, filepath.Join("testdata", "before-states.block"))
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir)
	want := delivery.NewBlock(c, "rltc1qexample")
	want.Verdict, want.State = delivery.Verdict{Outcome: delivery.Accepted}, delivery.StateImmature
	want.Nodes = []delivery.NodeVerdict{{Node: "http://127.0.0.1:19443", Verdict: want.Verdict, At: settled}}
	if got := blocks(t, j); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("Blocks() = %+v, want %+v", got, want)
	}
	if got, err := j.Load(c.BlockHash); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("Load() = %+v, %v, want %+v", got, err, c)
	}
	if err := j.Mark(c.BlockHash, delivery.Standing{State: delivery.StateOrphaned, ReplacedBy: template.Hash{1}, At: settled.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if text := read(t, path); !bytes.HasPrefix(text, []byte("ltcsolo block 1\n")) {
		t.Errorf("the file now begins with %.20q", text)
	}
	if d := open(t, dir).Damaged(); d != nil {
		t.Errorf("Damaged() = %v", d)
	}
}

// The last of verdicts and states counts.
func TestStates(t *testing.T) {
	orphaned := delivery.Standing{State: delivery.StateOrphaned, ReplacedBy: template.Hash{1}}
	mature := delivery.Standing{State: delivery.StateMature, Settled: true}
	buried := delivery.Standing{State: delivery.StateOrphaned, ReplacedBy: template.Hash{1}, Settled: true}
	tests := []struct {
		name    string
		steps   []any // delivery.Standing or delivery.Verdict
		want    delivery.BlockState
		pending bool
	}{
		{"nothing", nil, delivery.StateUnsettled, true},
		{"accepted", []any{delivery.Verdict{Outcome: delivery.Accepted}}, delivery.StateImmature, false},
		{"mature", []any{delivery.Verdict{Outcome: delivery.Accepted}, mature}, delivery.StateMature, false},
		{"inconclusive", []any{delivery.Verdict{Outcome: delivery.Inconclusive}}, delivery.StateUnsettled, false},
		{"rejected", []any{delivery.Verdict{Outcome: delivery.Rejected, Reason: "high-hash"}}, delivery.StateRejected, false},
		{"refused for now", []any{delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: "time-too-new"}}, delivery.StateUnsettled, true},
		{"orphaned, never sent", []any{orphaned}, delivery.StateOrphaned, true},
		{"buried, never sent", []any{orphaned, buried}, delivery.StateOrphaned, false},
		{"back from being orphaned", []any{orphaned, delivery.Standing{State: delivery.StateImmature}}, delivery.StateImmature, true},
		{"left the chain, accepted after that", []any{
			delivery.Standing{State: delivery.StateUnsettled, ReplacedBy: template.Hash{1}}, delivery.Verdict{Outcome: delivery.Accepted},
		}, delivery.StateImmature, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			j, c := open(t, dir), realBlock(t, "block-regtest-h2.hex")
			if err := j.Append(c); err != nil {
				t.Fatal(err)
			}
			for i, step := range tt.steps {
				at := settled.Add(time.Duration(i) * time.Minute)
				var err error
				switch step := step.(type) {
				case delivery.Standing:
					step.At = at
					err = j.Mark(c.BlockHash, step)
				case delivery.Verdict:
					err = j.Settle(c.BlockHash, "node", step, at)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			got := blocks(t, open(t, dir))
			if len(got) != 1 || got[0].State != tt.want || got[0].Pending() != tt.pending {
				t.Errorf("Blocks() = %+v, want %s and pending %v", got, tt.want, tt.pending)
			}
		})
	}
}

// A Reader changes nothing, needs no permission to write, and sees what another process writes meanwhile.
func TestReadChangesNothing(t *testing.T) {
	dir, path, c := appended(t)
	torn := filepath.Join(dir, "9-"+template.Hash{9}.String()+".block")
	if err := os.WriteFile(torn, read(t, path)[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := journal.Read(dir, labels)
	if err != nil {
		t.Fatal(err)
	}
	if d := r.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), torn) {
		t.Errorf("Damaged() = %v, want %s", d, torn)
	}
	if _, err := os.Stat(torn); err != nil {
		t.Errorf("the torn file was moved: %v", err)
	}
	if err := open(t, dir).Settle(c.BlockHash, "node", delivery.Verdict{Outcome: delivery.Accepted}, settled); err != nil {
		t.Fatal(err)
	}
	if got := blocks(t, r); len(got) != 1 || got[0].State != delivery.StateImmature {
		t.Errorf("Blocks() = %+v, want it immature", got)
	}
	if _, err := journal.Read(filepath.Join(dir, "none"), labels); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Read of no directory = %v", err)
	}
}

// Each torn file is renamed to a name of its own.
func TestDamagedFilesAreSetAsideByName(t *testing.T) {
	dir, path, c := appended(t)
	whole := read(t, path)
	for n, want := range []string{".damaged", ".damaged-2", ".damaged-3"} {
		torn := whole[:100+n]
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		j := open(t, dir)
		if d := j.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), path) || !strings.Contains(d[0].Error(), want) {
			t.Errorf("Damaged() = %v, want %s kept as %s", d, path, want)
		}
		if kept := read(t, path+want); !bytes.Equal(kept, torn) {
			t.Errorf("%s has %d bytes, want the torn file", want, len(kept))
		}
		if d := open(t, dir).Damaged(); d != nil {
			t.Errorf("at the next start Damaged() = %v, want nothing", d)
		}
		if err := j.Append(c); err != nil {
			t.Fatal(err)
		}
	}
}

// Only the head of a settled block is read; damage to the rest shows when Load reads it.
func TestSettledBlocksAreReadByTheirHeads(t *testing.T) {
	dir, path, c := appended(t)
	j := open(t, dir)
	if err := j.Mark(c.BlockHash, delivery.Standing{State: delivery.StateMature, Settled: true, At: settled}); err != nil {
		t.Fatal(err)
	}
	text := read(t, path)
	if err := os.WriteFile(path, text[:len(text)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	j = open(t, dir)
	if got := blocks(t, j); len(got) != 1 || got[0].State != delivery.StateMature || j.Damaged() != nil {
		t.Errorf("Blocks() = %+v, damaged %v", got, j.Damaged())
	}
	if _, err := j.Load(c.BlockHash); err == nil {
		t.Error("Load() of the cut block succeeded")
	}
}

// A file has only the node's word for a refusal. Labels says what the word means; without that the block is pending.
func TestRefusalsAreReadByLabels(t *testing.T) {
	for _, tt := range []struct {
		name          string
		refusedForNow func(string) bool
		want          delivery.Outcome
	}{
		{"for now", func(reason string) bool { return reason == "time-too-new" }, delivery.RefusedForNow},
		{"for good", func(string) bool { return false }, delivery.Rejected},
		{"not known", nil, delivery.RefusedForNow},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, path, c := appended(t)
			written := delivery.Verdict{Outcome: tt.want, Reason: "time-too-new"}
			if err := open(t, dir).Settle(c.BlockHash, "node", written, settled); err != nil {
				t.Fatal(err)
			}
			if text := read(t, path); !bytes.Contains(text, []byte(" node rejected: time-too-new\n")) {
				t.Errorf("the file lacks the verdict:\n%s", text)
			}
			r, err := journal.Read(dir, journal.Labels{Network: "regtest", RefusedForNow: tt.refusedForNow})
			if err != nil {
				t.Fatal(err)
			}
			got := blocks(t, r)
			if len(got) != 1 || got[0].Verdict != written || got[0].Pending("node") != (tt.want == delivery.RefusedForNow) {
				t.Errorf("Blocks() = %+v, want the verdict %+v", got, written)
			}
		})
	}
}
