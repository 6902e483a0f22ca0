package dashboard

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// Report is the object that /api/stats and status --json give. All but Merged, alerts and what searches is about Litecoin.
// Texts that come from outside are one line each and truncated.
type Report struct {
	Version      string         `json:"version"`
	Time         time.Time      `json:"time"` // of the report
	Network      string         `json:"network"`
	Address      string         `json:"address"` // that a block found now pays
	Started      time.Time      `json:"started"`
	Seconds      float64        `json:"seconds"` // since Started
	Standing     Standing       `json:"standing"`
	Searching    bool           `json:"searching"`
	Idle         string         `json:"idle"`           // why Litecoin is not searched; while Searching, a merged chain is
	TemplateFail string         `json:"template_fault"` // why the node gives no new template; empty if it gives one
	Search       Search         `json:"search"`
	Workers      []Worker       `json:"workers"` // connected ones first, then by hash rate
	Stratum      *Stratum       `json:"stratum"` // null if no other miners are served
	Limits       []Limit        `json:"limits"`
	Template     *Template      `json:"template"` // null before the first template
	Coinbase     *Coinbase      `json:"coinbase"` // null before the first template
	Odds         *Odds          `json:"odds"`     // null without a template
	Nodes        []Node         `json:"nodes"`
	Alerts       []Alert        `json:"alerts"` // grave ones first
	Shares       uint64         `json:"shares"`
	Accepted     int            `json:"accepted"`     // blocks of this run in the best chain
	BlockStates  map[string]int `json:"block_states"` // number of blocks in each state, including earlier runs'
	Blocks       []Block        `json:"blocks"`       // including earlier runs', newest first, at most 100
	Merged       []Merged       `json:"merged"`
	Events       []Event        `json:"events"` // what has happened, in earlier runs too, newest first, at most 100
	Money        *Money         `json:"money"`  // null if the user has given neither a price nor what electricity costs
}

// Search is what all sources of shares do together. Kernel, threads, nice and temperature are of this machine's CPU.
type Search struct {
	Kernel         string         `json:"kernel"` // empty if the CPU does not search
	Threads        int            `json:"threads"`
	Nice           int            `json:"nice"` // scheduling priority of the threads: above 0, other programs come first
	Hashes         uint64         `json:"hashes"`
	HashRate       float64        `json:"hash_rate"`                  // of a CPU over the last seconds, of miners over some minutes
	HashRateError  float64        `json:"hash_rate_error"`            // standard error of HashRate as a part of it, from the number of miners' shares
	Best           *template.Hash `json:"best_pow_hash"`              // the lowest of this run; null before the first share
	BestDifficulty float64        `json:"best_difficulty"`            // of the target that it just meets, in the node's units
	BestShare      float64        `json:"best_share_difficulty"`      // the same in pool units, 65536 times that; 0 before the first share
	BestShareEver  float64        `json:"best_share_difficulty_ever"` // of any run, in pool units; 0 if none is known
	Temperature    *float64       `json:"temperature_celsius"`        // of the hottest processor sensor; null if there is none
}

// Limit is a limit on the search that the user asked for.
type Limit struct {
	Name    string `json:"name"`
	Setting string `json:"setting"`
	Holding bool   `json:"holding"`
	Why     string `json:"why"`
}

// Template is the newest template.
type Template struct {
	Height            int32         `json:"height"`
	PreviousBlock     template.Hash `json:"previous_block"`
	Age               float64       `json:"age_seconds"`
	PreviousAge       *float64      `json:"previous_block_age_seconds"` // null if not known
	Transactions      int           `json:"transactions"`               // including the coinbase
	Value             int64         `json:"coinbase_value_litoshi"`
	Fees              int64         `json:"fees_litoshi"`
	MWEB              bool          `json:"mweb"`
	Empty             bool          `json:"empty"` // made here because no node provides one
	NetworkDifficulty float64       `json:"network_difficulty"`
	NetworkHashRate   float64       `json:"network_hash_rate"` // that the difficulty implies
}

