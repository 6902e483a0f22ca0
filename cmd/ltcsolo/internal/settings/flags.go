package settings

import (
	"slices"
	"time"

	"github.com/urfave/cli/v2"
)

// DescriptorUsage is the beginning of the help of --descriptor.
const DescriptorUsage = "`DESCRIPTOR`: a watch-only wallet's, such as wpkh(zpub.../0/*), or its account's zpub or Mtub alone"

// Join returns the flags of several groups.
func Join(groups ...[]cli.Flag) []cli.Flag { return slices.Concat(groups...) }

// CommonFlags are those of every command that reads a configuration.
func CommonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "json", Usage: "print the result as JSON"},
		&cli.StringFlag{Name: "config", Usage: "TOML `FILE` with values for the flags (default: ltcsolo/config.toml in your configuration directory)"},
	}
}

// NetworkFlag is --network; def says in its help what holds without it.
func NetworkFlag(def string) cli.Flag {
	return &cli.StringFlag{Name: "network", Usage: "`NAME`: main, test or regtest (default: " + def + ")"}
}

// StateFlag is --state.
func StateFlag() cli.Flag {
	return &cli.StringFlag{Name: "state", Usage: "state `DIR`: found blocks, lock, remembered address, descriptor's index (default: ltcsolo/NETWORK in your state directory)"}
}

// NodeFlags say how to find the node.
func NodeFlags() []cli.Flag {
	return []cli.Flag{
		NetworkFlag("what litecoin.conf says, else main"),
		&cli.StringFlag{Name: "datadir", Usage: "litecoind's data `DIR`, with litecoin.conf and the cookie (default: litecoind's for this system)"},
		&cli.StringFlag{Name: "conf", Usage: "the node's configuration `FILE` (default: litecoin.conf in the data directory)"},
		&cli.StringSliceFlag{Name: "rpc", Usage: "`URL` of the node; may be given again: the first one that works serves templates, another takes over when it fails, and a found block goes to all (default: http://127.0.0.1: and the port of litecoin.conf or the network)"},
		&cli.StringFlag{Name: "rpc-user", Usage: "`NAME`: user at the node; may be empty (default: rpcuser of litecoin.conf). The password comes from the cookie, litecoin.conf, --rpc-password-file or LTCSOLO_RPC_PASSWORD, never from a flag"},
		&cli.StringFlag{Name: "rpc-password-file", Usage: "`FILE` whose first line is the password at the node"},
		&cli.StringFlag{Name: "rpc-cookie", Usage: "the node's cookie `FILE` (default: .cookie in the network's folder of the data directory)"},
		&cli.StringFlag{Name: "rpc-ca", Usage: "PEM `FILE` with the certificate of a TLS proxy in front of the node, or of its authority, for --rpc https://host:port (default: the system's authorities)"},
		&cli.StringSliceFlag{Name: "fork", Usage: "`HEIGHT:VERSION`: from this height on main needs this version of litecoind, such as 3172640:0.21.5.8; adds to the forks that ltcsolo knows; may be given again"},
		&cli.DurationFlag{Name: "wait", Usage: "`TIME`: how long to wait for a node that is down, syncing or without peers (default: 0s)"},
	}
}

// LogFlags say what is logged where.
func LogFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "log-format", Usage: "`FORM`: text or json (default: text)"},
		&cli.StringFlag{Name: "log-level", Usage: "`LEVEL`: debug, info, warn or error (default: info)"},
		&cli.StringFlag{Name: "log-file", Usage: "append the log to `FILE`, which is reopened on SIGHUP (default: standard error)"},
		&cli.BoolFlag{Name: "quiet", Usage: "print only warnings, errors and accepted blocks, and nothing if another ltcsolo runs on the state directory"},
	}
}

// Groups of mine's flags in its help.
const (
	groupPayee   = "Who is paid"
	groupMerged  = "Merged mining"
	groupMoney   = "What it costs and earns"
	groupMiners  = "The miners"
	groupMachine = "This machine"
	groupEnd     = "When to stop"
	groupNode    = "The node"
	groupWatch   = "To watch it, and to be told"
	groupOther   = "Files and results"
)

