package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// ledger is the found blocks of a chain in a state directory and the nodes that can be asked about them.
type ledger struct {
	*journal.Reader
	chain     *template.Chain
	discovery *discover.Found // nil: unfound says why
	unfound   error
	network   wallet.Network
	state     string // directory
	dir       string // of the journal
	blocks    []delivery.Block
	clients   []*node.Client
	nodes     []delivery.Node // the clients that answered
	height    int32           // of the highest chain of nodes; 0 if none answered
	silent    error           // why none answered
}

func (l *ledger) Close() { run.CloseAll(l.clients) }

// open asks for the nodes' status if there are blocks.
func (l *ledger) open(ctx *cli.Context) (err error) {
	if len(l.blocks) == 0 {
		return nil
	}
	if l.silent = l.unfound; l.discovery != nil {
		if l.clients, err = run.Open(l.discovery, slog.New(slog.DiscardHandler)); err != nil {
			return err
		}
		l.reach(ctx.Context, ctx.Duration("wait"))
	}
	if l.silent != nil {
		fmt.Fprintf(ctx.App.ErrWriter, "note: this is what the journal says; %s\n", terminal.OneLine(l.silent.Error()))
	}
	return nil
}

// ledgersWith reads the journal that has a block whose hash begins with these digits, else the first of readLedgers; without
// digits all of these.
func ledgersWith(ctx *cli.Context, digits string) ([]*ledger, error) {
	all, err := readLedgers(ctx)
	if err != nil || digits == "" {
		return all, err
	}
	for _, l := range all {
		if _, err := l.find(digits); err == nil {
			return []*ledger{l}, nil
		}
	}
	return all[:1], nil
}

