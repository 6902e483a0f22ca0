package run

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

const testDescriptor = "wpkh(tpubDCxX2sYFS5bDkSe5GKKYHjBW7tgyN1R3UchpLJvdbf54ohxeGRtd8MbDUe1cguVHe4vnK68DsuD5MXjxi9EXx16rb9EnNsaF5KT99CinaJz/0/*)"

func testChain(t *testing.T) *wallet.Descriptor {
	t.Helper()
	d, err := wallet.ParseDescriptor(testDescriptor, wallet.Regtest)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// fakeIndex is an index on a disk that may be full or slow.
type fakeIndex struct {
	descriptor *wallet.Descriptor
	disk       func() error

	mu   sync.Mutex
	next uint32
}

func (x *fakeIndex) Next() uint32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.next
}

func (x *fakeIndex) Address() wallet.Address {
	a, _ := x.descriptor.Address(x.Next())
	return a
}

func (x *fakeIndex) Used(script []byte, _ string) error {
	if err := x.disk(); err != nil {
		return err
	}
	if bytes.Equal(script, x.Address().Script) {
		x.mu.Lock()
		x.next++
		x.mu.Unlock()
	}
	return nil
}

// newFresh returns a payout whose index is on a disk, and its log.
func newFresh(t *testing.T, disk func() error) (*freshPayout, *bytes.Buffer) {
	var text bytes.Buffer
	d, log := testChain(t), slog.New(slog.NewTextHandler(&text, nil))
	return &freshPayout{
		descriptor: d, index: &fakeIndex{descriptor: d, disk: disk}, blocks: func() []delivery.Block { return nil },
		alerts: solo.NewAlerts(log, nil), log: log,
	}, &text
}

func (p *freshPayout) at(t *testing.T, index uint32) []byte {
	t.Helper()
	a, err := p.descriptor.Address(index)
	if err != nil {
		t.Fatal(err)
	}
	return a.Script
}

func (p *freshPayout) wants(t *testing.T, index uint32) {
	t.Helper()
	if got, want := p.Script(), p.at(t, index); !bytes.Equal(got, want) {
		t.Errorf("the next job pays %x, want %x, that of index %d", got, want, index)
	}
}

// wantToldOnce checks that there was one alert about the disk, and its end.
func wantToldOnce(t *testing.T, log *bytes.Buffer) {
	t.Helper()
	synctest.Wait()
	begun, over := strings.Count(log.String(), `msg=alert alert=descriptor-index`), strings.Count(log.String(), `msg="alert is over" alert=descriptor-index`)
	if begun != 1 || over != 1 {
		t.Errorf("the alert begins %d times and is over %d times, want once:\n%s", begun, over, log)
	}
}

func TestFreshPayoutMovesOnWithEachBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := newFresh(t, func() error { time.Sleep(10 * time.Millisecond); return nil })
		p.wants(t, 0)
		for i := range uint32(5) {
			p.Found(p.at(t, i), template.Hash{byte(i)})
			p.Found(p.at(t, i), template.Hash{byte(i), 1}) // at the same moment, on the same parent
			p.wants(t, i+1)
		}
	})
}

// A disk that is slow or hangs delays no block, and a job only for a moment.
func TestFreshPayoutOnASlowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, log := newFresh(t, func() error { time.Sleep(time.Minute); return nil })
		began := time.Now()
		p.Found(p.at(t, 0), template.Hash{1})
		if d := time.Since(began); d > 0 {
			t.Errorf("Found() took %v", d)
		}
		p.wants(t, 0)
		if d := time.Since(began); d != indexTime {
			t.Errorf("the job waited %v, want %v", d, indexTime)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		p.wants(t, 1)
		wantToldOnce(t, log)
	})
}

// A full disk costs fresh addresses, not jobs. When there is space again the index moves on. The log is not flooded.
func TestFreshPayoutOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("no space left on device")
		err := full
		p, log := newFresh(t, func() error { return err })
		p.Found(p.at(t, 0), template.Hash{1})
		for range 1000 {
			p.wants(t, 0)
		}
		err = nil
		p.wants(t, 1)
		wantToldOnce(t, log)
	})
}

func TestUnpaid(t *testing.T) {
	d := testChain(t)
	block := func(index uint32, s delivery.BlockState) delivery.Block {
		a, err := d.Address(index)
		if err != nil {
			t.Fatal(err)
		}
		return delivery.Block{Script: a.Script, State: s}
	}
	tests := []struct {
		name   string
		next   uint32
		blocks []delivery.Block
		want   int
	}{
		{"fresh", 0, nil, 0},
		{"none in the chain", 3, []delivery.Block{block(0, delivery.StateRejected), block(1, delivery.StateOrphaned), block(2, delivery.StateUnsettled)}, 3},
		{"the last", 3, []delivery.Block{block(2, delivery.StateImmature)}, 0},
		{"one before", 30, []delivery.Block{block(14, delivery.StateMature)}, 15},
		{"the gap limit", 30, []delivery.Block{block(9, delivery.StateMature)}, wallet.GapLimit},
		{"far away", 1 << 30, nil, wallet.GapLimit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := unpaid(d, tt.next, tt.blocks); got != tt.want {
				t.Errorf("unpaid() = %d, want %d", got, tt.want)
			}
		})
	}
}
