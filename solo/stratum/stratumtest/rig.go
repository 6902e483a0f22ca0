package stratumtest

import (
	"context"
	"net"
	"strings"
	"time"

	"ltcsolo/template"
)

// Mined is what a rig has done, as the rig itself counts.
type Mined struct {
	Hashes       float64 // expected, while it had work
	Shares       int     // submitted
	Work         float64 // hashes that the shares stand for by what the rig was told and its chips return
	Stale        int     // shares of a parent that was not the newest one's any more, as the rig knew when it submitted them
	StaleWork    float64
	Refusals     map[string]int // by the server's words
	Connections  int
	Jobs         int // mining.notify
	Difficulties []Told
}

// Told is a difficulty that a rig was told with a job, when it differed from the one before.
type Told struct {
	At         time.Time
	Difficulty float64
}

// Mine has the rig mine until ctx ends, and come back by its habit when its connection is lost. It needs a clock that runs
// fast: a synctest bubble.
func (r Rig) Mine(ctx context.Context, user string, seed uint64, dial func() (net.Conn, error)) (Mined, error) {
	m := &mining{traffic: r.Start(seed, time.Now()), done: Mined{Refusals: make(map[string]int)}}
	for session := ""; ; {
		conn, err := dial()
		if err != nil {
			return m.done, err
		}
		miner, err := Connect(conn, Config{User: user, Agent: r.Agent, Session: session, Roll: r.Roll})
		if err != nil {
			return m.done, err
		}
		m.done.Connections++
		if m.connection(ctx, miner); ctx.Err() != nil {
			return m.done, nil
		}
		if r.Resume {
			session = miner.Session
		}
		select {
		case <-time.After(r.Sleep):
		case <-ctx.Done():
			return m.done, nil
		}
	}
}

// bfgminerScrypt is the difficulty below which bfgminer takes what it is told in the node's units.
const bfgminerScrypt = 16

// mining is a rig at work.
type mining struct {
	traffic *Traffic
	jobs    map[string]*Work // of this connection
	newest  *Work
	done    Mined
}

// connection mines until the connection or ctx ends.
func (m *mining) connection(ctx context.Context, miner *Miner) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	news, ended := make(chan *Work), make(chan struct{})
	go func() {
		defer close(ended)
		for w := (*Work)(nil); ; {
			var err error
			if w, err = miner.Next(w); err != nil {
				return
			}
			select {
			case news <- w:
			case <-ctx.Done():
				return
			}
		}
	}()
	var began time.Duration // age of the rig
	m.jobs, m.newest = make(map[string]*Work), nil
	for lost := false; !lost; {
		next := m.traffic.Next()
		timer := time.NewTimer(time.Until(next.At))
		if next.At.IsZero() {
			timer.Stop()
		}
		select {
		case w := <-news:
			if m.newest == nil {
				began = m.age() + m.traffic.Latency
			}
			m.take(w)
		case <-timer.C:
			m.traffic.Take()
			lost = m.submit(miner, next) != nil
		case <-ended:
			lost = true
		case <-ctx.Done():
			lost = true
		}
		timer.Stop()
	}
	cancel()
	miner.Close()
	<-ended
	if m.newest != nil {
		m.done.Hashes += m.traffic.Hashes(began, m.age())
	}
	m.traffic.Stop()
}

func (m *mining) age() time.Duration { return time.Since(m.traffic.began) }

func (m *mining) take(w *Work) {
	difficulty := w.Difficulty
	if strings.HasPrefix(m.traffic.Agent, "bfgminer") && difficulty < bfgminerScrypt {
		difficulty *= template.PoolDifficultyFactor
	}
	if told := m.done.Difficulties; len(told) == 0 || told[len(told)-1].Difficulty != difficulty {
		m.done.Difficulties = append(told, Told{time.Now(), difficulty})
	}
	m.jobs[w.ID], m.newest = w, w
	m.done.Jobs++
	m.traffic.Job(w.ID, difficulty, time.Now())
}

// submit submits a share. The error is the connection's.
func (m *mining) submit(miner *Miner, f Find) error {
	w := m.jobs[f.Job]
	refusal, err := miner.Submit(Share{
		Work: w, Extranonce2: f.Extranonce2, Time: w.Time, Nonce: f.Nonce(), VersionBits: f.VersionBits & w.mask,
	})
	if err != nil {
		return err
	}
	work := max(f.Difficulty, m.traffic.Ticket) * template.PoolDifficultyFactor
	m.done.Shares++
	m.done.Work += work
	if w.Previous != m.newest.Previous {
		m.done.Stale++
		m.done.StaleWork += work
	}
	if refusal != "" {
		m.done.Refusals[refusal]++
	}
	return nil
}
