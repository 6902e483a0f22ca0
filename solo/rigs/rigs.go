package rigs

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"ltcsolo/solo"
)

// Config configures an Asker.
type Config struct {
	// Workers returns the workers as they are now. The addresses of those that are connected are asked. It must be safe for
	// concurrent use.
	Workers func() []solo.Worker
	// Local reports whether a worker's address may be asked; nobody asks a machine in somebody else's network.
	Local func(netip.Addr) bool
	// Named are further machines that are asked, whether they are connected or not: an IP address or a host name, with a port
	// if it is an unusual one.
	Named []string
	// MaxTemp is the temperature in °C above which there is an alert; 0: DefaultMaxTemp.
	MaxTemp float64
	// Dial connects to a machine; nil: net.Dialer's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	Log  *slog.Logger // nil: none
}

// DefaultMaxTemp is in °C. The chips of Antminers and Goldshells are at 60 to 80 when all is well.
const DefaultMaxTemp = 85

// When machines are asked.
const (
	askEvery    = time.Minute
	askApart    = time.Second     // between two machines, or less if there are more than fit into a minute
	askAgain    = time.Hour       // a machine that does not answer; sooner if it connects anew
	askNamed    = 5 * time.Minute // a named one: nobody says when it comes back
	patience    = 2               // failures until a machine counts as one that does not answer
	atOnce      = 128             // machines that are asked at the same time
	forgetAfter = 24 * time.Hour
	mostKnown   = 10_000
)

// Asker asks miners every minute what they tell of themselves. It is safe for concurrent use.
type Asker struct {
	cfg   Config
	judge *judge

	named []*machine // of Config

	mu        sync.Mutex
	connected map[netip.Addr]*machine // of workers
	round     time.Time               // when it was last seen who is connected
}

// New checks cfg.
func New(cfg Config) (*Asker, error) {
	if cfg.Workers == nil || cfg.Local == nil {
		return nil, errors.New("new rigs: Workers and Local are needed")
	}
	if cfg.MaxTemp == 0 {
		cfg.MaxTemp = DefaultMaxTemp
	}
	if cfg.Dial == nil {
		cfg.Dial = new(net.Dialer).DialContext
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	a := &Asker{cfg: cfg, judge: newJudge(cfg.MaxTemp), connected: make(map[netip.Addr]*machine)}
	for _, at := range slices.Compact(slices.Sorted(slices.Values(cfg.Named))) {
		a.named = append(a.named, &machine{at: at, named: true, ip: literal(at), rig: solo.Rig{Address: at, Fault: "it was not asked yet"}})
	}
	return a, nil
}

// Run asks until ctx ends: each machine once a minute, one after the other rather than all at once.
func (a *Asker) Run(ctx context.Context) {
	var asked sync.WaitGroup
	defer asked.Wait()
	places := make(chan struct{}, atOnce)
	for {
		began := time.Now()
		due := a.due(began)
		for i, m := range due {
			if !sleepUntil(ctx, began.Add(min(askApart, askEvery/time.Duration(len(due)))*time.Duration(i))) {
				return
			}
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return
			}
			asked.Go(func() {
				defer func() { <-places }()
				a.ask(ctx, m)
			})
		}
		if !sleepUntil(ctx, began.Add(askEvery)) {
			return
		}
	}
}

// sleepUntil reports whether the time has come before ctx ended.
func sleepUntil(ctx context.Context, at time.Time) bool {
	select {
	case <-time.After(time.Until(at)):
		return true
	case <-ctx.Done():
		return false
	}
}

// due returns the machines to be asked now, always in the same order, so that each is asked at its own second.
func (a *Asker) due(now time.Time) []*machine {
	workers := a.cfg.Workers()
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range workers {
		for _, ip := range addressesOf(&workers[i]) {
			if a.cfg.Local(ip) && !slices.ContainsFunc(a.named, func(m *machine) bool { return m.ip == ip }) {
				if a.connected[ip] == nil {
					a.connected[ip] = &machine{at: ip.String(), ip: ip}
				}
				a.connected[ip].isConnected(workers[i].Since, now, a.round)
			}
		}
	}
	a.round = now
	a.forget(now)
	all := slices.Clone(a.named)
	for _, ip := range slices.SortedFunc(maps.Keys(a.connected), netip.Addr.Compare) {
		all = append(all, a.connected[ip])
	}
	all = slices.DeleteFunc(all, func(m *machine) bool { return !m.due(now) })
	for _, m := range all {
		m.asking = true
	}
	return all
}

// addressesOf returns the IP addresses from which a worker is connected now.
func addressesOf(w *solo.Worker) (all []netip.Addr) {
	if w.Sessions == 0 || w.Kind == solo.KindCPU {
		return nil
	}
	for _, text := range w.Addresses {
		if ip, err := netip.ParseAddr(text); err == nil {
			all = append(all, ip.Unmap())
		}
	}
	return all
}

// forget drops machines that have been away for long, or that are too many.
func (a *Asker) forget(now time.Time) {
	maps.DeleteFunc(a.connected, func(_ netip.Addr, m *machine) bool {
		away := !m.asking && !m.connected.Equal(now)
		return away && (len(a.connected) > mostKnown || now.Sub(m.connected) > forgetAfter)
	})
}

// ask asks a machine and keeps what it tells.
func (a *Asker) ask(ctx context.Context, m *machine) {
	a.mu.Lock()
	at, known := m.at, m.way
	a.mu.Unlock()
	d := &dialogue{dial: a.cfg.Dial}
	rig, way, err := d.ask(ctx, at, known)
	a.mu.Lock()
	defer a.mu.Unlock()
	m.asking = false
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		m.fail(err, time.Now())
		a.cfg.Log.Debug("a miner tells nothing of itself", "address", at, "err", err)
		return
	}
	if known.address == "" {
		a.cfg.Log.Debug("a miner tells of itself", "address", rig.Address, "model", rig.Model, "firmware", rig.Firmware)
	}
	m.answer(rig, way, time.Now())
}

// Describe sets Rig of the workers that are connected, and adds a worker for each machine of Config.Named that no connected
// worker has. Its kind is [solo.KindRig], and it has no connection: it may mine elsewhere, or not at all.
func (a *Asker) Describe(workers []solo.Worker) []solo.Worker {
	a.mu.Lock()
	defer a.mu.Unlock()
	shown := make(map[*machine]bool)
	for i := range workers {
		var all []solo.Rig
		for _, ip := range addressesOf(&workers[i]) {
			for _, m := range a.named {
				if m.ip == ip {
					shown[m] = true
					all = append(all, m.rig)
				}
			}
			if m := a.connected[ip]; m != nil && !m.rig.When.IsZero() {
				all = append(all, m.rig)
			}
		}
		workers[i].Rig = sum(all)
	}
	for _, m := range a.named {
		if !shown[m] {
			workers = append(workers, solo.Worker{Name: m.at, Kind: solo.KindRig, Addresses: m.addresses(), Rig: sum([]solo.Rig{m.rig})})
		}
	}
	return workers
}

// Alerts returns what the owner of these workers should look after now, by worker. Describe has set their Rig. searching says
// whether there is work for them: while there is none, they prove nothing of what they count. It is to be called about once a
// minute, and remembers what it has seen.
func (a *Asker) Alerts(workers []solo.Worker, searching bool) []solo.Alert {
	all := a.judge.look(workers, searching, time.Now())
	slices.SortFunc(all, func(x, y solo.Alert) int {
		return cmp.Or(cmp.Compare(x.Worker, y.Worker), cmp.Compare(x.Key, y.Key))
	})
	return all
}
