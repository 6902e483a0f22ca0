package metrics

import (
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// states are all that a block can be in. Each has a series from the start, so that the first block in it shows as a
// change.
var states = [...]delivery.BlockState{delivery.StateUnsettled, delivery.StateImmature, delivery.StateMature, delivery.StateOrphaned, delivery.StateRejected}

// collector makes the series of one snapshot.
type collector struct{ cfg Config }

// Describe describes none: which series there are differs from one snapshot to the next.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect takes a snapshot.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	s := c.cfg.Stats()
	x := scrape{out}
	x.add(buildInfo, 1, c.cfg.Version, c.cfg.Revision)
	x.add(runInfo, 1, s.Network, s.Search.Kernel)
	x.addSearch(&s)
	x.add(templateFailing, truth(s.TemplateFail != ""))
	if s.Job != nil {
		x.addTemplate(s.Job.Template)
		x.add(age, max(0, c.cfg.Now().Sub(s.JobSince).Seconds()))
		x.addBlocks(s.Blocks) // before the first job the journal is not read, and none would look like all lost
	}
	for _, n := range s.Nodes {
		x.addNode(&n)
	}
	for _, a := range s.Alerts {
		x.add(alertActive, 1, a.Key, a.Node, strconv.FormatBool(a.Grave))
	}
}

// scrape is where the series of one snapshot go.
type scrape struct{ out chan<- prometheus.Metric }

func (x scrape) add(m metric, value float64, labels ...string) {
	for i, l := range labels {
		labels[i] = strings.ToValidUTF8(l, "\uFFFD")
	}
	x.out <- prometheus.MustNewConstMetric(m.desc, m.kind, value, labels...)
}

func (x scrape) addSearch(s *solo.Stats) {
	x.add(searching, truth(s.Searching))
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
		x.add(limitHolding, truth(l.Holding), l.Name)
	}
}

func (x scrape) addTemplate(t *template.Template) {
	x.add(difficulty, t.Target.Difficulty())
	x.add(hashesPerBlock, t.Target.ExpectedHashes())
	x.add(height, float64(t.Height))
	x.add(transactions, float64(1+len(t.Transactions)))
	x.add(value, float64(t.CoinbaseValue))
	x.add(fees, float64(t.Fees()))
	x.add(templateEmpty, truth(t.Empty))
}

// addNode leaves out what only an answer tells, while there is none.
func (x scrape) addNode(n *solo.NodeHealth) {
	x.add(nodeUp, truth(n.Up), n.Name)
	x.add(nodeServing, truth(n.Serving), n.Name)
	x.add(nodeFit, truth(n.Up && n.Fault == ""), n.Name)
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
	for _, s := range states {
		x.add(blocks, float64(count[s]), string(s))
		x.add(blocksValue, float64(paid[s]), string(s))
	}
	if len(all) > 0 {
		x.add(lastFound, newest)
	}
}

// truth is how Prometheus writes a bool.
func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
