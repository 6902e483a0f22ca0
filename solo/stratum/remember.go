package stratum

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"ltcsolo/solo"
)

const (
	keptVersion  = 1
	keptInterval = time.Minute
	keptSoon     = 2 * time.Second // after a new session
)

// Past is what earlier runs have kept: workers, and sessions that can be resumed. The zero value is nothing.
type Past struct {
	workers  []keptWorker
	sessions []keptSession
}

// Add reads what Config.KeepWorkers or Config.KeepSessions was given. An entry that makes no sense is left out; data that
// are damaged, or of another version, are an error.
func (p *Past) Add(data []byte, now time.Time) error {
	k, err := decodeKept(data, now)
	if err != nil {
		return err
	}
	p.workers, p.sessions = append(p.workers, k.Workers...), append(p.sessions, k.Sessions...)
	return nil
}

// Extranonce1s returns the extranonce1 of each session that can be resumed.
func (p *Past) Extranonce1s() (all [][solo.Extranonce1Size]byte) {
	for _, s := range p.sessions {
		if e1, err := s.extranonce1(); err == nil {
			all = append(all, e1)
		}
	}
	return all
}

// kept is what workers or sessions leave to the next run, as JSON. It decides nothing about money: what is lost, old or
// forged costs some difficulty changes and some shares.
type kept struct {
	Version  int           `json:"version"`
	Workers  []keptWorker  `json:"workers,omitempty"`
	Sessions []keptSession `json:"sessions,omitempty"`
}

// keptWorker is a worker as it is kept. Difficulty is that of its last good share; best and the counts are of all runs.
type keptWorker struct {
	Name       string    `json:"name"`
	Client     string    `json:"client,omitempty"`
	Difficulty float64   `json:"difficulty,omitempty"`
	Best       float64   `json:"best,omitempty"`
	LastSeen   time.Time `json:"last_seen"`
	Accepted   uint64    `json:"accepted,omitempty"`
	Stale      uint64    `json:"stale,omitempty"`
	Duplicate  uint64    `json:"duplicate,omitempty"`
	Low        uint64    `json:"low,omitempty"`
	Unknown    uint64    `json:"unknown,omitempty"`
	Malformed  uint64    `json:"malformed,omitempty"`
}

// keptSession is a session as it is kept. LastSeen is when it ended, or when it was written.
type keptSession struct {
	ID          string    `json:"id"`
	Extranonce1 string    `json:"extranonce1"` // hex
	Worker      string    `json:"worker"`
	Difficulty  float64   `json:"difficulty"`
	LastSeen    time.Time `json:"last_seen"`
}

// encode returns k as JSON.
func (k kept) encode() ([]byte, error) {
	k.Version = keptVersion
	data, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("encode workers and sessions: %w", err)
	}
	return append(data, '\n'), nil
}

// decodeKept reads what encode wrote. An entry that makes no sense is left out; data that are no such file, or of another
// version, are an error.
func decodeKept(data []byte, now time.Time) (kept, error) {
	var file struct {
		Version  int
		Workers  []json.RawMessage
		Sessions []json.RawMessage
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return kept{}, fmt.Errorf("decode workers and sessions: %w", err)
	}
	if file.Version != keptVersion {
		return kept{}, fmt.Errorf("decode workers and sessions: version is %d, want %d", file.Version, keptVersion)
	}
	k := kept{Version: keptVersion}
	for _, raw := range file.Workers {
		var w keptWorker
		if json.Unmarshal(raw, &w) == nil && w.check() == nil {
			w.LastSeen = earlier(w.LastSeen, now)
			k.Workers = append(k.Workers, w)
		}
	}
	for _, raw := range file.Sessions {
		var s keptSession
		if json.Unmarshal(raw, &s) == nil && s.check() == nil && now.Sub(s.LastSeen) <= sessionTime {
			s.LastSeen = earlier(s.LastSeen, now)
			k.Sessions = append(k.Sessions, s)
		}
	}
	k.Workers = newest(k.Workers, maxWorkers, func(w keptWorker) (string, time.Time) { return w.Name, w.LastSeen })
	k.Sessions = newest(k.Sessions, maxSessions, func(s keptSession) (string, time.Time) { return s.ID, s.LastSeen })
	return k, nil
}

// earlier keeps the clock of an earlier run from being ahead of this one's.
func earlier(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}

