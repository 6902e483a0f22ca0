package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/units"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

func oddsCommand() *cli.Command {
	return &cli.Command{
		Name:  "odds",
		Usage: "expected time to a block, chances, income and power cost",
		Description: `Says what a hash rate is worth before it burns electricity. Blocks come by chance: the expected time is an average, and
time that has passed without a block brings the next no nearer. Without --hashrate, the rate is that of the miners of an
ltcsolo serve that runs on the state directory; if none runs there, this machine is measured. Only your
node is asked, and with --difficulty not even that.

Where Dogecoin is merged (--doge-address, as for mine, or --doge-difficulty), its blocks and both chains together are
told too: the same hashes win both.

Two units of difficulty are in use. The node's (getmininginfo, --difficulty 9.5e7) counts Bitcoin's first target as 1.
Pools and Scrypt miners count 65536 times as many: --difficulty 6.2e12pool. A month is a twelfth of a year.

Examples:
  ltcsolo odds
  ltcsolo odds --hashrate 9.5GH/s --power 3400W --electricity 0.28 --price 84.5 --currency EUR
  ltcsolo odds --hashrate '504 MH' --difficulty 95M --height 3100000 --json
  ltcsolo odds --hashrate 16.5GH/s --since 90d
  ltcsolo odds --hashrate 16.5GH/s --doge-address D... --price 84.5 --doge-price 0.11`,
		Flags: settings.Join([]cli.Flag{
			&cli.StringFlag{Name: "hashrate", Usage: "`RATE` such as 67kH/s or 9.5GH/s (default: that of the miners of a running serve, else this machine's, measured)"},
			&cli.StringFlag{Name: "difficulty", Usage: "network difficulty `D` in the node's units, with pool behind it in pool units, or node to ask the node", Value: "node"},
			&cli.IntFlag{Name: "height", Usage: "height `N` of the next block, for its subsidy, if no node is asked (default: today's subsidy of main)"},
			&cli.StringFlag{Name: "doge-difficulty", Usage: "Dogecoin's network difficulty `D`, as --difficulty; it is then merged without an address", Value: "node"},
			&cli.StringFlag{Name: "since", Usage: "when you found your last block or began: a `DATE` such as 2026-03-01, or how long ago, such as 90d (default: the last block in the state directory, without --hashrate)"},
			&cli.StringFlag{Name: "state", Usage: "state `DIR` of mine (default: ltcsolo/NETWORK in your state directory)"},
		}, settings.MoneyFlags(), settings.DogeFlags(), settings.CommonFlags(), settings.NodeFlags(), settings.LogFlags()),
		Action: runOdds,
	}
}

// thisEra is a height of main with the subsidy of 2026: 6.25 LTC from height 2,520,000 to 3,359,999.
const thisEra = 2_520_000

func runOdds(ctx *cli.Context) error {
	q, err := readOddsQuestion(ctx)
	if err != nil {
		return err
	}
	log, err := settings.OpenLog(ctx, terminal.Open(os.Stderr), disk.Local())
	if err != nil {
		return err
	}
	defer log.Flush()
	network, err := oddsNetwork(ctx, q, log.Logger)
	if err != nil {
		return err
	}
	if err := q.askMerged(ctx, network, log.Logger); err != nil {
		return err
	}
	if err := oddsMachine(ctx, q, network, log.Logger); err != nil {
		return err
	}
	o := q.answer()
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, o)
	}
	width := math.MaxInt
	if c := terminal.Open(os.Stdout); c.Terminal() {
		width = c.Width()
	}
	_, err = io.WriteString(ctx.App.Writer, o.text(width))
	return err
}

// oddsQuestion is what the answer is calculated from, as given or found out. What was not given is negative.
type oddsQuestion struct {
	oddsChain              // the main one
	merged     []oddsChain // that the same hashes win blocks of
	hashRate   float64     // H/s
	rateError  float64     // relative, of hashRate; 0: exact
	source     string      // of hashRate, in words, if it was not given
	money      settings.Money
	waited     float64 // seconds without a block
	waitedFrom string  // what they are counted from, for people
}

// oddsChain is what is asked about one chain. What was not given is negative.
type oddsChain struct {
	network         template.Network
	difficulty      float64 // node units
	networkHashRate float64 // H/s, as the node sees it
	height          int32   // of the next block
	assumed         bool    // height was not given, but taken as one of today's on main
}

// unasked is a chain of which nothing is known yet.
func unasked(n template.Network) oddsChain {
	return oddsChain{network: n, difficulty: -1, networkHashRate: -1, height: -1}
}

// litecoinNetwork returns Litecoin's network with a name, main if there is none.
func litecoinNetwork(name string) template.Network {
	n, ok := template.Litecoin.Network(name)
	if !ok {
		n, _ = template.Litecoin.Network("main")
	}
	return n
}

