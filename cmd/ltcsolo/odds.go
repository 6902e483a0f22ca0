package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

func oddsCommand() *cli.Command {
	return &cli.Command{
		Name:  "odds",
		Usage: "expected time to a block, chances, income and power cost",
		Description: `Tells what a hash rate is worth before it burns electricity: blocks come by chance, so that the expected time is an
average, and time that has passed without one brings the next no nearer. Without --hashrate this machine is measured.
Nothing is asked of anybody but your node; with --difficulty not even that.

Two units of difficulty are in use. The node's (getmininginfo, --difficulty 9.5e7) counts Bitcoin's first target as 1.
Pools and Scrypt miners count 65536 times as many: --difficulty 6.2e12pool. A month is a twelfth of a year.

Examples:
  ltcsolo odds
  ltcsolo odds --hashrate 9.5GH/s --power 3400W --electricity 0.28 --price 84.5 --currency EUR
  ltcsolo odds --hashrate '504 MH' --difficulty 95M --height 3100000 --json
  ltcsolo odds --hashrate 16.5GH/s --since 90d`,
		Flags: join([]cli.Flag{
			&cli.StringFlag{Name: "hashrate", Usage: "`RATE` such as 67kH/s or 9.5GH/s (default: this machine's, measured)"},
			&cli.StringFlag{Name: "difficulty", Usage: "network difficulty `D` in the node's units, with pool behind it in those of pools, or node to ask the node", Value: "node"},
			&cli.IntFlag{Name: "height", Usage: "height `N` of the next block, for its subsidy, where no node is asked (default: today's subsidy of main)"},
			&cli.StringFlag{Name: "power", Usage: "`WATTS` that the miner takes, such as 3400W or 3.4kW"},
			&cli.StringFlag{Name: "electricity", Usage: "what a kilowatt hour costs, a `NUMBER` of your currency"},
			&cli.StringFlag{Name: "price", Usage: "what a litecoin is worth, a `NUMBER` of your currency"},
			&cli.StringFlag{Name: "currency", Usage: "`NAME` of your currency, such as EUR"},
			&cli.StringFlag{Name: "since", Usage: "when you found your last block or began: a `DATE` such as 2026-03-01, or how long ago, such as 90d (default: the last block in the state directory, if this machine is measured)"},
			&cli.StringFlag{Name: "state", Usage: "state `DIR` of mine (default: ltcsolo/NETWORK in your state directory)"},
		}, commonFlags(), nodeFlags(), logFlags()),
		Action: runOdds,
	}
}

// thisEra is a height of main at which the subsidy is what it is in 2026: 6.25 LTC from 2,520,000 on, up to
// 3,359,999.
const thisEra = 2_520_000

var currencyForm = regexp.MustCompile(`^\pL{1,8}$|^\p{Sc}$`)

func runOdds(ctx *cli.Context) error {
	q, err := readOddsQuestion(ctx)
	if err != nil {
		return err
	}
	log, err := newLog(ctx, newConsole(os.Stderr))
	if err != nil {
		return err
	}
	defer log.flush()
	network, err := oddsNetwork(ctx, q, log.Logger)
	if err != nil {
		return err
	}
	if err := oddsMachine(ctx, q, network, log.Logger); err != nil {
		return err
	}
	o := q.answer()
	if ctx.Bool("json") {
		return printJSON(ctx.App.Writer, o)
	}
	width := math.MaxInt
	if c := newConsole(os.Stdout); c.terminal {
		width = c.width()
	}
	_, err = io.WriteString(ctx.App.Writer, o.text(width))
	return err
}

// oddsQuestion is what odds is asked, and what it finds out for it. What was not given is negative.
type oddsQuestion struct {
	hashRate        float64 // H/s
	measured        string  // how, if it was not given
	difficulty      float64 // node units
	networkHashRate float64 // H/s, as the node sees it
	height          int32   // of the next block
	assumed         bool    // height stands for this era of main
	network         template.Network
	watts           float64
	electricity     float64 // a kilowatt hour
	price           float64 // a litecoin
	currency        string
	waited          float64 // seconds without a block
	waitedFrom      string  // what they are counted from, for people
}

// litecoinNetwork is Litecoin's network of that name, main if there is none.
func litecoinNetwork(name string) template.Network {
	n, ok := template.Litecoin.Network(name)
	if !ok {
		n, _ = template.Litecoin.Network("main")
	}
	return n
}

