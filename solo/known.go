package solo

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ltcsolo/template"
)

// KnownJob is a job for which shares are judged. As JSON it outlives its run: miners go on with their work while the
// program restarts, and a block that they find meanwhile is as good as any other.
type KnownJob struct {
	Job  *template.Job
	Made time.Time
}

// keptJob is a KnownJob in JSON. The coinbase is kept as the miners have it, since another version of the program may
// make another one. The aux blocks are not kept: to a later run the job is good for the main chain's blocks alone.
type keptJob struct {
	ID             string          `json:"id"`
	Made           time.Time       `json:"made"`
	Clean          bool            `json:"clean"`
	Script         template.Hex    `json:"script"` // payout script
	Coinb1         template.Hex    `json:"coinb1"`
	Coinb2         template.Hex    `json:"coinb2"`
	ExtranonceSize int             `json:"extranonce_size"`
	Reply          json.RawMessage `json:"reply"` // getblocktemplate's
}

// MarshalJSON writes all that a later run needs. That is twice the size of the block.
func (k KnownJob) MarshalJSON() ([]byte, error) {
	reply, err := json.Marshal(k.Job.Template.Reply())
	if err != nil {
		return nil, err
	}
	j := k.Job
	return json.Marshal(keptJob{
		j.ID, k.Made, j.Clean, j.Coinbase.Script, j.Coinb1, j.Coinb2, j.Coinbase.ExtranonceSize, reply,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote. It checks the template as if the node had sent it just now, and that the
// block pays the script.
func (k *KnownJob) UnmarshalJSON(text []byte) error {
	var kept keptJob
	if err := json.Unmarshal(text, &kept); err != nil {
		return fmt.Errorf("decode job: %w", err)
	}
	t, err := template.Litecoin.Decode(kept.Reply, kept.Made)
	if err != nil {
		return fmt.Errorf("decode job: %w", err)
	}
	j, err := template.NewJob(kept.ID, t, template.Coinbase{Script: kept.Script, ExtranonceSize: kept.ExtranonceSize}, kept.Clean)
	if err == nil {
		j, err = j.WithCoinbase(kept.Coinb1, kept.Coinb2)
	}
	if err != nil {
		return fmt.Errorf("decode job: %w", err)
	}
	block, err := j.Block(template.Solution{Extranonce: make([]byte, kept.ExtranonceSize), Version: t.Version, Time: t.CurTime})
	if err == nil {
		err = CheckPayout(block, t.CoinbaseValue, kept.Script)
	}
	if err != nil {
		return fmt.Errorf("decode job: its block is wrong: %w", err)
	}
	*k = KnownJob{j, kept.Made}
	return nil
}

// Jobs returns the jobs for which shares are judged, those of earlier runs too, the newest first. The slice is the
// caller's.
func (e *Engine) Jobs() []KnownJob {
	e.jobs.mu.Lock()
	defer e.jobs.mu.Unlock()
	all := make([]KnownJob, 0, len(e.jobs.known))
	for _, known := range slices.Backward(e.jobs.known) {
		all = append(all, KnownJob{known.job, known.made})
	}
	return all
}

// restore puts the jobs of earlier runs into the table, as if they were made again one after the other. Whether the last
// of them are stale, the first template of this run decides.
func (t *jobs) restore(earlier []KnownJob) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for _, k := range slices.SortedStableFunc(slices.Values(earlier), func(a, b KnownJob) int { return a.Made.Compare(b.Made) }) {
		if t.byID[k.Job.ID] != nil {
			continue
		}
		if k.Made.After(now) { // the clock was wrong, or is
			k.Made = now
		}
		t.addMade(k.Job, k.Made)
	}
	t.forgetLeft(now)
}
