package rigs_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/rigs"
	"ltcsolo/solo/rigs/rigstest"
)

// miner is a connected worker.
func miner(name string, since time.Time, addresses ...string) solo.Worker {
	return solo.Worker{Name: name, Kind: "unknown", Sessions: len(addresses), Since: since, Addresses: addresses}
}

// floor is a set of workers that changes. It is safe for concurrent use.
type floor struct {
	mu  sync.Mutex
	now []solo.Worker
}

func (f *floor) set(now ...solo.Worker) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = now
}

func (f *floor) workers() []solo.Worker {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.now)
}

// network is a house that changes, and that counts who is dialled. It is safe for concurrent use.
type network struct {
	mu     sync.Mutex
	miners house
	counts map[string]int       // since the last call of dialled
	last   map[string]time.Time // that an address was dialled
}

func newNetwork(miners house) *network {
	return &network{miners: miners, counts: make(map[string]int), last: make(map[string]time.Time)}
}

func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	n.counts[address]++
	n.last[address] = time.Now()
	m := n.miners[address]
	n.mu.Unlock()
	return house{address: m}.dial(ctx, network, address)
}

// set puts a miner at an address; nil removes it.
func (n *network) set(address string, m *rigstest.Miner) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.miners[address] = m
}

// dialled returns how often each address was dialled since the last call.
func (n *network) dialled() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	counts := n.counts
	n.counts = make(map[string]int)
	return counts
}

// times returns when each address was dialled last.
func (n *network) times() map[string]time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.last)
}

// once is how often each port of a machine is dialled that does not answer.
func once(ip string, times int) map[string]int {
	return map[string]int{ip + ":4028": times, ip + ":8359": times, ip + ":80": times}
}

// TestWhoIsAsked: connected miners of local networks, once a minute, and nobody else.
func TestWhoIsAsked(t *testing.T) {
	l9 := rigstest.Load(t, "testdata/l9")
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		f, d := &floor{}, newNetwork(house{"192.168.1.9:4028": l9})
		cpu := solo.Worker{Name: "cpu", Kind: solo.KindCPU, Sessions: 1, Addresses: []string{"192.168.1.2"}}
		left := miner("left", now, "192.168.1.3")
		left.Sessions = 0
		f.set(miner("l9", now, "192.168.1.9"), miner("far", now, "203.0.113.5"), miner("odd", now, "", "nonsense"), cpu, left)
		a := run(t, rigs.Config{Workers: f.workers, Dial: d.dial})
		time.Sleep(10*time.Minute + time.Second)
		if got, want := d.dialled(), map[string]int{"192.168.1.9:4028": 1 + 11}; !maps.Equal(got, want) {
			t.Errorf("dialled %v, want the L9 once for its version and once a minute: %v", got, want)
		}
		got := a.Describe(f.workers())
		if len(got) != 5 || got[0].Rig == nil || got[0].Rig.Chip != 79 || got[0].Rig.Model != "Antminer L9" {
			t.Errorf("workers %+v", got)
		}
		for _, w := range got[1:] {
			if w.Rig != nil {
				t.Errorf("%s has a rig: %+v", w.Name, w.Rig)
			}
		}
		f.set(left) // the L9 too
		time.Sleep(5 * time.Minute)
		if got := d.dialled(); len(got) != 0 {
			t.Errorf("dialled after it had left: %v", got)
		}
	})
}

// TestPatience: a miner that does not answer twice is asked again after an hour, or when it connects anew.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		f, d := &floor{}, newNetwork(house{})
		f.set(miner("pc", began, "192.168.1.7"))
		run(t, rigs.Config{Workers: f.workers, Dial: d.dial})
		time.Sleep(50 * time.Minute)
		if got, want := d.dialled(), once("192.168.1.7", 2); !maps.Equal(got, want) {
			t.Errorf("dialled in 50 minutes, want twice on each of three ports: %v", got)
		}
		time.Sleep(15 * time.Minute)
		if got, want := d.dialled(), once("192.168.1.7", 1); !maps.Equal(got, want) {
			t.Errorf("dialled at the hour, want once on each port: %v", got)
		}
		f.set(miner("pc", time.Now(), "192.168.1.7"))
		time.Sleep(5 * time.Minute)
		if got, want := d.dialled(), once("192.168.1.7", 2); !maps.Equal(got, want) {
			t.Errorf("dialled after it had connected anew, want twice on each port: %v", got)
		}
		f.set()
		time.Sleep(3 * time.Minute)
		f.set(miner("pc", began, "192.168.1.7"))
		time.Sleep(5 * time.Minute)
		if got, want := d.dialled(), once("192.168.1.7", 2); !maps.Equal(got, want) {
			t.Errorf("dialled after it had been away, want twice on each port: %v", got)
		}
	})
}

