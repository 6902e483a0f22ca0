package main

import (
	"fmt"
	"path/filepath"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// summary is what mine prints at its end.
type summary struct {
	Reason   string         `json:"reason"`
	Seconds  float64        `json:"seconds"`
	Hashes   uint64         `json:"hashes"`
	HashRate float64        `json:"hash_rate"`
	Network  wallet.Network `json:"network"`
	Address  string         `json:"address"`
	Kernel   string         `json:"kernel"`
	Threads  int            `json:"threads"`
	Blocks   []foundBlock   `json:"blocks"`
}

type foundBlock struct {
	Height  int32         `json:"height"`
	Hash    template.Hash `json:"hash"`
	Time    string        `json:"time"`
	Value   int64         `json:"value_litoshi"`
	Verdict string        `json:"verdict"`
}

func (r *miningRun) summary(reason string, searched time.Duration) *summary {
	s := &summary{
		Reason: reason, Seconds: searched.Seconds(), Hashes: r.miner.Hashes(), Network: r.address.Network, Address: r.address.Text,
		Kernel: r.miner.Kernel().Name(), Threads: r.settings.threads, Blocks: []foundBlock{},
	}
	if s.Seconds > 0 {
		s.HashRate = float64(s.Hashes) / s.Seconds
	}
	for _, f := range r.engine.Stats().Found {
		s.Blocks = append(s.Blocks, foundBlock{f.Height, f.BlockHash, isoTime(f.Found), f.Value, f.Verdict.String()})
	}
	return s
}

// say prints the summary: as JSON if that was asked for, else for people, but not for those who want quiet.
func (s *summary) say(r *miningRun) error {
	if r.settings.json {
		return printJSON(r.out, s)
	}
	if r.settings.quiet {
		return nil
	}
	why := map[string]string{
		byBlocks: "the blocks asked for are found", byTime: "the time is over", bySignal: "stopped by a signal", byError: "failed",
	}[s.Reason]
	_, err := fmt.Fprintf(r.out, "%s: %s hashes in %s, %s by kernel %s on %d %s\n", why, thousands(int64(s.Hashes)), duration(s.Seconds),
		hashRate(s.HashRate), s.Kernel, s.Threads, plural(s.Threads, "thread"))
	if err != nil {
		return err
	}
	if len(s.Blocks) == 0 {
		_, err = fmt.Fprintln(r.out, "no block found")
	}
	for _, b := range s.Blocks {
		if _, err = fmt.Fprintf(r.out, "block %d %s %s %s\n", b.Height, b.Hash, litecoins(b.Value), b.Verdict); err != nil {
			break
		}
	}
	return err
}

// unsettled is the failure of a run that leaves a block which no node has accepted. A block that only lost to another
// one of ours is no such.
func (r *miningRun) unsettled() error {
	lost := 0
	verdict := ""
	for _, f := range r.engine.Stats().Found {
		if f.Verdict.Outcome != solo.Accepted && !f.Sibling {
			lost++
			verdict = fmt.Sprintf("block %d %s: %s", f.Height, f.BlockHash, oneLine(f.Verdict.String()))
		}
	}
	blocks := filepath.Join(r.state, "blocks")
	remedy := fmt.Sprintf("the bytes are in %s; each file there says how to hand them over; unsettled ones are sent again at the next start", blocks)
	if lost > 0 {
		return &failure{exitUnsettled, fmt.Sprintf("%d found %s not accepted; the last: %s", lost, plural(lost, "block"), verdict), remedy}
	}
	pending, err := r.journal.Pending()
	if err != nil {
		return err
	}
	if n := len(pending); n > 0 {
		return &failure{exitUnsettled, fmt.Sprintf("%d %s of earlier runs unsettled", n, plural(n, "block")), remedy}
	}
	return nil
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// statusLine makes the text of the status line.
func (r *miningRun) statusLine() func(width int) string {
	var m meter
	return func(width int) string {
		st := r.engine.Stats()
		rate := m.rate(time.Now(), r.miner.Hashes())
		parts := []string{hashRate(rate)}
		if st.Job == nil {
			return fit(width, append(parts, "waiting for a template"))
		}
		target := st.Job.Template.Target
		if rate == 0 {
			rate = r.rate
		}
		blocks := fmt.Sprintf("%d %s", st.Accepted, plural(st.Accepted, "block"))
		if other := len(st.Found) - st.Accepted; other > 0 {
			blocks += fmt.Sprintf(" (+%d)", other)
		}
		parts = append(parts, "height "+thousands(int64(st.Job.Template.Height)), blocks,
			"a block in "+duration(expectedSeconds(target, rate)), "difficulty "+difficulty(target.Difficulty()))
		if !st.Searching && st.Idle != "" {
			parts = append([]string{parts[0], "idle: " + oneLine(st.Idle)}, parts[1:]...)
		}
		return fit(width, parts)
	}
}
