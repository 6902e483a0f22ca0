package dashboard

import (
	"slices"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// Merged is a chain that is mined with Litecoin's work. Fields of the same name are like those of the Report; all amounts
// are in Unit.
type Merged struct {
	Chain        string          `json:"chain"`
	Network      string          `json:"network"`
	Unit         string          `json:"unit"` // a hundred-millionth of a coin: 1e-8 DOGE
	Address      string          `json:"address"`
	Committed    bool            `json:"committed"` // the newest job commits to a block of the chain
	Idle         string          `json:"idle"`      // why it does not; empty if it does
	TemplateFail string          `json:"template_fault"`
	Template     *MergedTemplate `json:"template"`
	Coinbase     *MergedCoinbase `json:"coinbase"` // of the block that the newest job commits to; null if it commits to none
	Odds         *Odds           `json:"odds"`
	Nodes        []Node          `json:"nodes"`
	Accepted     int             `json:"accepted"`
	Maturity     int             `json:"maturity"` // confirmations after which a block's reward can be spent
	BlockStates  map[string]int  `json:"block_states"`
	Blocks       []MergedBlock   `json:"blocks"`
}

// MergedTemplate is a merged chain's Template.
type MergedTemplate struct {
	Height            int32         `json:"height"`
	PreviousBlock     template.Hash `json:"previous_block"`
	Age               float64       `json:"age_seconds"`
	Transactions      int           `json:"transactions"`
	Value             int64         `json:"coinbase_value"`
	Fees              int64         `json:"fees"`
	NetworkDifficulty float64       `json:"network_difficulty"`
	NetworkHashRate   float64       `json:"network_hash_rate"`
}

// MergedCoinbase is a merged chain's Coinbase.
type MergedCoinbase struct {
	Text    string         `json:"text"`
	Outputs []MergedOutput `json:"outputs"`
}

// MergedOutput is a merged chain's Output.
type MergedOutput struct {
	Value   int64        `json:"value"`
	Address string       `json:"address"`
	Kind    string       `json:"kind"`
	Script  template.Hex `json:"script"`
}

// Pays reports whether the output pays anything.
func (o MergedOutput) Pays() bool { return Output(o).Pays() }

// MergedBlock is a merged chain's Block.
type MergedBlock struct {
	Height        int32         `json:"height"`
	BlockHash     template.Hash `json:"hash"`
	Found         time.Time     `json:"time"`
	Worker        string        `json:"worker"`
	Value         int64         `json:"value"`
	Address       string        `json:"address"`
	Verdict       string        `json:"verdict"`
	State         string        `json:"state"`
	Confirmations int           `json:"confirmations"`
}

// unitOf names the smallest unit of a chain's coin.
func unitOf(c *template.Chain) string { return smallest + c.Ticker }

const smallest = "1e-8 "

// Coins writes an amount of the chain for people: "10000.00000000 DOGE".
func (m *Merged) Coins(amount int64) string {
	return units.Coins(amount, strings.TrimPrefix(m.Unit, smallest))
}

// takeMerged describes the merged chains.
func (r *Report) takeMerged(s *solo.Stats, now time.Time, addressOf addresses) {
	for i := range s.Merged {
		r.Merged = append(r.Merged, newMerged(&s.Merged[i], s.Job, averageRate(s), now, addressOf))
	}
}

func newMerged(s *solo.SideStats, j *template.Job, rate float64, now time.Time, addressOf addresses) Merged {
	network, _ := s.Chain.Network(s.Network)
	m := Merged{
		Chain: s.Chain.Name, Network: line(s.Network), Unit: unitOf(s.Chain), Address: line(s.Address), Committed: s.Committed, Idle: line(notCommitted(s, j)),
		TemplateFail: line(s.TemplateFail), Nodes: newNodes(s.Nodes), Accepted: s.Accepted, Maturity: network.Maturity, Blocks: []MergedBlock{},
	}
	if t := s.Template; t != nil {
		m.Template = &MergedTemplate{
			Height: t.Height, PreviousBlock: t.PreviousBlock, Age: seconds(now.Sub(t.Received)), Transactions: 1 + len(t.Transactions),
			Value: t.CoinbaseValue, Fees: t.Fees(), NetworkDifficulty: t.Target.Difficulty(),
			NetworkHashRate: t.Target.ExpectedHashes() / s.Chain.Spacing.Seconds(),
		}
		m.Odds = newOdds(t.Target, rate)
	}
	if s.Committed {
		m.Coinbase = committedCoinbase(s, j, addressOf)
	}
	var blocks []Block
	m.BlockStates, blocks = newBlocks(s.Chain, s.Blocks, addressOf)
	for _, b := range blocks {
		m.Blocks = append(m.Blocks, MergedBlock(b))
	}
	return m
}

// notCommitted says why job j commits to no block of the chain; empty if it does.
func notCommitted(s *solo.SideStats, j *template.Job) string {
	switch {
	case s.Committed:
		return ""
	case s.Idle != "":
		return s.Idle
	case s.Template == nil && s.TemplateFail != "":
		return s.TemplateFail
	case s.Template == nil:
		return "its first template has not arrived yet"
	case j == nil:
		return "there is no job yet"
	}
	return "the newest job commits to none of its blocks yet" // one will, or once the next template is here if the block is solved
}

// committedCoinbase reads back the coinbase of the block that j commits to; nil if there is none.
func committedCoinbase(s *solo.SideStats, j *template.Job, addressOf addresses) *MergedCoinbase {
	i := slices.IndexFunc(j.Aux, func(a *template.Aux) bool { return a.Template.Chain == s.Chain })
	if i < 0 {
		return nil
	}
	scriptSig, outputs, err := j.Aux[i].CoinbaseParts()
	if err != nil {
		return nil
	}
	c := &MergedCoinbase{Text: readable(scriptSig)}
	for _, o := range newOutputs(s.Chain, outputs, j.Aux[i].Coinbase.Script, nil, addressOf) {
		c.Outputs = append(c.Outputs, MergedOutput(o))
	}
	return c
}