// Coinbase is the coinbase, read back from its bytes.
type Coinbase struct {
	Text    string   `json:"text"` // printable characters of the scriptSig, others as dots
	Outputs []Output `json:"outputs"`
}

// Output is one output of the coinbase.
type Output struct {
	Value   int64        `json:"value_litoshi"`
	Address string       `json:"address"` // empty if the script has none
	Kind    string       `json:"kind"`    // payout, witness commitment or other
	Script  template.Hex `json:"script"`
}

// Odds are the odds of finding a block at the average hash rate.
type Odds struct {
	HashRate    float64  `json:"hash_rate"`        // of all workers over the last 15 minutes, in two digits so that the odds hold still
	Expected    *float64 `json:"expected_seconds"` // null if the hash rate is 0
	ChanceDay   float64  `json:"chance_day"`
	ChanceMonth float64  `json:"chance_month"`
	ChanceYear  float64  `json:"chance_year"`
}

// Node is the state of a node.
type Node struct {
	Name    string     `json:"rpc"`
	Serving bool       `json:"serving"`
	Up      bool       `json:"up"`
	Height  int32      `json:"height"`
	Peers   int        `json:"peers"`
	Version int        `json:"version"`
	TipTime *time.Time `json:"tip_time"` // of the newest block by its header or, if it came during the run, when it was first seen; null if not known
	Fault   string     `json:"fault"`
	Since   time.Time  `json:"since"`
}

// Alert is an alert in force.
type Alert struct {
	Key    string    `json:"alert"`
	Chain  string    `json:"chain"` // the merged chain that it is about; empty if none
	Node   string    `json:"node"`
	Worker string    `json:"worker"`
	Text   string    `json:"text"`
	Remedy string    `json:"remedy"`
	Grave  bool      `json:"grave"`
	Since  time.Time `json:"since"`
}

// Event is something that happened.
type Event struct {
	Time   time.Time `json:"time"`
	Kind   string    `json:"kind"`   // found, accepted, orphaned, rejected, mature, alert, alert-over, miner-came, miner-went or node-serves
	Chain  string    `json:"chain"`  // that it is about; empty if about none
	Worker string    `json:"worker"` // that it is about, or who found the block
	Node   string    `json:"node"`
	Block  string    `json:"block"` // its hash
	Text   string    `json:"text"`
	Grave  bool      `json:"grave"` // of an alert
}

func newEvent(e *solo.Event) Event {
	return Event{second(e.Time), line(e.Kind), line(e.Chain), line(e.Worker), line(e.Node), line(e.Block), line(e.Text), e.Grave}
}

// Block is a found block, as in blocks --json.
type Block struct {
	Height        int32         `json:"height"`
	BlockHash     template.Hash `json:"hash"`
	Found         time.Time     `json:"time"`
	Worker        string        `json:"worker"` // that found it
	Value         int64         `json:"value_litoshi"`
	Address       string        `json:"address"`
	Verdict       string        `json:"verdict"`
	State         string        `json:"state"`
	Confirmations int           `json:"confirmations"`
}

const (
	maxBlocks = 100 // in a report
	maxEvents = 100 // in a report
	maxText   = 300 // characters of a text from outside
)

// Spans in seconds.
const (
	day   = 86400
	month = 30 * day
	year  = 365.25 * day
)

// addresses returns the address of a chain's script, or an empty string.
type addresses = func(chain *template.Chain, script []byte) string