// readWith is ledgersWith for the digits of one block.
func readWith(ctx *cli.Context, digits string) (*ledger, error) {
	all, err := ledgersWith(ctx, digits)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// openWith is readWith and open.
func openWith(ctx *cli.Context, digits string) (*ledger, error) {
	l, err := readWith(ctx, digits)
	if err != nil {
		return nil, err
	}
	return l, l.open(ctx)
}

// noteDamage reports damaged files on standard error.
func (l *ledger) noteDamage(ctx *cli.Context) {
	if l.Reader == nil {
		return
	}
	for _, damage := range l.Damaged() {
		fmt.Fprintf(ctx.App.ErrWriter, "note: %s\n", terminal.OneLine(damage.Error()))
	}
}

// readLedgers reads the journals of the default state directories of all networks and of the system service, unless
// network or directory are given, and of all chains, unless one is given. The first is that of the network on which this
// machine mines, Litecoin's unless another chain is given; the others have blocks.
func readLedgers(ctx *cli.Context) ([]*ledger, error) {
	chains, err := chainsWanted(ctx)
	if err != nil {
		return nil, err
	}
	first, err := readLedgerOf(ctx, chains[0], ctx.String("network"), ctx.String("state"))
	if err != nil {
		return nil, err
	}
	first.noteDamage(ctx)
	all := []*ledger{first}
	add := func(chain *template.Chain, network wallet.Network, state string) {
		if l, err := readLedgerOf(ctx, chain, string(network), state); err == nil && len(l.blocks) > 0 {
			l.noteDamage(ctx)
			all = append(all, l)
		}
	}
	for _, c := range chains[1:] {
		add(c, first.network, ctx.String("state"))
	}
	if ctx.String("network") != "" || ctx.String("state") != "" {
		return all, nil
	}
	for _, n := range settings.Networks {
		for _, state := range []string{"", settings.ServiceState} {
			if n == first.network && state == "" {
				continue
			}
			for _, c := range chains {
				add(c, n, state)
			}
		}
	}
	if _, err := os.ReadDir(settings.ServiceState); errors.Is(err, fs.ErrPermission) {
		fmt.Fprintf(ctx.App.ErrWriter, "note: %s, the system service's, cannot be read by this user: sudo ltcsolo blocks\n", settings.ServiceState)
	}
	return all, nil
}

// chainFlag is --chain.
func chainFlag() cli.Flag {
	return &cli.StringFlag{Name: "chain", Usage: "`NAME` of the chain whose blocks are meant: " + strings.Join(chainNames(), ", ") + " (default: all)"}
}

// chainNames returns the values of --chain.
func chainNames() []string {
	return append([]string{template.Litecoin.Name}, settings.MergedNames()...)
}

// chainsWanted returns the chain of --chain, else all, Litecoin first.
func chainsWanted(ctx *cli.Context) ([]*template.Chain, error) {
	name := ctx.String("chain")
	if name == "" {
		return append([]*template.Chain{template.Litecoin}, template.MergedChains()...), nil
	}
	if c, known := template.ChainNamed(name); known {
		return []*template.Chain{c}, nil
	}
	return nil, terminal.Usage("chain", "give one of "+strings.Join(chainNames(), ", "), "--chain does not name a chain")
}

// readLedgerOf reads the journal of a chain on a network, empty for that of the node found, in a state directory, empty for
// its default one.
func readLedgerOf(ctx *cli.Context, chain *template.Chain, network, state string) (l *ledger, err error) {
	l = &ledger{chain: chain}
	if l.discovery, err = settings.DiscoverOn(ctx, network, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	if l.network, err = settings.ParseNetwork(l.discovery.Network); err != nil {
		return nil, err
	}
	if chain != template.Litecoin {
		m := settings.ReadMergedNode(ctx, chain)
		l.discovery, l.unfound = m.Discover(l.network, slog.New(slog.DiscardHandler))
	}
	if l.state = state; state == "" {
		if l.state, err = settings.StateDir(l.network); err != nil {
			return nil, err
		}
	}
	l.dir = run.BlocksDir(l.state, chain)
	l.Reader, err = journal.Read(l.dir, run.JournalLabels(chain, l.network))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return l, nil
	case err == nil:
		l.blocks, err = l.Blocks()
	}
	if err != nil {
		return nil, terminal.Usage("state", "fix the directory, or give another with --state DIR", "found blocks cannot be read: %v", err)
	}
	return l, nil
}

// reach finds out which nodes answer and are on the network. It waits for the first for up to wait, as long as waiting can
// help.
func (l *ledger) reach(ctx context.Context, wait time.Duration) {
	l.silent = run.Retry(ctx, wait, func() error {
		replies, stop := run.AskAll(ctx, l.clients, func(ctx context.Context, c *node.Client) (*node.Status, error) {
			status, err := c.Status(ctx)
			if err == nil && status.Chain != string(l.network) {
				err = fmt.Errorf("%s is on network %s, not %s", c.Name(), status.Chain, l.network)
			}
			return status, err
		})
		defer stop()
		var errs []error
		for i, c := range l.clients {
			r := <-replies[i]
			if r.Err != nil {
				errs = append(errs, r.Err)
				continue
			}
			l.nodes = append(l.nodes, c)
			l.height = max(l.height, r.Value.Height)
		}
		if len(l.nodes) > 0 {
			return nil
		}
		return run.Curable(errs)
	}, nil)
}

// observe asks the nodes where the block stands. Of a settled one only the number of confirmations still changes.
func (l *ledger) observe(ctx context.Context, b *delivery.Block) {
	if b.Settled && b.State == delivery.StateMature && l.height > 0 {
		b.Confirmations = int(l.height - b.Height + 1)
	} else if !b.Settled && len(l.nodes) > 0 {
		network, _ := l.chain.Network(string(l.network))
		b.Observe(ctx, l.nodes, network.Maturity)
	}
}

// otherChain names the chain, unless it is Litecoin.
func (l *ledger) otherChain() string {
	if l.chain == template.Litecoin {
		return ""
	}
	return l.chain.Name
}

// find returns the block whose hash begins with these digits.
func (l *ledger) find(digits string) (*delivery.Block, error) {
	digits = strings.ToLower(digits)
	if strings.Trim(digits, "0123456789abcdef") != "" || digits == "" || len(digits) > 2*len(template.Hash{}) {
		return nil, terminal.Usage("", "give the first digits of a block hash, as ltcsolo blocks lists them", "this is not a block hash, nor the beginning of one")
	}
	var found []int
	for i := range l.blocks {
		if strings.HasPrefix(l.blocks[i].BlockHash.String(), digits) {
			found = append(found, i)
		}
	}
	switch len(found) {
	case 1:
		return &l.blocks[found[0]], nil
	case 0:
		return nil, terminal.Usage("", "ltcsolo blocks lists those that are there; --network and --state say where to look",
			"no block with this hash is in %s", l.dir)
	}
	return nil, terminal.Usage("", "give more digits of it", "%d blocks begin with these digits", len(found))
}