// TestTheWayIsRemembered: after the first answer only the port that answered is dialled. What was told is gone when the miner
// is silent for a second time, and back when it answers again.
func TestTheWayIsRemembered(t *testing.T) {
	volc := rigstest.Load(t, "testdata/volcminer")
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		f, d := &floor{}, newNetwork(house{"192.168.1.8:8359": volc})
		f.set(miner("d1", began, "192.168.1.8"))
		a := run(t, rigs.Config{Workers: f.workers, Dial: d.dial})
		rig := func() *solo.Rig { return a.Describe(f.workers())[0].Rig }
		time.Sleep(time.Second)
		d.dialled()
		time.Sleep(3 * time.Minute)
		if got, want := d.dialled(), map[string]int{"192.168.1.8:8359": 3}; !maps.Equal(got, want) {
			t.Errorf("dialled %v, want %v", got, want)
		}
		d.set("192.168.1.8:8359", nil)
		time.Sleep(time.Minute)
		if r := rig(); r.Board != 58 || r.Fault == "" {
			t.Errorf("after one failure: %+v", r)
		}
		time.Sleep(time.Minute)
		if r := rig(); r.Board != 0 || r.HashRate != 0 || r.Model != "VolcMiner D1" || r.Fault != "it does not answer" {
			t.Errorf("after two failures: %+v", r)
		}
		d.set("192.168.1.8:8359", volc)
		time.Sleep(time.Hour + time.Minute)
		if r := rig(); r.Board != 58 || r.Fault != "" {
			t.Errorf("when it answers again: %+v", r)
		}
	})
}

// TestNewFirmware: a miner that connects anew is asked again what it is.
func TestNewFirmware(t *testing.T) {
	m := rigstest.Load(t, "testdata/volcminer")
	synctest.Test(t, func(t *testing.T) {
		f := &floor{}
		f.set(miner("d1", time.Now(), "192.168.1.8"))
		a := run(t, rigs.Config{Workers: f.workers, Dial: house{"192.168.1.8:8359": m}.dial})
		time.Sleep(time.Minute)
		m.Set("version", strings.ReplaceAll(m.Reply("version"), "2024-03-19", "2025-11-02"))
		m.Set("stats", strings.ReplaceAll(m.Reply("stats"), "2024-03-19", "2025-11-02"))
		f.set(miner("d1", time.Now(), "192.168.1.8"))
		time.Sleep(2 * time.Minute)
		if r := a.Describe(f.workers())[0].Rig; !strings.HasPrefix(r.Firmware, "2025-11-02") || r.Model != "VolcMiner D1" {
			t.Errorf("it tells of %q, %q", r.Model, r.Firmware)
		}
	})
}

// TestMachinesOfOneWorker add up.
func TestMachinesOfOneWorker(t *testing.T) {
	l7, l9 := rigstest.Load(t, "testdata/l7"), rigstest.Load(t, "testdata/l9")
	synctest.Test(t, func(t *testing.T) {
		f := &floor{}
		f.set(miner("garage", time.Now(), "192.168.1.7", "192.168.1.9", "192.168.1.11"))
		a := run(t, rigs.Config{Workers: f.workers, Dial: house{"192.168.1.7:4028": l7, "192.168.1.9:4028": l9}.dial})
		time.Sleep(time.Minute)
		r := a.Describe(f.workers())[0].Rig
		if r == nil || r.Model != "Antminer L7, Antminer L9" || r.Chip != 79 || r.Board != 66 || len(r.Fans) != 8 || r.Boards != 7 ||
			r.HardwareErrors != 54 || r.DeadChips != 2 || r.HashRate < 25.5e9 || r.HashRate > 25.6e9 || r.Fault != "" {
			t.Errorf("got %+v", r)
		}
		r.Fans[0] = -1
		if again := a.Describe(f.workers())[0].Rig; again.Fans[0] == -1 {
			t.Error("the slice is not the caller's")
		}
	})
}

