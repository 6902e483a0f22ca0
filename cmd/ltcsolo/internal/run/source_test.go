package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// elsewhere is a source whose miners are not in this process.
type elsewhere struct {
	engine *solo.Engine
	hashes uint64 // that it has seen
	fail   error  // of Run, at once
}

func (s *elsewhere) Name() string { return "house" }

func (s *elsewhere) Workers() []solo.Worker {
	return []solo.Worker{{Name: "a", Hashes: s.hashes, HashRate: [3]float64{1000}}, {Name: "b", HashRate: [3]float64{500}}}
}

// Run solves each job and submits the block.
func (s *elsewhere) Run(ctx context.Context) error {
	if s.fail != nil {
		return s.fail
	}
	extranonce := s.engine.Extranonce1()
	var job *template.Job
	for {
		var err error
		if job, err = s.engine.NextJob(ctx, job); err != nil {
			return nil
		}
		if job == nil {
			continue
		}
		sol := template.Solution{Extranonce: make([]byte, solo.ExtranonceSize), Version: job.Template.Version, Time: job.Template.CurTime}
		copy(sol.Extranonce, extranonce[:])
		for {
			h, err := job.Header(sol)
			if err != nil {
				return err
			}
			header := [scrypt.HeaderSize]byte(h)
			pow := template.Hash(scrypt.Sum(&header))
			if job.Template.Target.MetBy(&pow) {
				break
			}
			sol.Nonce++
		}
		if _, err := s.engine.Submit(solo.Share{JobID: job.ID, Solution: sol, Worker: "a", Target: job.Template.Target}); err != nil {
			return err
		}
	}
}

// busy is a source that hashes in this process.
type busy struct {
	elsewhere
	pause string
}

func (s *busy) Hashes() uint64 { return s.hashes }
func (s *busy) Paused() string { return s.pause }

var _ local = (*busy)(nil)

// withoutCPU configures a run on a scripted node, with s as its only source.
func withoutCPU(t *testing.T, s *elsewhere, out *bytes.Buffer) Config {
	t.Helper()
	return withoutCPUOn(t, nodetest.Start(t), s, out)
}

func withoutCPUOn(t *testing.T, server *nodetest.Server, s *elsewhere, out *bytes.Buffer) Config {
	t.Helper()
	var log bytes.Buffer
	console := terminal.New(&log, nil, false)
	l, err := terminal.NewLog(console, terminal.LogConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Flush()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return Config{
		Settings: &settings.Mine{
			Payee: settings.Payee{Address: "rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs"}, Blocks: 1, State: t.TempDir(), JSON: true,
		},
		Discovery: &discover.Found{Network: "regtest", Nodes: []node.Config{{URL: server.URL, Network: "regtest", Credentials: server.Credentials}}},
		Sources: []NewSource{func(e *solo.Engine) (Source, error) {
			s.engine = e
			return s, nil
		}},
		Console: console, Log: l, Disk: disk.Local(), Out: out,
	}
}

func TestRunWithoutTheCPU(t *testing.T) {
	var out bytes.Buffer
	if err := Run(t.Context(), withoutCPU(t, &elsewhere{hashes: 12345}, &out)); err != nil {
		t.Fatal(err)
	}
	var got summary
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Reason != byBlocks || got.Hashes != 12345 || got.Kernel != "" || got.Threads != 0 || len(got.Blocks) != 1 || got.Blocks[0].Verdict != accepted {
		t.Errorf("summary %+v, want one accepted block and the hashes of the source", got)
	}
}

// The time is over while the node does not take the block: the run waits for it longer than for any other end, until the
// node has answered.
func TestH32TimeIsOverWithABlockInHand(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	server := nodetest.Start(t)
	cfg := withoutCPUOn(t, server, &elsewhere{}, &out)
	cfg.Settings.Blocks, cfg.Settings.For, cfg.Settings.Grace = 0, time.Second, time.Minute
	server.Always("submitblock", nodetest.WarmUp)
	back := time.AfterFunc(13*time.Second, func() { server.Always("submitblock", nodetest.Fault{}) }) // longer than a courier's grace
	defer back.Stop()
	if err := Run(t.Context(), cfg); err != nil {
		t.Errorf("Run = %v", err)
	}
	var got summary
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Reason != byTime || len(got.Blocks) == 0 || got.Blocks[0].Verdict != accepted {
		t.Errorf("summary %+v, want an accepted block", got)
	}
}

func TestSourceThatFailsEndsTheRun(t *testing.T) {
	var out bytes.Buffer
	broken := errors.New("no port")
	err := Run(t.Context(), withoutCPU(t, &elsewhere{fail: broken}, &out))
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "house: ") {
		t.Errorf("Run = %v, want the source's error with its name", err)
	}
	if !strings.Contains(out.String(), `"reason":"error"`) {
		t.Errorf("summary %s", &out)
	}
}

func TestWork(t *testing.T) {
	all := workers([]Source{&elsewhere{hashes: 5}, &busy{elsewhere: elsewhere{hashes: 7}}})
	if hashes := hashed(all, nil); hashes != 12 {
		t.Errorf("hashed = %d, want those of all workers, 12", hashes)
	}
	miners := []solo.Worker{{Name: "cpu", Kind: solo.KindCPU, Hashes: 5}, {Name: "rig", Hashes: 7}} // another one is forgotten
	if hashes := hashed(miners, &solo.Stratum{Hashes: 100}); hashes != 105 {
		t.Errorf("hashed = %d, want those of the CPU and of the server, 105", hashes)
	}
	if rate, _ := solo.TotalRate(all); rate != 3000 {
		t.Errorf("TotalRate = %v, want that of all workers, 3000", rate)
	}
}

// Mining is paused when nobody takes work; a limit that pauses the CPU pauses the CPU alone.
func TestPaused(t *testing.T) {
	hot, free := &busy{pause: "hot"}, &busy{}
	for _, tt := range []struct {
		name    string
		sources []Source
		want    string
	}{
		{"CPU", []Source{hot}, "hot"},
		{"CPU that searches", []Source{free}, ""},
		{"two", []Source{hot, &busy{pause: "late"}}, "hot"},
		{"one of two", []Source{hot, free}, ""},
		{"miners in the house too", []Source{hot, &elsewhere{}}, ""},
	} {
		if got := paused(tt.sources); got != tt.want {
			t.Errorf("%s: paused = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestWatchdog(t *testing.T) {
	const limit = time.Minute
	for _, tt := range []struct {
		name    string
		offered bool
		sources []Source
		want    bool
	}{
		{"the CPU hangs", true, []Source{&busy{}}, false},
		{"the CPU hangs beside miners in the house", true, []Source{&elsewhere{}, &busy{}}, false},
		{"nothing is offered", false, []Source{&busy{}}, true},
		{"the CPU is paused", true, []Source{&busy{pause: "hot"}}, true},
		{"nobody hashes here", true, []Source{&elsewhere{}}, true},
		{"no source at all", true, nil, true},
	} {
		w := watchdog{limit: limit, pulses: make([]pulse, len(tt.sources))}
		now := time.Unix(1_000_000, 0)
		if !w.alive(now, tt.offered, tt.sources) {
			t.Errorf("%s: dead from the start", tt.name)
		}
		if got := w.alive(now.Add(limit/2+1), tt.offered, tt.sources); got != tt.want {
			t.Errorf("%s: alive is %v, want %v", tt.name, got, tt.want)
		}
	}
}