// newest returns at most so many of the entries, the newest first, and of those with the same id only the newest.
func newest[E any](all []E, most int, of func(E) (id string, seen time.Time)) []E {
	slices.SortStableFunc(all, func(a, b E) int {
		_, seenA := of(a)
		_, seenB := of(b)
		return seenB.Compare(seenA)
	})
	known := make(map[string]bool, len(all))
	all = slices.DeleteFunc(all, func(e E) bool {
		id, _ := of(e)
		twice := known[id]
		known[id] = true
		return twice
	})
	return all[:min(len(all), most)]
}

var errKept = errors.New("entry makes no sense")

func (w keptWorker) check() error {
	if w.Name == "" || !isShowable(w.Name, maxWorkerName) || !isShowable(w.Client, maxClientName) ||
		w.Difficulty != 0 && clamped(w.Difficulty) != w.Difficulty || w.Best < 0 {
		return errKept
	}
	return nil
}

func (s keptSession) check() error {
	if !isSessionID(s.ID) || !isShowable(s.Worker, maxWorkerName) || clamped(s.Difficulty) != s.Difficulty {
		return errKept
	}
	_, err := s.extranonce1()
	return err
}

func (s keptSession) extranonce1() (e1 [solo.Extranonce1Size]byte, err error) {
	if len(s.Extranonce1) != hex.EncodedLen(len(e1)) {
		return e1, errKept
	}
	_, err = hex.Decode(e1[:], []byte(s.Extranonce1))
	return e1, err
}

// Bounds of the texts that are kept, in characters.
const (
	maxWorkerName = 64
	maxClientName = 256
)

func isShowable(text string, most int) bool {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		return false
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// worker returns the worker that is known from an earlier run.
func (w keptWorker) worker() *worker {
	return &worker{
		name: w.Name, session: sessionInfo{Client: w.Client, Difficulty: w.Difficulty, Because: becauseRemembered},
		fitting: w.Difficulty, bestEver: w.Best, lastSeen: w.LastSeen,
		earlier: [verdicts]uint64{
			shareAccepted: w.Accepted, shareStale: w.Stale, shareDuplicate: w.Duplicate,
			shareLow: w.Low, shareUnknown: w.Unknown, shareMalformed: w.Malformed,
		},
	}
}

// kept returns the workers as they are kept, the newest first.
func (w *workers) kept(now time.Time) []keptWorker {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([]keptWorker, 0, len(w.byName))
	for _, k := range w.byName {
		all = append(all, k.kept(now))
	}
	slices.SortFunc(all, func(a, b keptWorker) int {
		return cmp.Or(b.LastSeen.Compare(a.LastSeen), cmp.Compare(a.Name, b.Name))
	})
	return all[:min(len(all), maxWorkers)]
}

func (k *worker) kept(now time.Time) keptWorker {
	total := func(v verdict) uint64 { return k.earlier[v] + k.totals[v] }
	w := keptWorker{
		Name: k.name, Client: k.session.Client, Difficulty: k.fitting, Best: k.bestEver, LastSeen: k.lastSeen,
		Accepted: total(shareAccepted), Stale: total(shareStale), Duplicate: total(shareDuplicate),
		Low: total(shareLow), Unknown: total(shareUnknown), Malformed: total(shareMalformed),
	}
	if len(k.members) > 0 {
		w.LastSeen = now
	}
	w.LastSeen = w.LastSeen.UTC().Truncate(time.Second)
	return w
}

// keeper writes something down for the next run.
type keeper struct {
	gather func(now time.Time) kept
	write  func(ctx context.Context, data []byte) error // all or nothing; it returns when ctx ends at the latest
	failed func(error)
	soon   <-chan struct{} // there is something that should not wait for a minute; nil: there never is
}

// run writes once a minute, if something has changed, keptSoon after it hears of something, and when ctx ends. After an
// error it tries again in the next minute.
func (k keeper) run(ctx context.Context) {
	seed, written := maphash.MakeSeed(), uint64(0)
	save := func(ctx context.Context) {
		data, err := k.gather(time.Now()).encode()
		if sum := maphash.Bytes(seed, data); err == nil && sum != written {
			if err = k.write(ctx, data); err == nil {
				written = sum
			}
		}
		if err != nil && ctx.Err() == nil {
			k.failed(err)
		}
	}
	ticker := time.NewTicker(keptInterval)
	defer ticker.Stop()
	var due <-chan time.Time
	for {
		select {
		case <-k.soon:
			if due == nil {
				due = time.After(keptSoon)
			}
		case <-due:
			due = nil
			save(ctx)
		case <-ticker.C:
			save(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
			defer cancel()
			save(last)
			if last.Err() != nil {
				k.failed(errors.New("the disk does not answer"))
			}
			return
		}
	}
}