// newReport makes the report of a snapshot.
func newReport(s *solo.Stats, now time.Time, version string, addressOf addresses) *Report {
	r := &Report{
		Version: version, Time: second(now), Network: line(s.Network), Address: line(s.Address), Started: second(s.Started),
		Seconds: seconds(now.Sub(s.Started)), Standing: NewStanding(s, now), Searching: s.Searching, Idle: line(s.Idle), TemplateFail: line(s.TemplateFail),
		Shares: s.Shares, Accepted: s.Accepted,
		Limits: []Limit{}, Workers: []Worker{}, Nodes: newNodes(s.Nodes), Alerts: []Alert{}, Merged: []Merged{}, Events: []Event{},
	}
	r.takeSearch(&s.Search)
	r.takeWorkers(s, now)
	if s.Job != nil {
		if !r.Searching && r.Idle == "" {
			r.Idle = "the block is solved, and the next template has not arrived yet"
		}
		r.takeJob(s, now, addressOf)
	}
	for _, a := range s.Alerts {
		r.Alerts = append(r.Alerts, Alert{line(a.Key), line(a.Chain), line(a.Node), line(a.Worker), line(a.Text), line(a.Remedy), a.Grave, second(a.Since)})
	}
	slices.SortStableFunc(r.Alerts, func(a, b Alert) int {
		switch {
		case a.Grave == b.Grave:
			return 0
		case a.Grave:
			return -1
		}
		return 1
	})
	r.BlockStates, r.Blocks = newBlocks(template.Litecoin, s.Blocks, addressOf)
	r.takeMerged(s, now, addressOf)
	for _, e := range s.Events[:min(len(s.Events), maxEvents)] {
		r.Events = append(r.Events, newEvent(&e))
	}
	r.takeMoney(s)
	return r
}

func newNodes(all []solo.NodeHealth) []Node {
	nodes := []Node{}
	for _, n := range all {
		node := Node{Name: line(n.Name), Serving: n.Serving, Up: n.Up, Height: n.Height, Peers: n.Peers, Version: n.Version, Fault: line(n.Fault), Since: second(n.Since)}
		if !n.TipTime.IsZero() {
			node.TipTime = new(second(n.TipTime))
		}
		nodes = append(nodes, node)
	}
	return nodes
}

func (r *Report) takeSearch(s *solo.Search) {
	r.Search = Search{Kernel: line(s.Kernel), Threads: s.Threads, Nice: s.Nice, Hashes: s.Hashes, HashRate: s.HashRate, HashRateError: s.HashRateError}
	if s.Best != (template.Hash{}) {
		best := s.Best
		r.Search.Best, r.Search.BestDifficulty = &best, template.Target(best).Difficulty()
		r.Search.BestShare = r.Search.BestDifficulty * template.PoolDifficultyFactor
	}
	r.Search.BestShareEver = max(s.BestEver, r.Search.BestShare)
	if s.Temperature != 0 {
		celsius := s.Temperature
		r.Search.Temperature = &celsius
	}
	for _, l := range s.Limits {
		r.Limits = append(r.Limits, Limit{line(l.Name), line(l.Setting), l.Holding, line(l.Why)})
	}
}

func (r *Report) takeJob(s *solo.Stats, now time.Time, addressOf addresses) {
	j, t := s.Job, s.Job.Template
	r.Template = &Template{
		Height: t.Height, PreviousBlock: t.PreviousBlock, Age: seconds(now.Sub(s.JobSince)), PreviousAge: previousAge(s, now), Transactions: 1 + len(t.Transactions),
		Value: t.CoinbaseValue, Fees: t.Fees(), MWEB: t.MWEBActive, Empty: t.Empty,
		NetworkDifficulty: t.Target.Difficulty(), NetworkHashRate: t.Target.ExpectedHashes() / template.Litecoin.Spacing.Seconds(),
	}
	if scriptSig, outputs, err := j.CoinbaseParts(); err == nil {
		r.Coinbase = &Coinbase{readable(scriptSig), newOutputs(t.Chain, outputs, j.Coinbase.Script, t.WitnessCommitment, addressOf)}
	}
	r.Odds = newOdds(t.Target, averageRate(s))
}

// previousAge returns how long ago the template's previous block came, in seconds; nil if it is not known.
func previousAge(s *solo.Stats, now time.Time) *float64 {
	for _, n := range s.Nodes {
		switch height := s.Job.Template.Height - 1; {
		case !n.Serving:
		case n.Height < height && n.Height > 0: // the node has not been observed since the template came
			return new(seconds(now.Sub(s.JobSince)))
		case n.Height == height && !n.TipTime.IsZero():
			return new(seconds(now.Sub(n.TipTime)))
		}
	}
	return nil
}

