package metrics

import "github.com/prometheus/client_golang/prometheus"

// metric is a name with what it means.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func gauge(name, help string, labels ...string) metric {
	return metric{prometheus.NewDesc("ltcsolo_"+name, help, labels, nil), prometheus.GaugeValue}
}

func counter(name, help string, labels ...string) metric {
	return metric{prometheus.NewDesc("ltcsolo_"+name, help, labels, nil), prometheus.CounterValue}
}

// The program, and what this machine does.
var (
	buildInfo      = gauge("build_info", "Always 1; the labels tell what runs.", "version", "revision")
	runInfo        = gauge("run_info", "Always 1; the labels tell what is searched, and how.", "network", "kernel")
	searching      = gauge("searching", "Whether headers are searched now.")
	threads        = gauge("search_threads", "Threads that search.")
	hashes         = counter("hashes_total", "Headers hashed in this run.")
	shares         = counter("shares_total", "Shares of this run that were accepted and are no blocks.")
	bestDifficulty = gauge("best_difficulty", "Difficulty of the target that the lowest PoW hash of this run would just meet, as the node counts.")
	temperature    = gauge("processor_temperature_celsius", "Temperature of the hottest processor sensor.")
	limitHolding   = gauge("limit_holding", "Whether a limit that was asked for pauses or slows the search now.", "limit")
)

// The chain, and the newest template.
var (
	difficulty      = gauge("network_difficulty", "Difficulty of the newest template's network target, as the node counts.")
	hashesPerBlock  = gauge("network_hashes_per_block", "Hashes that a block takes on average at the network target.")
	height          = gauge("template_height", "Height of the block that is searched.")
	age             = gauge("template_age_seconds", "Time since the newest template came.")
	transactions    = gauge("template_transactions", "Transactions of the newest template, with the coinbase.")
	value           = gauge("template_value_litoshi", "What the block that is searched would pay: subsidy and fees.")
	fees            = gauge("template_fees_litoshi", "Fees in the newest template.")
	templateEmpty   = gauge("template_empty", "Whether an empty block is searched, since no node makes a template.")
	templateFailing = gauge("template_failing", "Whether the node that serves gives no new template.")
)

// The nodes.
var (
	nodeUp      = gauge("node_up", "Whether the node answered last.", "node")
	nodeServing = gauge("node_serving", "Whether templates come from the node now.", "node")
	nodeFit     = gauge("node_fit", "Whether the node can be mined with.", "node")
	nodeHeight  = gauge("node_height", "Height of the node's tip.", "node")
	nodePeers   = gauge("node_peers", "Peers of the node.", "node")
	nodeVersion = gauge("node_version", "Version of the node as it writes it: 210505 is 0.21.5.5.", "node")
)

// Found blocks and alerts.
var (
	blocksFound = counter("blocks_found_total", "Blocks found, those of earlier runs that the journal has included.")
	blocks      = gauge("blocks", "Found blocks in each state, of earlier runs too.", "state")
	blocksValue = gauge("blocks_value_litoshi", "What the found blocks in each state pay.", "state")
	lastFound   = gauge("last_block_found_timestamp_seconds", "When the newest found block was found.")
	alertActive = gauge("alert_active", "Always 1 while an alert is in force. A grave one can lose blocks, or stops the search.", "alert", "node", "grave")
)