func readOddsQuestion(ctx *cli.Context) (q *oddsQuestion, err error) {
	q = &oddsQuestion{oddsChain: unasked(litecoinNetwork(ctx.String("network"))), hashRate: -1, waited: -1}
	read := func(flag string, into *float64, parse func(string) (float64, error)) {
		if err == nil && ctx.IsSet(flag) {
			*into, err = parse(ctx.String(flag))
		}
	}
	read("hashrate", &q.hashRate, settings.ParseHashRate)
	if ctx.String("difficulty") != "node" {
		read("difficulty", &q.difficulty, func(s string) (float64, error) { return settings.ParseDifficulty("difficulty", s) })
	}
	if err != nil {
		return nil, err
	}
	if q.money, err = settings.ReadMoney(ctx); err != nil {
		return nil, err
	}
	if ctx.IsSet("height") {
		h := ctx.Int("height")
		switch {
		case q.difficulty < 0:
			return nil, terminal.Usage("height", "leave it out, or give --difficulty too", "--height is for when no node is asked: a node knows it")
		case h < 0 || h > math.MaxInt32:
			return nil, terminal.Usage("height", "give the height of the next block", "--height is %d", h)
		}
		q.height = int32(h)
	}
	if ctx.IsSet("since") {
		since, err := settings.ParseSince(ctx.String("since"), time.Now())
		if err != nil {
			return nil, err
		}
		q.waited, q.waitedFrom = time.Since(since).Seconds(), "since "+since.Format(time.DateOnly)
	}
	return q, nil
}

// oddsNetwork asks the node for what was not given, and returns the network.
func oddsNetwork(ctx *cli.Context, q *oddsQuestion, log *slog.Logger) (network string, err error) {
	if q.difficulty >= 0 {
		if q.height < 0 && ctx.String("network") != "regtest" {
			q.height, q.assumed = thisEra, true
		}
		if network = ctx.String("network"); network == "" {
			return "main", nil
		}
		_, err = settings.ParseNetwork(network)
		return network, err
	}
	d, err := settings.Discover(ctx, log)
	if err != nil {
		return "", err
	}
	running, stop := terminal.Interruptible(ctx.Context)
	defer stop()
	status, err := run.FirstStatus(running, d, ctx.Duration("wait"), log)
	if err != nil {
		return "", err
	}
	if status.InitialDownload {
		log.Warn("the node is in initial sync: difficulty and height are old", "height", status.Height)
	}
	q.difficulty, q.networkHashRate, q.height = status.Difficulty, status.NetworkHashRate, status.Height+1
	q.network = litecoinNetwork(status.Chain)
	return status.Chain, nil
}

// oddsMachine finds the hash rate if none was given, of a running server or of this machine, and the last block in the
// journal.
func oddsMachine(ctx *cli.Context, q *oddsQuestion, network string, log *slog.Logger) (err error) {
	if q.hashRate >= 0 {
		return nil
	}
	state := ctx.String("state")
	if state == "" {
		if state, err = settings.StateDir(wallet.Network(network)); err != nil {
			return err
		}
	}
	if !q.askServer(ctx.Context, state, network) {
		threads := settings.AvailableProcessors()
		kernels, rate, err := run.ChooseKernels(nil, threads, state, build(), log)
		if err != nil {
			return err
		}
		q.hashRate = rate
		q.source = "measured here: kernel " + kernels[0].Name() + " on " + units.Thousands(int64(threads)) + " " + terminal.Plural(threads, "thread")
	}
	if q.waited >= 0 {
		return nil
	}
	r, err := journal.Read(run.BlocksDir(state, template.Litecoin), run.JournalLabels(template.Litecoin, wallet.Network(network)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	blocks, err := r.Blocks()
	for _, b := range blocks {
		if b.State != delivery.StateOrphaned && b.State != delivery.StateRejected {
			q.waited, q.waitedFrom = time.Since(b.Found).Seconds(), "since block "+units.Thousands(int64(b.Height))+" of "+b.Found.Local().Format(time.DateOnly)
		}
	}
	return err
}

// askServer takes the hash rate of the server that runs on a state directory. It reports whether there is one that knows
// its hash rate.
func (q *oddsQuestion) askServer(ctx context.Context, state, network string) bool {
	r, _, err := askRun(ctx, state)
	if err != nil || r.Network != network || r.Stratum == nil || r.Search.HashRate == 0 {
		return false
	}
	n := 0
	for _, w := range r.Miners() {
		if w.Connected() {
			n++
		}
	}
	q.hashRate, q.rateError = r.Search.HashRate, r.Search.HashRateError
	q.source = fmt.Sprintf("what ltcsolo serve has now from %s %s", units.Thousands(int64(n)), terminal.Plural(n, "miner"))
	if r.Search.Kernel != "" {
		q.source += " and this CPU"
	}
	return true
}
