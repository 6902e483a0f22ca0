package stratum

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// maxWorkers bounds the workers that are known. Beyond it, those that have been away the longest are forgotten; those
// that are connected never.
const maxWorkers = 10_000

// verdict is what became of a share.
type verdict uint8

const (
	shareAccepted  verdict = iota // blocks among them
	shareStale                    // its job is not on the newest parent
	shareDuplicate                // it was submitted before
	shareLow                      // its PoW hash is above the share target
	shareUnknown                  // its job is not known
	shareMalformed                // it makes no header
	verdicts                      // how many there are
)

// workers is the registry of workers. A worker is a user name; the sessions that use it add up. A worker that has left
// stays listed. It is safe for concurrent use.
type workers struct {
	mu     sync.Mutex
	byName map[string]*worker
	hashes float64 // that the good shares of this run stand for, of workers too that are forgotten
}

// worker is guarded by workers.mu.
type worker struct {
	name    string
	session sessionInfo // of the newest session, or of the last one
	members []*member   // its sessions; the newest is the last

	fitting   float64   // difficulty of its last good share, in any run: to begin with another time
	bestEver  float64   // highest difficulty that a PoW hash of it met
	lastSeen  time.Time // when its last session ended
	lastShare time.Time // in this run, whatever the verdict
	best      float64   // like bestEver, in this run
	hashes    float64   // that its good shares of this run stand for
	totals    [verdicts]uint64
	earlier   [verdicts]uint64 // of earlier runs
	joined    time.Time        // for the first time in this run
	history   *history         // nil before the first share of this run
}

// sessionInfo is what a worker shows of a session.
type sessionInfo struct {
	Client     string    // user agent
	Address    string    // IP address
	Warning    string    // one line; empty if there is none
	At         time.Time // when it began
	Difficulty float64   // that was sent last
	Because    string    // why it is what it is
}

// member is a session's part in its worker. It is safe for concurrent use.
type member struct {
	name    string // the worker's
	workers *workers
	worker  *worker
	session sessionInfo
}

// newWorkers returns a registry that knows the workers of earlier runs.
func newWorkers(kept []keptWorker) *workers {
	w := &workers{byName: make(map[string]*worker, len(kept))}
	for i := range kept {
		w.byName[kept[i].Name] = kept[i].worker()
	}
	return w
}

// join adds a session to the worker of that name. It leaves when it ends.
func (w *workers) join(name string, s sessionInfo) *member {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.byName[name]
	if k == nil {
		if len(w.byName) >= maxWorkers {
			w.forget()
		}
		k = &worker{name: name}
		w.byName[name] = k
	}
	if k.joined.IsZero() {
		k.joined = s.At
	}
	m := &member{name: name, workers: w, worker: k, session: s}
	k.session = s
	k.members = append(k.members, m)
	return m
}

// forget removes the worker that has been away the longest.
func (w *workers) forget() {
	var oldest *worker
	for _, k := range w.byName {
		if len(k.members) == 0 && (oldest == nil || k.lastSeen.Before(oldest.lastSeen)) {
			oldest = k
		}
	}
	if oldest != nil {
		delete(w.byName, oldest.name)
	}
}

// remembered returns the difficulty of the worker's last good share, if it had the same user agent then; else 0.
func (w *workers) remembered(name, client string) float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if k := w.byName[name]; k != nil && k.session.Client == client {
		return k.fitting
	}
	return 0
}

// sent says which difficulty the session was sent, and why.
func (m *member) sent(difficulty float64, because string) {
	m.workers.mu.Lock()
	defer m.workers.mu.Unlock()
	m.session.Difficulty, m.session.Because = difficulty, because
	if k := m.worker; k.members[len(k.members)-1] == m {
		k.session = m.session
	}
}

// share counts a share. difficulty is the one that it was judged by, and that a good share is credited with. pow is its
// PoW hash, zero if it was refused without hashing.
func (m *member) share(v verdict, difficulty float64, pow template.Hash, at time.Time) {
	m.workers.mu.Lock()
	defer m.workers.mu.Unlock()
	k := m.worker
	if k.history == nil {
		k.history = newHistory(k.joined)
	}
	k.totals[v]++
	k.lastShare = at
	k.best = max(k.best, difficultyOf(pow))
	k.bestEver = max(k.bestEver, k.best)
	if v != shareAccepted {
		k.history.refuse(at)
		return
	}
	k.history.credit(at, difficulty)
	k.hashes += difficulty * template.PoolDifficultyFactor
	m.workers.hashes += difficulty * template.PoolDifficultyFactor
	k.fitting = difficulty
}

// leave says that the session has ended.
func (m *member) leave(at time.Time) {
	m.workers.mu.Lock()
	defer m.workers.mu.Unlock()
	k := m.worker
	k.members = slices.DeleteFunc(k.members, func(o *member) bool { return o == m })
	if n := len(k.members); n > 0 {
		k.session = k.members[n-1].session
	}
	k.lastSeen = at
}

// hashed returns the hashes that the good shares of this run stand for. It never falls, as the sum of the workers does when one
// is forgotten.
func (w *workers) hashed() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return uint64(w.hashes)
}

// snapshot returns all workers by name.
func (w *workers) snapshot(now time.Time) []solo.Worker {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([]solo.Worker, 0, len(w.byName))
	for _, k := range w.byName {
		all = append(all, k.show(now))
	}
	slices.SortFunc(all, func(a, b solo.Worker) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func (k *worker) show(now time.Time) solo.Worker {
	s := solo.Worker{
		Name: k.name, Kind: classify(k.session.Client).Name, Client: k.session.Client, Addresses: k.addresses(),
		Because: k.session.Because, Warning: k.session.Warning,
		Sessions: len(k.members), Since: k.lastSeen, LastShare: k.lastShare,
		Difficulty: k.session.Difficulty, Best: k.best, BestEver: k.bestEver, Hashes: uint64(k.hashes),
		Accepted: k.totals[shareAccepted], Stale: k.totals[shareStale], Duplicate: k.totals[shareDuplicate],
		Low: k.totals[shareLow], Unknown: k.totals[shareUnknown], Malformed: k.totals[shareMalformed],
	}
	if len(k.members) > 0 {
		s.Since = k.members[0].session.At
	}
	if k.history != nil {
		for i, window := range rateWindows {
			s.HashRate[i], s.HashRateError[i] = k.history.rate(now, window)
		}
	}
	return s
}

// maxAddresses bounds the addresses that are shown of a worker.
const maxAddresses = 16

// addresses returns the IP addresses of the worker's sessions, the newest first.
func (k *worker) addresses() (all []string) {
	if len(k.members) == 0 && k.session.Address != "" {
		return []string{k.session.Address}
	}
	for _, m := range slices.Backward(k.members) {
		if a := m.session.Address; a != "" && !slices.Contains(all, a) {
			if all = append(all, a); len(all) == maxAddresses {
				break
			}
		}
	}
	return all
}
