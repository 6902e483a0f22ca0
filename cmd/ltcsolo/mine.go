package main

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/limits"
	"ltcsolo/solo/notice"
	"ltcsolo/solo/scrypt"
)

func mineCommand() *cli.Command {
	return &cli.Command{
		Name:  "mine",
		Usage: "search for blocks with this machine's CPU",
		Description: `Searches for blocks on your own litecoind until it is stopped (ctrl-C). Beside a running litecoind it needs no
configuration but the address that blocks should pay.

Exit codes: 0 stopped as asked, 1 failed while running, 2 usage or configuration is wrong, 3 the node cannot be
used, 4 another ltcsolo runs on the state directory, 5 a block was found and was not accepted or is unsettled.

Examples:
  ltcsolo mine --address ltc1q...
  ltcsolo mine --address-from-wallet --threads 2 --nice 19
  ltcsolo mine --descriptor 'wpkh([d34db33f/84h/2h/0h]zpub.../0/*)'
  ltcsolo mine --address ltc1q... --on-block "sh -c 'notify-send ltcsolo \"\$SOLO_MESSAGE\"'"
  ltcsolo mine --network regtest --address-from-wallet --blocks 10 --json
  ltcsolo mine --address ltc1q... --rpc http://127.0.0.1:9332 --rpc http://10.0.0.2:9332 \
      --rpc-user miner --rpc-password-file FILE --wait 10m`,
		Flags:  mineFlags(),
		Action: mine,
	}
}

// mineFlags are also doctor's, so that a whole command line of mine can be examined.
func mineFlags() []cli.Flag {
	return join([]cli.Flag{
		&cli.StringFlag{Name: "address", Usage: "the payout `ADDRESS`; required, but for the next two"},
		&cli.StringFlag{Name: "descriptor", Usage: descriptorUsage + "; each found block pays to a fresh address of it"},
		&cli.BoolFlag{Name: "address-from-wallet", Usage: "ask the node's wallet for an address, once, and remember it"},
		&cli.IntFlag{Name: "threads", Usage: "`N`: threads, at most one a processor (default: all processors that this program may use)"},
		&cli.StringFlag{Name: "kernel", Usage: "`NAME`: the hashing kernel, or auto: the fastest of this machine by a short measurement", Value: "auto"},
		&cli.StringFlag{Name: "tag", Usage: "`TEXT` in the coinbase", Value: defaultTag},
		&cli.IntFlag{Name: "blocks", Usage: "stop when `N` blocks of this run are in the best chain (default: never)"},
		&cli.DurationFlag{Name: "for", Usage: "stop after this `TIME`, such as 90s or 8h (default: never)"},
		&cli.IntFlag{Name: "nice", Usage: "scheduling priority `N` of the hashing threads, -20 to 19, where the system has it", Value: 19},
		&cli.IntFlag{Name: "cpu", Usage: "`PERCENT` of each thread's time spent hashing", Value: 100},
		&cli.BoolFlag{Name: "no-pin", Usage: "let the system move hashing threads between processors, where there is a thread for each"},
		stateFlag(),
		&cli.BoolFlag{Name: "no-proposal", Usage: "skip the check of each assembled block by the node"},
		&cli.BoolFlag{Name: "allow-old-node", Usage: "go on although the node is too old for the chain's rules"},
	}, limitFlags(), httpFlags(), noticeFlags(), commonFlags(), nodeFlags(), logFlags())
}

// mineSettings are mine's own flags, checked.
type mineSettings struct {
	address     string
	descriptor  string
	fromWallet  bool // the address is the node's wallet's
	threads     int
	kernel      *scrypt.Kernel // nil: auto
	tag         string
	blocks      int           // 0: no limit
	limit       time.Duration // 0: none
	nice, cpu   int
	state       string // empty: the default
	propose     bool
	pin         bool
	allowOld    bool
	json, quiet bool
	wait        time.Duration
	onBlock     *notice.Command // nil: none
	onAlert     *notice.Command
	rules       []limits.Rule
	http        string // host:port; empty: none
	httpHosts   []string
}

func readMineSettings(ctx *cli.Context) (*mineSettings, error) {
	s := &mineSettings{
		address: ctx.String("address"), descriptor: ctx.String("descriptor"), fromWallet: ctx.Bool("address-from-wallet"), threads: availableProcessors(), tag: ctx.String("tag"), blocks: ctx.Int("blocks"),
		limit: ctx.Duration("for"), nice: ctx.Int("nice"), cpu: ctx.Int("cpu"), state: ctx.String("state"),
		propose: !ctx.Bool("no-proposal"), pin: !ctx.Bool("no-pin"), allowOld: ctx.Bool("allow-old-node"), json: ctx.Bool("json"), quiet: ctx.Bool("quiet"),
		wait: ctx.Duration("wait"), httpHosts: ctx.StringSlice("http-host"),
	}
	if ctx.IsSet("threads") {
		s.threads = ctx.Int("threads")
	}
	switch most := runtime.NumCPU(); {
	case s.threads < 1 || s.threads > most:
		return nil, usage(fmt.Sprintf("give 1 to %d: more threads than processors only slow one another down", most),
			"--threads is %d, and this machine has %d processors", s.threads, most)
	case ctx.IsSet("blocks") && s.blocks < 1:
		return nil, usage("give 1 or more, or leave it out", "--blocks is %d", s.blocks)
	case ctx.IsSet("for") && s.limit <= 0:
		return nil, usage("give a time such as 8h, or leave it out", "--for is %v", s.limit)
	case s.nice < -20 || s.nice > 19:
		return nil, usage("give -20 to 19", "--nice is %d", s.nice)
	case s.cpu < 1 || s.cpu > 100:
		return nil, usage("give 1 to 100 percent", "--cpu is %d", s.cpu)
	}
	if err := checkTag(s.tag); err != nil {
		return nil, err
	}
	var err error
	if s.onBlock, err = readCommand(ctx, "on-block"); err != nil {
		return nil, err
	}
	if s.onAlert, err = readCommand(ctx, "on-alert"); err != nil {
		return nil, err
	}
	if s.rules, err = readRules(ctx); err != nil {
		return nil, err
	}
	if s.http, err = httpAddress(ctx.String("http")); err != nil {
		return nil, err
	}
	if err := checkHostNames(s.httpHosts); err != nil {
		return nil, err
	}
	s.kernel, err = readKernel(ctx.String("kernel"))
	return s, err
}

// checkPayee refuses to pay to nobody, or to more than one.
func checkPayee(ctx *cli.Context) error {
	if err := checkExclusive(ctx); err != nil {
		return err
	}
	if !ctx.IsSet("address") && !ctx.IsSet("descriptor") && !ctx.Bool("address-from-wallet") {
		return usage("give --address with an address of your Litecoin wallet, --descriptor with the wallet's descriptor, or --address-from-wallet to ask the node's wallet",
			"there is no address to pay the blocks to")
	}
	return nil
}

// mine is the command: it reads the flags and hands over to run.go.
func mine(ctx *cli.Context) error {
	if err := checkPayee(ctx); err != nil {
		return err
	}
	s, err := readMineSettings(ctx)
	if err != nil {
		return err
	}
	c := newConsole(os.Stderr)
	log, err := newLog(ctx, c)
	if err != nil {
		return err
	}
	defer log.flush()
	d, err := findNode(ctx, log.Logger)
	if err != nil {
		return err
	}
	r := &miningRun{settings: s, discovery: d, console: c, log: log, out: ctx.App.Writer}
	return r.run(ctx.Context)
}
