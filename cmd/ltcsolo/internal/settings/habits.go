package settings

import (
	"regexp"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// habit is a flag of other miners, and what to do here.
type habit struct {
	flag   string // ours; empty: there is none
	remedy string
}

const (
	ownNode    = "ltcsolo mines alone, on your own node and on no pool: it finds a node on this machine by itself; another one is --rpc http://HOST:9332"
	ownPayee   = "nobody logs in to a pool here: who is paid is --address ADDRESS, and the user at your node is --rpc-user NAME"
	noPassword = "a password is never on the command line, where all can read it: it comes from the node's cookie or litecoin.conf, or from --rpc-password-file FILE"
	onlyScrypt = "leave it out: ltcsolo knows Litecoin's Scrypt only"
	listens    = "where miners connect is --listen ADDR, such as 192.168.1.5:3333"
	background = "leave it out: scripts/install.sh installs a service, and scripts/service has lines for cron"
)

// habits are minerd's flags (--help of 2.5), cgminer's (3.7, the last with Scrypt) and pool servers' that ltcsolo does not
// have.
var habits = map[string]habit{
	"o": {"rpc", ownNode}, "url": {"rpc", ownNode}, "pool": {"rpc", ownNode}, "host": {"rpc", ownNode},
	"u": {"address", ownPayee}, "user": {"address", ownPayee}, "username": {"address", ownPayee}, "wallet": {"address", ownPayee},
	"userpass": {"address", ownPayee}, "O": {"address", ownPayee},
	"p": {"rpc-password-file", noPassword}, "pass": {"rpc-password-file", noPassword}, "password": {"rpc-password-file", noPassword},
	"coinbase-addr": {"address", "the payout address is --address ADDRESS"}, "btc-address": {"address", "the payout address is --address ADDRESS"},
	"coinbase-sig": {"tag", "the text in the coinbase is --tag TEXT"}, "btc-sig": {"tag", "the text in the coinbase is --tag TEXT"},
	"t": {"threads", "the number of threads is --threads N"}, "T": {"", "leave it out: ltcsolo writes plain lines where there is no terminal"},
	"a": {"", onlyScrypt}, "algo": {"", onlyScrypt}, "scrypt": {"", onlyScrypt},
	"c": {"config", "a configuration file is --config FILE, in TOML: ltcsolo config init writes one"},
	"q": {"quiet", "it is --quiet"}, "D": {"log-level", "it is --log-level debug"}, "debug": {"log-level", "it is --log-level debug"},
	"P": {"log-level", "it is --log-level debug"}, "protocol-dump": {"log-level", "it is --log-level debug"},
	"B": {"", background}, "background": {"", background}, "S": {"", background}, "syslog": {"", background},
	"benchmark":    {"", "ltcsolo bench measures the kernels of this machine"},
	"V":            {"", "ltcsolo version prints it"},
	"I":            {"cpu", "only the processor searches: --threads N and --cpu PERCENT say how much of it"},
	"intensity":    {"cpu", "only the processor searches: --threads N and --cpu PERCENT say how much of it"},
	"api-listen":   {"http", "what a run does is shown by ltcsolo status, and in the browser with --http PORT"},
	"r":            {"", "leave it out: a node that fails is asked again for as long as mine runs"},
	"retries":      {"", "leave it out: a node that fails is asked again for as long as mine runs"},
	"R":            {"wait", "how long to wait for the node at the start is --wait TIME"},
	"cpu-affinity": {"no-pin", "leave it out: threads are kept on processors, unless there is --no-pin"},
	"no-longpoll":  {"", "leave it out: new blocks are noticed at once"},
	"no-getwork":   {"", "leave it out: there is no getwork"},
	"port":         {"listen", listens}, "bind": {"listen", listens}, "stratum": {"listen", listens}, "stratum-port": {"listen", listens},
	"vardiff": {"difficulty", "leave it out: each miner has its own difficulty, unless there is --difficulty D"},
	"diff":    {"difficulty", "a fixed difficulty of every miner is --difficulty D"},
}

// likeFlag matches what cannot be a key or an address, so that an error may repeat it.
var likeFlag = regexp.MustCompile(`^([a-zA-Z]|[a-z]{2,12}(-[a-z]{2,12}){0,3})$`)

// unknownFlag is the error about a flag that the command does not have, the i-th argument after it.
func unknownFlag(command *cli.Command, name string, i int) error {
	see := "ltcsolo " + command.Name + " --help lists its flags"
	if likeFlag.MatchString(name) {
		dashes := "--"
		if len(name) == 1 {
			dashes = "-"
		}
		h, known := habits[name]
		if known && (h.flag == "" || FlagNamed(command.Flags, h.flag) != nil) {
			return terminal.Usage("", h.remedy+". "+see, "%s has no flag %s%s", command.Name, dashes, name)
		}
		if command.Name == "mine" && FlagNamed(serveFlags(), name) != nil {
			return terminal.Usage("", "mine hashes on this machine alone: other miners are served by ltcsolo serve --"+name, "mine has no flag --%s", name)
		}
		if near := nearest(name, flagNames(command.Flags)); near != "" {
			return terminal.Usage("", "did you mean --"+near+"? "+see, "%s has no flag %s%s", command.Name, dashes, name)
		}
		return terminal.Usage("", see, "%s has no flag %s%s", command.Name, dashes, name)
	}
	if near := nearest(name, flagNames(command.Flags)); near != "" {
		return terminal.Usage("", "did you mean --"+near+"? "+see, "%s has no flag --%s", command.Name, name)
	}
	return terminal.Usage("", see, "argument %d of %s is a flag that it does not have", i+1, command.Name)
}