// TestOneOfSeveralDoesNotAnswer: the others are shown and judged as before, whichever connected last.
func TestOneOfSeveralDoesNotAnswer(t *testing.T) {
	l7, l9 := rigstest.Load(t, "testdata/l7"), rigstest.Load(t, "testdata/l9")
	synctest.Test(t, func(t *testing.T) {
		f, d := &floor{}, newNetwork(house{"192.168.1.7:4028": l7, "192.168.1.9:4028": l9})
		began := time.Now()
		f.set(miner("garage", began, "192.168.1.7", "192.168.1.9"))
		a := run(t, rigs.Config{Workers: f.workers, Dial: d.dial, MaxTemp: 75})
		time.Sleep(2 * time.Minute)
		rig := func() *solo.Rig { return a.Describe(f.workers())[0].Rig }
		address := rig().Address
		f.set(miner("garage", began, "192.168.1.9", "192.168.1.7"))
		if got := rig().Address; got != address {
			t.Errorf("addresses %q, and %q when the other one is the newest", address, got)
		}
		d.set("192.168.1.7:4028", nil)
		time.Sleep(20 * time.Minute)
		r := rig()
		if r.Chip != 79 || r.Boards != 3 || r.Fault != "192.168.1.7:4028: it does not answer" || time.Since(r.When) > time.Minute {
			t.Errorf("got %+v", r)
		}
		if alerts := a.Alerts(a.Describe(f.workers()), true); len(alerts) != 1 || alerts[0].Key != solo.AlertRigHot {
			t.Errorf("alerts %+v, want that the other one is hot", alerts)
		}
	})
}

// TestNamedMachines have a row of their own until a worker connects from their address.
func TestNamedMachines(t *testing.T) {
	bitaxe, l7 := rigstest.Load(t, "testdata/bitaxe"), rigstest.Load(t, "testdata/l7")
	synctest.Test(t, func(t *testing.T) {
		f, d := &floor{}, newNetwork(house{"10.0.0.5:8080": bitaxe, "10.0.0.7:4028": l7})
		a := run(t, rigs.Config{Workers: f.workers, Dial: d.dial, Named: []string{"10.0.0.8", "10.0.0.5:8080", "10.0.0.7", "10.0.0.8"}})
		time.Sleep(time.Minute)
		rows := a.Describe(nil)
		if len(rows) != 3 || rows[0].Name != "10.0.0.5:8080" || rows[0].Kind != solo.KindRig || rows[0].Rig.Model != "Supra" ||
			rows[1].Rig.Model != "Antminer L7" || rows[2].Rig.Fault != "it does not answer" || rows[2].Sessions != 0 {
			t.Errorf("rows %+v", rows)
		}
		f.set(miner("l7", time.Now(), "10.0.0.7"))
		d.dialled()
		time.Sleep(10 * time.Minute)
		rows = a.Describe(f.workers())
		if len(rows) != 3 || rows[0].Name != "l7" || rows[0].Rig == nil || rows[0].Rig.Model != "Antminer L7" || rows[1].Name != "10.0.0.5:8080" {
			t.Errorf("with a worker from a named address: %+v", rows)
		}
		if got := d.dialled(); got["10.0.0.7:4028"] != 10 || got["10.0.0.7:80"] != 0 {
			t.Errorf("dialled %v, want the named machine once a minute", got)
		}
	})
}

func TestNamedMachineBeforeItsFirstAnswer(t *testing.T) {
	a, err := rigs.New(rigs.Config{Workers: func() []solo.Worker { return nil }, Local: local, Named: []string{"rig.lan"}})
	if err != nil {
		t.Fatal(err)
	}
	if rows := a.Describe(nil); len(rows) != 1 || rows[0].Name != "rig.lan" || rows[0].Rig.Fault != "it was not asked yet" {
		t.Errorf("rows %+v", rows)
	}
}

// TestAskedOneAfterTheOther: a hundred miners are asked over the minute, and always in the same second.
func TestAskedOneAfterTheOther(t *testing.T) {
	m := rigstest.Load(t, "testdata/l7")
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		f, h := &floor{}, house{}
		var all []solo.Worker
		for i := range 100 {
			h[fmt.Sprintf("10.0.1.%d:4028", i)] = m
			all = append(all, miner(fmt.Sprint("rig", i), began, fmt.Sprintf("10.0.1.%d", i)))
		}
		f.set(all...)
		d := newNetwork(h)
		run(t, rigs.Config{Workers: f.workers, Dial: d.dial})
		time.Sleep(time.Minute - time.Millisecond)
		first := d.times()
		perSecond := make(map[int]int)
		for _, at := range first {
			perSecond[int(at.Sub(began).Seconds())]++
		}
		if len(first) != 100 || len(perSecond) < 55 {
			t.Errorf("%d asked, in %d different seconds", len(first), len(perSecond))
		}
		time.Sleep(time.Minute)
		const one = "10.0.1.50:4028"
		if again := d.times()[one].Sub(first[one]); again != time.Minute {
			t.Errorf("the same miner was asked after %v", again)
		}
	})
}

