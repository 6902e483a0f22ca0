package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// metric is the description and type of a series.
type metric struct {
	desc   *prometheus.Desc
	merged *prometheus.Desc // of a merged chain: with the label chain
	kind   prometheus.ValueType
}

func gauge(name, help string, labels ...string) metric {
	return newMetric(prometheus.GaugeValue, name, help, labels)
}

func counter(name, help string, labels ...string) metric {
	return newMetric(prometheus.CounterValue, name, help, labels)
}

func newMetric(kind prometheus.ValueType, name, help string, labels []string) metric {
	of := func(labels []string) *prometheus.Desc { return prometheus.NewDesc("ltcsolo_"+name, help, labels, nil) }
	return metric{of(labels), of(append(slices.Clone(labels), "chain")), kind}
}

// The program and the search.
var (
	buildInfo      = gauge("build_info", "Always 1; the labels say which build runs.", "version", "revision")
	runInfo        = gauge("run_info", "Always 1; the labels say which network is mined, with which kernel.", "network", "kernel")
	searching      = gauge("searching", "Whether the search is on now.")
	threads        = gauge("search_threads", "Hashing threads.")
	hashes         = counter("hashes_total", "Headers hashed in this run.")
	shares         = counter("shares_total", "Shares of this run that were accepted and are not blocks.")
	bestDifficulty = gauge("best_difficulty", "Difficulty of the target that the lowest PoW hash of this run just meets, in the node's units.")
	temperature    = gauge("processor_temperature_celsius", "Temperature of the hottest processor sensor.")
	limitHolding   = gauge("limit_holding", "Whether a limit set by the user pauses or slows the search now.", "limit")
)

// The chain and the newest template.
var (
	difficulty      = gauge("network_difficulty", "Difficulty of the newest template's network target, in the node's units.")
	hashesPerBlock  = gauge("network_hashes_per_block", "Average number of hashes for a block at the network target.")
	height          = gauge("template_height", "Height of the newest template's block.")
	age             = gauge("template_age_seconds", "Time since the newest template arrived.")
	transactions    = gauge("template_transactions", "Transactions in the newest template, including the coinbase.")
	value           = gauge("template_value_litoshi", "Reward of the newest template's block: subsidy and fees.")
	fees            = gauge("template_fees_litoshi", "Fees in the newest template.")
	templateEmpty   = gauge("template_empty", "Whether the newest template is an empty block made here because no node provides one.")
	templateFailing = gauge("template_failing", "Whether the serving node fails to give a new template.")
)

// Of merged chains alone. Amounts of Litecoin are in series with litoshi in their names.
var (
	committed  = gauge("merged_committed", "Whether the newest job commits to a block of the merged chain.")
	coinValue  = gauge("template_value", "Reward of the newest template's block: subsidy and fees, in hundred-millionths of a coin.")
	coinFees   = gauge("template_fees", "Fees in the newest template, in hundred-millionths of a coin.")
	coinBlocks = gauge("blocks_value", "Total reward of the found blocks in each state, in hundred-millionths of a coin.", "state")
)

// The nodes.
var (
	nodeUp      = gauge("node_up", "Whether the node answered the last request.", "node")
	nodeServing = gauge("node_serving", "Whether the node serves the templates now.", "node")
	nodeFit     = gauge("node_fit", "Whether the node can be used for mining.", "node")
	nodeHeight  = gauge("node_height", "Height of the node's tip.", "node")
	nodePeers   = gauge("node_peers", "Number of the node's peers.", "node")
	nodeVersion = gauge("node_version", "Version of the node as a number: 210505 is 0.21.5.5.", "node")
)

// The server for other miners. There is none of these series without it.
var (
	connections        = gauge("stratum_connections", "Connections of miners now.")
	connectionsRefused = counter("stratum_connections_refused_total", "Connections that were refused because there were too many.")
	slowReaders        = counter("stratum_slow_readers_total", "Connections that were closed because the miner took nothing any more.")
	notifyMedian       = gauge("stratum_notify_median_seconds", "Time from the newest block's first job until half of the connections had it.")
	notifyP99          = gauge("stratum_notify_p99_seconds", "Time from the newest block's first job until 99 percent of the connections had it.")
	stratumShares      = counter("stratum_shares_total", "Shares of all miners in this run by verdict.", "verdict")
	checks             = gauge("stratum_checks_per_second", "Headers of shares that are checked a second.")
)

// The workers: the miners, and this machine's CPU if it searches. Difficulties are in pool units, 65536 times a node's.
var (
	workerSessions   = gauge("worker_sessions", "Connections of the worker now.", "worker")
	workerRate       = gauge("worker_hash_rate", "Hash rate of the worker in hashes a second, over the last minutes.", "worker")
	workerHashes     = counter("worker_hashes_total", "Headers hashed by the worker in this run; of a miner those that its shares stand for.", "worker")
	workerShares     = counter("worker_shares_total", "Shares of the worker in this run by verdict.", "worker", "verdict")
	workerDifficulty = gauge("worker_difficulty", "Difficulty of the worker's next job, in pool units.", "worker")
	workerBest       = gauge("worker_best_difficulty", "Difficulty of the best share of the worker in this run, in pool units.", "worker")
	workerLast       = gauge("worker_last_share_timestamp_seconds", "Time of the worker's last share in this run.", "worker")
)

// What the workers' machines tell of themselves. There is none of these series of what was not told.
var (
	rigTemperature = gauge("rig_temperature_celsius", "Temperature of the hottest chip or board of the worker's machines, by their own sensors.", "worker", "part")
	rigFan         = gauge("rig_fan_rpm", "Speed of each fan of the worker's machines, in revolutions a minute; 0 stands still.", "worker", "fan")
	rigRate        = gauge("rig_hash_rate", "Hash rate of the worker's machines in hashes a second, by their own count.", "worker")
	rigPower       = gauge("rig_power_watts", "Power that the worker's machines take, by their own measurement.", "worker")
	rigErrors      = counter("rig_hardware_errors_total", "Hardware errors of the worker's machines since they were started.", "worker")
	rigDeadChips   = gauge("rig_dead_chips", "Chips of the worker's machines that do not work.", "worker")
	rigBoards      = gauge("rig_boards", "Boards of the worker's machines that hash.", "worker")
	rigMissing     = gauge("rig_missing_boards", "Boards of the worker's machines that do not hash.", "worker")
	rigLast        = gauge("rig_last_answer_timestamp_seconds", "Time of the last answer of the worker's machines.", "worker")
	rigUp          = gauge("rig_up", "Whether the worker's machines answered when they were asked last.", "worker")
)

// Found blocks and alerts.
var (
	blocksFound = counter("blocks_found_total", "Blocks found, including those of earlier runs that are in the journal.")
	blocks      = gauge("blocks", "Found blocks in each state, including those of earlier runs.", "state")
	blocksValue = gauge("blocks_value_litoshi", "Total reward of the found blocks in each state.", "state")
	lastFound   = gauge("last_block_found_timestamp_seconds", "Time at which the newest block was found.")
	alertActive = gauge("alert_active", "Always 1 while an alert is in force. While a grave alert is in force, blocks can be lost or the search stands still.", "alert", "node", "grave")
)

// Money, in the user's currency. There is none of these series unless the user has given a price or what electricity costs.
var (
	power          = gauge("power_watts", "Power that all that searches takes, as the user gave it or as miners tell.")
	powerCost      = counter("power_cost_total", "What the power of this run has cost.", "currency")
	expectedIncome = counter("expected_income_total", "What the hashes of this run could be expected to earn on average, each at the difficulty and reward of its time.", "currency")
)
