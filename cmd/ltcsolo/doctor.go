package main

import (
	"context"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "check node, credentials, version, peers, clock, address, disk, CPU",
		Description: `Looks at all that mine needs, and says of each whether it is good (pass), could be better (warn) or stops mine or
endangers a block (fail), with what to do about it. It changes nothing, and may run beside a running mine. It takes
mine's flags, environment and file: put doctor in the place of mine in a command line and see what mine would meet.
Run it as the user who mines.

With --rehearse the whole way of a block is gone as well: a template, the assembled block, what each node says of it,
whether each would take a found block, and the block written to the disk and read back; on regtest a block is really
mined, in any other network nothing is. The traces are removed again.

Exit codes: 0 nothing fails, 3 what fails is the node, 2 something else fails.

Examples:
  ltcsolo doctor
  ltcsolo doctor --address ltc1q... --rehearse
  ltcsolo doctor --network regtest --address-from-wallet --rehearse --json
  ltcsolo doctor --quiet || echo "look after the miner"`,
		Flags:  append([]cli.Flag{&cli.BoolFlag{Name: "rehearse", Usage: "go the whole way of a block too, without a block, but on regtest"}}, mineFlags()...),
		Action: diagnose,
	}
}

// doctor is one examination. What a check found out is here for those after it; what it could not is zero.
type doctor struct {
	flags    *cli.Context
	log      *logger
	rehearse bool
	settings *mineSettings
	found    *discover.Found
	network  wallet.Network // "": unknown
	state    string         // "": unknown
	nodes    []*patient
	payee    *wallet.Address // whom a block would pay
}

// patient is a node that is examined.
type patient struct {
	cfg      node.Config
	client   *node.Client
	from     string             // the credentials
	status   *node.Status       // nil: it does not say
	err      error              // why it does not
	template *template.Template // nil: it gives none
	alerts   []solo.Alert       // the guardian's, if looked is set
	looked   bool
}

// diagnose is the command.
func diagnose(flags *cli.Context) error {
	if !flags.IsSet("log-level") {
		if err := flags.Set("log-level", "error"); err != nil { // the report says the rest
			return err
		}
	}
	log, err := newLog(flags, newConsole(os.Stderr))
	if err != nil {
		return err
	}
	defer log.flush()
	ctx, stop := stopBySignal(flags.Context, stopSignals(log.reopen != nil), func() int { return exitDone })
	defer stop()
	defer reopenOnHangup(log.reopen, log.Logger)()
	r := &diagnosis{screen: newConsole(os.Stdout), json: flags.Bool("json"), quiet: flags.Bool("quiet")}
	d := &doctor{flags: flags, log: log, rehearse: flags.Bool("rehearse")}
	defer d.close()
	d.run(ctx, r)
	if stoppedBySignal(ctx) {
		return nil
	}
	return r.end(d.rehearse)
}

// run does all checks, in the order in which mine would meet their objects.
func (d *doctor) run(ctx context.Context, r *diagnosis) {
	r.do(ctx, check{"settings", d.checkSettings}, check{"node found", d.checkFound})
	for _, p := range d.nodes {
		if len(d.nodes) > 1 {
			r.about = p.cfg.URL
		}
		r.do(ctx, check{"node answers", func(ctx context.Context) finding { return p.checkAnswers(ctx, d.flags.Duration("wait")) }})
		if p.status == nil {
			r.do(ctx, check{"node credentials", p.checkCredentials})
			continue
		}
		r.do(ctx, p.checks(d.flags.Bool("allow-old-node"))...)
	}
	r.about = ""
	r.do(ctx, check{"payout", d.checkPayout})
	r.do(ctx, d.stateChecks()...)
	r.do(ctx, machineChecks(d.flags.IsSet("max-temp"))...)
	if d.rehearse {
		d.rehearseAll(ctx, r)
	}
}

func (d *doctor) close() {
	for _, p := range d.nodes {
		p.client.Close()
	}
}

// checkSettings reads what mine reads before anything else.
func (d *doctor) checkSettings(context.Context) finding {
	s, err := readMineSettings(d.flags)
	if err == nil {
		err = checkExclusive(d.flags)
	}
	if err != nil {
		return failed(err)
	}
	d.settings = s
	return passed("flags, environment and file can be read")
}

// checkFound looks for the node as mine does, and finds out on which network this machine mines.
func (d *doctor) checkFound(context.Context) finding {
	found, err := findNode(d.flags, d.log.Logger)
	name := d.flags.String("network")
	if err == nil {
		name = found.Network
	}
	if n, unknown := wallet.ParseNetwork(name); unknown == nil {
		d.network = n
		if d.state = d.flags.String("state"); d.state == "" {
			d.state, _ = stateDir(n) // checkState says why there is none
		}
	}
	if err != nil {
		return failed(err)
	}
	d.found = found
	for _, cfg := range found.Nodes {
		cfg.Log = d.log.Logger
		c, err := node.New(cfg)
		if err != nil {
			return failed(err)
		}
		d.nodes = append(d.nodes, &patient{cfg: cfg, client: c, from: found.CredentialsFrom})
	}
	return passed("network %s, %s, %s", found.Network, d.whereFrom(), d.confFrom())
}

func (d *doctor) whereFrom() string {
	text := d.nodes[0].cfg.URL
	if n := len(d.nodes); n > 1 {
		text = fmt.Sprintf("%d nodes", n)
	}
	if d.flags.IsSet("rpc") {
		return text + " (--rpc)"
	}
	return text
}

func (d *doctor) confFrom() string {
	if d.found.Conf == "" {
		return "no litecoin.conf in " + d.found.DataDir
	}
	return "by " + d.found.Conf
}
