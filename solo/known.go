package solo

import (
	"bytes"
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
// make another one.
type keptJob struct {
	ID             string          `json:"id"`
	Made           time.Time       `json:"made"`
	Clean          bool            `json:"clean"`
	Script         template.Hex    `json:"script"` // payout script
	Coinb1         template.Hex    `json:"coinb1"`
	Coinb2         template.Hex    `json:"coinb2"`
	ExtranonceSize int             `json:"extranonce_size"`
	Reply          json.RawMessage `json:"reply"` // getblocktemplate's
	Aux            []keptAux       `json:"aux,omitempty"`
}

// keptAux is what an aux block of a keptJob is made of again.
type keptAux struct {
	Chain  string          `json:"chain"`
	Script template.Hex    `json:"script"` // payout script
	Tag    string          `json:"tag"`
	Reply  json.RawMessage `json:"reply"` // getblocktemplate's
}

// maxKeptAux bounds what is kept of aux blocks, in bytes of JSON, some eight full ones: beyond it the job is kept without.
const maxKeptAux = 16 << 20

// MarshalJSON writes all that a later run needs. That is twice the size of the block and of the aux blocks.
func (k KnownJob) MarshalJSON() ([]byte, error) {
	reply, err := json.Marshal(k.Job.Template.Reply())
	if err != nil {
		return nil, err
	}
	j := k.Job
	return json.Marshal(keptJob{
		j.ID, k.Made, j.Clean, j.Coinbase.Script, j.Coinb1, j.Coinb2, j.Coinbase.ExtranonceSize, reply, keepAux(j.Aux),
	})
}

// keepAux returns what to keep of aux blocks, nil if that is too much.
func keepAux(aux []*template.Aux) (kept []keptAux) {
	size := 0
	for _, a := range aux {
		reply, err := json.Marshal(a.Template.Reply())
		if size += len(reply); err != nil || size > maxKeptAux {
			return nil
		}
		kept = append(kept, keptAux{a.Template.Chain.Name, a.Coinbase.Script, a.Coinbase.Tag, reply})
	}
	return kept
}

// UnmarshalJSON reads what MarshalJSON wrote. It checks the template as if the node had sent it just now, and that the
// block pays the script. Without all the aux blocks to which the coinbase commits, the job has none: it is good for the
// main chain's block all the same.
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
	*k = KnownJob{withAux(j, kept.Aux, kept.Made), kept.Made}
	return nil
}

// withAux returns a copy of j with the aux blocks to which its coinbase commits, or j if they are not these.
func withAux(j *template.Job, kept []keptAux, made time.Time) *template.Job {
	var all []*template.Aux
	for _, x := range kept {
		chain, ok := template.ChainNamed(x.Chain)
		if !ok {
			return j
		}
		t, err := chain.Decode(x.Reply, made)
		if err != nil {
			return j
		}
		a, err := template.NewAux(t, template.Coinbase{Script: x.Script, Tag: x.Tag})
		if err != nil {
			return j
		}
		all = append(all, a)
	}
	commitment, err := template.Commitment(all)
	if err != nil || !bytes.Contains(j.Coinb1, commitment) {
		return j
	}
	c := *j
	c.Aux, c.Coinbase.Commitment = all, commitment
	return &c
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