// MineFlags are those of mine. doctor and config take them too, with serve's (AllFlags), so that a whole command line can
// be examined.
func MineFlags() []cli.Flag {
	return Join(
		inGroup(groupPayee,
			&cli.StringFlag{Name: "address", Usage: "the payout `ADDRESS`; this or one of the next two is required"},
			&cli.StringFlag{Name: "descriptor", Usage: DescriptorUsage + "; each found block pays to a fresh address of it"},
			&cli.BoolFlag{Name: "address-from-wallet", Usage: "ask the node's wallet for an address, once, and remember it"},
		),
		inGroup(groupMachine,
			&cli.IntFlag{Name: "threads", Usage: "`N`: threads, at most one a processor (default: all processors that this program may use)"},
			&cli.StringFlag{Name: "kernel", Usage: "`NAME`: the hashing kernel, or auto: the fastest of this machine by a short measurement", Value: "auto"},
		),
		inGroup(groupPayee, &cli.StringFlag{Name: "tag", Usage: "`TEXT` in the coinbase", Value: DefaultTag}),
		DogeFlags(),
		inGroup(groupMerged, requireMerged()),
		runMoneyFlags(),
		inGroup(groupEnd,
			&cli.IntFlag{Name: "blocks", Usage: "stop when `N` blocks of this run are in the best chain (default: never)"},
			&cli.DurationFlag{Name: "for", Usage: "stop after this `TIME`, such as 90s or 8h (default: never)"},
			&cli.DurationFlag{Name: "grace", Usage: "how much longer a run that ends by itself may take, as `TIME`, until a node has answered on a block that it found", Value: 15 * time.Minute},
		),
		inGroup(groupMachine,
			&cli.IntFlag{Name: "nice", Usage: "scheduling priority `N` of the hashing threads, -20 to 19; on Windows the nearest of its six, on macOS that of the whole program", Value: 19},
			&cli.IntFlag{Name: "cpu", Usage: "`PERCENT` of each thread's time spent hashing", Value: 100},
			&cli.BoolFlag{Name: "no-pin", Usage: "let the system move hashing threads between processors, where there is a thread for each; on Windows and macOS it always does"},
		),
		inGroup(groupOther, StateFlag()),
		inGroup(groupNode,
			&cli.BoolFlag{Name: "no-proposal", Usage: "do not have the node check each assembled block"},
			&cli.BoolFlag{Name: "allow-old-node", Usage: "mine although the node is too old for the chain's rules"},
		),
		inGroup(groupMachine, limitFlags()...),
		inGroup(groupWatch, Join(httpFlags(), noticeFlags())...),
		inGroup(groupOther, CommonFlags()...),
		inGroup(groupNode, NodeFlags()...),
		inGroup(groupWatch, LogFlags()...),
	)
}

// limitFlags are for machines that have other uses.
func limitFlags() []cli.Flag {
	return []cli.Flag{
		&cli.Float64Flag{Name: "max-temp", Usage: "pause above this many degrees Celsius (`C`) of the processor until it is 5 degrees cooler; on Windows for administrators alone (default: off)"},
		&cli.Float64Flag{Name: "max-load", Usage: "pause while other programs keep more than `N` processors busy, such as 0.5 (default: off)"},
		&cli.BoolFlag{Name: "pause-on-battery", Usage: "pause while the machine runs on its battery; not on macOS"},
		&cli.StringFlag{Name: "schedule", Usage: "mine at these `HOURS` only, by this machine's clock: 22:00-07:00, or several with commas (default: always)"},
	}
}

func httpFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "http", Usage: "`ADDR`: dashboard, /api/stats, /metrics, /healthz and /readyz on this address; a port alone means on 127.0.0.1 (default: none)"},
		&cli.StringSliceFlag{Name: "http-host", Usage: "`NAME` by which browsers may ask for the dashboard, besides IP addresses and localhost, or *.local for all that end so; may be given again"},
	}
}

// noticeFlags name the user's own commands.
func noticeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "on-block", Usage: "run `COMMAND` when a block is found, accepted, rejected, orphaned or mature; no shell runs it, and SOLO_EVENT, SOLO_MESSAGE, SOLO_BLOCK_HASH ... in its environment say what happened"},
		&cli.StringFlag{Name: "on-alert", Usage: "run `COMMAND` when an alert begins or is over; SOLO_EVENT, SOLO_MESSAGE, SOLO_ALERT, SOLO_NODE ... say which"},
	}
}

// FlagNamed returns the flag with a name, nil if there is none.
func FlagNamed(flags []cli.Flag, name string) cli.Flag {
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

func flagNames(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()[0])
	}
	return names
}