// TestSilentMinersHoldUpNobody: of those that accept connections and say nothing, each costs at most seconds.
func TestSilentMinersHoldUpNobody(t *testing.T) {
	l9 := rigstest.Load(t, "testdata/l9")
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		f, h := &floor{}, house{"10.0.2.200:4028": l9}
		silent := &rigstest.Miner{Silent: true}
		var all []solo.Worker
		for i := range 60 {
			for _, port := range []int{4028, 8359, 80} {
				h[fmt.Sprintf("10.0.2.%d:%d", i, port)] = silent
			}
			all = append(all, miner(fmt.Sprint("silent", i), now, fmt.Sprintf("10.0.2.%d", i)))
		}
		f.set(append(all, miner("l9", now, "10.0.2.200"))...)
		a := run(t, rigs.Config{Workers: f.workers, Dial: h.dial})
		time.Sleep(time.Minute)
		if w := a.Describe(f.workers()); w[60].Rig == nil || w[60].Rig.Chip != 79 {
			t.Errorf("the L9 was not asked in the first minute: %+v", w[60].Rig)
		}
	})
}

// TestThousandsOfSilentMiners: a round of questions that takes longer than a minute does not have them asked again.
func TestThousandsOfSilentMiners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		f, h := &floor{}, house{}
		silent := &rigstest.Miner{Silent: true}
		var all []solo.Worker
		for i := range 2000 {
			ip := fmt.Sprintf("10.0.%d.%d", i/250, i%250)
			for address := range once(ip, 1) {
				h[address] = silent
			}
			all = append(all, miner(ip, now, ip))
		}
		f.set(all...)
		d := newNetwork(h)
		run(t, rigs.Config{Workers: f.workers, Dial: d.dial})
		time.Sleep(50 * time.Minute)
		for address, n := range d.dialled() {
			if n != 2 {
				t.Fatalf("%s was dialled %d times in 50 minutes, want twice", address, n)
			}
		}
	})
}

// TestBoardThatIsGone: a board that worked before and is not listed any more is missing.
func TestBoardThatIsGone(t *testing.T) {
	m := rigstest.Load(t, "testdata/volcminer")
	synctest.Test(t, func(t *testing.T) {
		a := run(t, rigs.Config{Named: []string{"10.0.0.9"}, Dial: house{"10.0.0.9:8359": m}.dial})
		time.Sleep(10 * time.Second)
		if r := a.Describe(nil)[0].Rig; r.Boards != 3 || r.MissingBoards != 0 {
			t.Errorf("at first: %+v", r)
		}
		m.Set("stats", strings.NewReplacer(`"chain_acn2":105`, `"chain_acn2":0`, `"5081.90"`, `""`).Replace(m.Reply("stats")))
		time.Sleep(time.Minute)
		if r := a.Describe(nil)[0].Rig; r.Boards != 2 || r.MissingBoards != 1 {
			t.Errorf("without a board: %+v", r)
		}
	})
}

// TestOverTheNetwork asks a miner on the loopback interface.
func TestOverTheNetwork(t *testing.T) {
	l3, bitaxe := rigstest.Load(t, "testdata/l3plus").Listen(t), rigstest.Load(t, "testdata/bitaxe").Listen(t)
	a, err := rigs.New(rigs.Config{Workers: func() []solo.Worker { return nil }, Local: func(netip.Addr) bool { return true }, Named: []string{l3, bitaxe}})
	if err != nil {
		t.Fatal(err)
	}
	first, _ := rigs.Ask(t.Context(), a, l3)
	second, _ := rigs.Ask(t.Context(), a, bitaxe)
	if first.Model != "Antminer L3+" || first.Address != l3 || second.Model != "Supra" || second.Address != bitaxe {
		t.Errorf("got %+v and %+v", first, second)
	}
}
