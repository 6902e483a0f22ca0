package metrics

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// collector makes the series of a snapshot.
type collector struct {
	cfg    Config
	turn   chan struct{} // of one place: held from a snapshot on, so that others sees them in order
	others *others
}

func newCollector(cfg Config) *collector {
	return &collector{cfg: cfg, turn: make(chan struct{}, 1), others: &others{}}
}

// Describe describes no series: which ones there are depends on the snapshot.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect takes a snapshot and sends its series.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	c.turn <- struct{}{}
	s := c.cfg.Stats()
	workers := byLabel(s.Workers, c.others)
	<-c.turn
	x := scrape{out: out}
	x.add(buildInfo, 1, c.cfg.Version, c.cfg.Revision)
	x.add(runInfo, 1, s.Network, s.Search.Kernel)
	x.addSearch(&s)
	x.add(templateFailing, boolean(s.TemplateFail != ""))
	if s.Job != nil {
		x.addTemplate(s.Job.Template, c.cfg.Now().Sub(s.JobSince))
		x.addBlocks(s.Blocks) // the journal is read before the first job; until then, no blocks would look as if all were lost
	}
	for _, n := range s.Nodes {
		x.addNode(&n)
	}
	for i := range s.Merged {
		x.of(s.Merged[i].Chain.Name).addMerged(&s.Merged[i], s.Job != nil, c.cfg.Now())
	}
	x.addAlerts(s.Alerts)
	if s.Money != nil {
		x.addMoney(s.Money)
	}
	if s.Stratum != nil {
		x.addStratum(s.Stratum)
		x.addWorkers(workers)
	}
}

// scrape sends the series of a snapshot to out.
type scrape struct {
	out   chan<- prometheus.Metric
	chain string // the merged chain whose series they are; empty: none
}

// of returns a scrape for the series of a merged chain; an empty name is none.
func (x scrape) of(chain string) scrape { return scrape{x.out, chain} }

func (x scrape) add(m metric, value float64, labels ...string) {
	desc := m.desc
	if x.chain != "" {
		desc, labels = m.merged, append(labels, x.chain)
	}
	for i, l := range labels {
		labels[i] = strings.ToValidUTF8(l, "\uFFFD")
	}
	x.out <- prometheus.MustNewConstMetric(desc, m.kind, value, labels...)
}

func (x scrape) addSearch(s *solo.Stats) {
	x.add(searching, boolean(s.Searching))
	x.add(threads, float64(s.Search.Threads))
	x.add(hashes, float64(s.Search.Hashes))
	x.add(shares, float64(s.Shares))
	if s.Search.Best != (template.Hash{}) {
		x.add(bestDifficulty, template.Target(s.Search.Best).Difficulty())
	}
	if s.Search.Temperature != 0 {
		x.add(temperature, s.Search.Temperature)
	}
	for _, l := range s.Search.Limits {
		x.add(limitHolding, boolean(l.Holding), l.Name)
	}
}

func (x scrape) addTemplate(t *template.Template, since time.Duration) {
	x.add(age, max(0, since.Seconds()))
	x.add(difficulty, t.Target.Difficulty())
	x.add(hashesPerBlock, t.Target.ExpectedHashes())
	x.add(height, float64(t.Height))
	x.add(transactions, float64(1+len(t.Transactions)))
	x.add(x.amount(value, coinValue), float64(t.CoinbaseValue))
	x.add(x.amount(fees, coinFees), float64(t.Fees()))
	x.add(templateEmpty, boolean(t.Empty))
}

// amount chooses between the series of amounts in litoshi and those of merged chains' coins.
func (x scrape) amount(litoshi, coin metric) metric {
	if x.chain != "" {
		return coin
	}
	return litoshi
}

// addMerged describes a merged chain; recovered says that its journal has been read.
func (x scrape) addMerged(s *solo.SideStats, recovered bool, now time.Time) {
	x.add(committed, boolean(s.Committed))
	x.add(templateFailing, boolean(s.TemplateFail != ""))
	if s.Template != nil {
		x.addTemplate(s.Template, now.Sub(s.Template.Received))
	}
	if recovered {
		x.addBlocks(s.Blocks)
	}
	for _, n := range s.Nodes {
		x.addNode(&n)
	}
}

// addNode leaves out what only an answer of the node tells, while it does not answer.
func (x scrape) addNode(n *solo.NodeHealth) {
	x.add(nodeUp, boolean(n.Up), n.Name)
	x.add(nodeServing, boolean(n.Serving), n.Name)
	x.add(nodeFit, boolean(n.Up && n.Fault == ""), n.Name)
	if n.Up {
		x.add(nodeHeight, float64(n.Height), n.Name)
		x.add(nodePeers, float64(n.Peers), n.Name)
		x.add(nodeVersion, float64(n.Version), n.Name)
	}
}

func (x scrape) addBlocks(all []delivery.Block) {
	count, paid := map[delivery.BlockState]int{}, map[delivery.BlockState]int64{}
	newest := 0.0
	for _, b := range all {
		count[b.State]++
		paid[b.State] += b.Value
		newest = max(newest, float64(b.Found.UnixMilli())/1e3)
	}
	x.add(blocksFound, float64(len(all)))
	for _, s := range delivery.States { // from the start, so that the first block in a state shows as a change
		x.add(blocks, float64(count[s]), string(s))
		x.add(x.amount(blocksValue, coinBlocks), float64(paid[s]), string(s))
	}
	if len(all) > 0 {
		x.add(lastFound, newest)
	}
}

// addAlerts sends one series for all alerts of a kind that are about workers: there may be thousands.
func (x scrape) addAlerts(all []solo.Alert) {
	type series struct {
		key, chain, node string
		grave            bool
	}
	sent := make(map[series]bool)
	for _, a := range all {
		if id := (series{a.Key, a.Chain, a.Node, a.Grave}); !sent[id] {
			sent[id] = true
			x.of(a.Chain).add(alertActive, 1, a.Key, a.Node, strconv.FormatBool(a.Grave))
		}
	}
}

// boolean returns 1 for true and 0 for false, as Prometheus expects.
func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