func readOddsQuestion(ctx *cli.Context) (q *oddsQuestion, err error) {
	q = &oddsQuestion{
		hashRate: -1, difficulty: -1, networkHashRate: -1, height: -1, watts: -1, electricity: -1, price: -1, waited: -1,
		network: litecoinNetwork(ctx.String("network")),
	}
	read := func(flag string, into *float64, parse func(string) (float64, error)) {
		if err == nil && ctx.IsSet(flag) {
			*into, err = parse(ctx.String(flag))
		}
	}
	read("hashrate", &q.hashRate, parseHashRate)
	read("power", &q.watts, parsePower)
	read("electricity", &q.electricity, func(s string) (float64, error) { return parseMoney("electricity", s, "0.28") })
	read("price", &q.price, func(s string) (float64, error) { return parseMoney("price", s, "84.5") })
	if ctx.String("difficulty") != "node" {
		read("difficulty", &q.difficulty, parseDifficulty)
	}
	if err != nil {
		return nil, err
	}
	if q.currency = ctx.String("currency"); q.currency != "" && !currencyForm.MatchString(q.currency) {
		return nil, usage("give one word such as EUR", "--currency is no currency's name")
	}
	if ctx.IsSet("height") {
		h := ctx.Int("height")
		switch {
		case q.difficulty < 0:
			return nil, usage("leave it out, or give --difficulty too", "--height is for when no node is asked, which knows it")
		case h < 0 || h > math.MaxInt32:
			return nil, usage("give the height of the next block", "--height is %d", h)
		}
		q.height = int32(h)
	}
	if ctx.IsSet("since") {
		since, err := parseSince(ctx.String("since"), time.Now())
		if err != nil {
			return nil, err
		}
		q.waited, q.waitedFrom = time.Since(since).Seconds(), "since "+since.Format(time.DateOnly)
	}
	return q, nil
}

// oddsNetwork asks the node for what was not given, and tells the network.
func oddsNetwork(ctx *cli.Context, q *oddsQuestion, log *slog.Logger) (network string, err error) {
	if q.difficulty >= 0 {
		if q.height < 0 && ctx.String("network") != "regtest" {
			q.height, q.assumed = thisEra, true
		}
		if network = ctx.String("network"); network == "" {
			return "main", nil
		}
		_, err = wallet.ParseNetwork(network)
		return network, err
	}
	d, err := findNode(ctx, log)
	if err != nil {
		return "", err
	}
	run, stop := stopBySignal(ctx.Context, stopSignals(false), func() int { return exitDone })
	defer stop()
	status, err := firstStatus(run, d, ctx.Duration("wait"), log)
	if err != nil {
		return "", err
	}
	if status.InitialDownload {
		log.Warn("the node is in initial sync: difficulty and height are those of long ago", "height", status.Height)
	}
	q.difficulty, q.networkHashRate, q.height = status.Difficulty, status.NetworkHashRate, status.Height+1
	q.network = litecoinNetwork(status.Chain)
	return status.Chain, nil
}

// oddsMachine measures this machine if no hash rate was given, and looks for its last found block.
func oddsMachine(ctx *cli.Context, q *oddsQuestion, network string, log *slog.Logger) (err error) {
	if q.hashRate >= 0 {
		return nil
	}
	state := ctx.String("state")
	if state == "" {
		if state, err = stateDir(wallet.Network(network)); err != nil {
			return err
		}
	}
	threads := availableProcessors()
	kernels, rate, err := chooseKernels(nil, threads, state, log)
	if err != nil {
		return err
	}
	q.hashRate = rate
	q.measured = "kernel " + kernels[0].Name() + " on " + thousands(int64(threads)) + " " + plural(threads, "thread")
	if q.waited >= 0 {
		return nil
	}
	r, err := journal.Read(filepath.Join(state, "blocks"), journalLabels(wallet.Network(network)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	blocks, err := r.Blocks()
	for _, b := range blocks {
		if b.State != delivery.StateOrphaned && b.State != delivery.StateRejected {
			q.waited, q.waitedFrom = time.Since(b.Found).Seconds(), "since block "+thousands(int64(b.Height))+" of "+b.Found.Local().Format(time.DateOnly)
		}
	}
	return err
}

// firstStatus is that of the first node that answers.
func firstStatus(ctx context.Context, d *discover.Found, wait time.Duration, log *slog.Logger) (*node.Status, error) {
	until := time.Now().Add(wait)
	for {
		var failed error
		for _, cfg := range d.Nodes {
			cfg.Log = log
			client, err := node.New(cfg)
			if err != nil {
				return nil, err
			}
			status, err := client.Status(ctx)
			client.Close()
			if err == nil {
				return status, nil
			}
			failed = err
		}
		var known *node.Error
		left := time.Until(until)
		if ctx.Err() != nil || left <= 0 || !errors.As(failed, &known) || !known.Temporary {
			return nil, failed
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(askAgain, left)):
		}
	}
}