// averageRate returns the hash rate for the odds: that of the last 15 minutes, in two digits.
func averageRate(s *solo.Stats) float64 {
	rate := cmp.Or(solo.AverageRate(s.Workers), s.Search.HashRate)
	rate, _ = strconv.ParseFloat(strconv.FormatFloat(rate, 'g', 2, 64), 64)
	return rate
}

// newOutputs describes a coinbase's outputs, which pay a script and may hold a witness commitment.
func newOutputs(chain *template.Chain, all []template.Output, payout, commitment []byte, addressOf addresses) []Output {
	outputs := []Output{}
	for _, o := range all {
		kind := "other"
		switch {
		case slices.Equal(o.Script, payout):
			kind = "payout"
		case slices.Equal(o.Script, commitment):
			kind = "witness commitment"
		}
		outputs = append(outputs, Output{o.Value, line(addressOf(chain, o.Script)), kind, o.Script})
	}
	return outputs
}

func newOdds(target template.Target, rate float64) *Odds {
	expected := odds.ExpectedSeconds(target, rate)
	o := &Odds{HashRate: rate, ChanceDay: odds.Chance(expected, day), ChanceMonth: odds.Chance(expected, month), ChanceYear: odds.Chance(expected, year)}
	if !math.IsInf(expected, 0) {
		o.Expected = &expected
	}
	return o
}

// newBlocks describes a chain's found blocks, newest first, and counts those in each state.
func newBlocks(chain *template.Chain, all []delivery.Block, addressOf addresses) (states map[string]int, blocks []Block) {
	states, blocks = map[string]int{}, []Block{}
	for _, state := range delivery.States {
		states[string(state)] = 0
	}
	for i := range slices.Backward(all) {
		b := &all[i]
		states[string(b.State)]++
		if len(blocks) == maxBlocks {
			continue
		}
		address := b.Address
		if address == "" {
			address = addressOf(chain, b.Script)
		}
		blocks = append(blocks, Block{
			b.Height, b.BlockHash, second(b.Found), line(b.Worker), b.Value, line(address), line(b.Verdict.String()), string(b.State), b.Confirmations,
		})
	}
	return states, blocks
}

// BlocksFound returns the number of blocks found, including those of earlier runs.
func (r *Report) BlocksFound() int { return sum(r.BlockStates) }

// BlocksFound returns the number of the chain's blocks found, including those of earlier runs.
func (m *Merged) BlocksFound() int { return sum(m.BlockStates) }

func sum(counts map[string]int) int {
	n := 0
	for _, k := range counts {
		n += k
	}
	return n
}

// BestText tells of the best shares, in pool units: "12.2, ever 350"; empty if there is none.
func (r *Report) BestText() string {
	best, ever := r.Search.BestShare, r.Search.BestShareEver
	switch {
	case ever == 0:
		return ""
	case best == 0:
		return "none yet, ever " + units.Difficulty(ever)
	case ever <= best:
		return units.Difficulty(best)
	}
	return units.Difficulty(best) + ", ever " + units.Difficulty(ever)
}

// BlockText says what a block needs, in pool units; empty without a template.
func (r *Report) BlockText() string {
	if r.Template == nil {
		return ""
	}
	return "a block needs " + units.Difficulty(r.Template.NetworkDifficulty*template.PoolDifficultyFactor)
}

// seconds returns d in seconds, rounded to milliseconds; at least 0.
func seconds(d time.Duration) float64 { return max(0, d).Round(time.Millisecond).Seconds() }

// second returns t in UTC, in whole seconds.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// line makes a text from outside harmless: one line, truncated, without control characters or characters that change the
// direction of the text.
func line(text string) string {
	n := 0
	for i := range text {
		if n++; n > maxText {
			text = text[:i] + "…"
			break
		}
	}
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return c
	}, text))
}

// readable returns b as text: printable ASCII, other bytes as dots.
func readable(b []byte) string {
	text := slices.Clone(b)
	for i, c := range text {
		if c < ' ' || c > '~' {
			text[i] = '.'
		}
	}
	return string(text)
}
