package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/disk"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

func templateCommand() *cli.Command {
	return &cli.Command{
		Name:  "template",
		Usage: "show what would be mined now: payout, transactions, MWEB, coinbase, and the node's opinion of the block",
		Description: `Asks the node for a template, builds the block that mine would search, unsolved, and sends it to the node as a proposal:
the node checks everything but the proof of work. With --from no node is asked. With --merged it shows the blocks of the merged
chains too, and the commitment to them in the coinbase.

Examples:
  ltcsolo template
  ltcsolo template --address ltc1q... --json
  litecoin-cli getblocktemplate '{"rules":["mweb","segwit"]}' | gzip > t.json.gz
  ltcsolo template --from t.json.gz
  ltcsolo template --merged --doge-address D...
  dogecoin-cli getblocktemplate '{"rules":[]}' > doge.json
  ltcsolo template --from t.json.gz --from doge.json
  ltcsolo template --network regtest --block | ltcsolo inspect -`,
		Flags: settings.Join([]cli.Flag{
			&cli.StringFlag{Name: "address", Usage: "the payout `ADDRESS` (default: none, the coinbase then pays settings.PaysNobody)"},
			&cli.StringFlag{Name: "descriptor", Usage: settings.DescriptorUsage + "; the address that the next found block would pay to"},
			&cli.StringFlag{Name: "state", Usage: "state `DIR` with the descriptor's index (default: ltcsolo/NETWORK in your state directory)"},
			&cli.StringFlag{Name: "tag", Usage: "`TEXT` in the coinbase", Value: settings.DefaultTag},
			&cli.StringSliceFlag{Name: "from", Usage: "`FILE` with a saved getblocktemplate reply, JSON or that in gzip; - for standard input; again for a merged chain's (default: ask the node)"},
			&cli.BoolFlag{Name: "block", Usage: "print only the assembled, unsolved block, in hex, and those of merged chains in lines of their own"},
			&cli.BoolFlag{Name: "merged", Usage: "show the merged chains: those with an address, or Dogecoin"},
			&cli.StringFlag{Name: "doge-address", Usage: "the `ADDRESS` that Dogecoin's block pays (default: none, it then pays nobody)"},
		}, settings.CommonFlags(), settings.NodeFlags(), settings.DogeNodeFlags(), settings.LogFlags()),
		Action: showTemplate,
	}
}

// side is what a block is made of: a chain's template, and whom it pays.
type side struct {
	template *template.Template
	script   []byte
	address  *wallet.Address                    // nil: nobody
	propose  func([]byte) (solo.Opinion, error) // asks the chain's node for its opinion; nil: no node is asked
}

func showTemplate(ctx *cli.Context) error {
	if ctx.Bool("json") && ctx.Bool("block") {
		return terminal.Usage("", "give one of them", "--json and --block exclude one another")
	}
	files := ctx.StringSlice("from")
	if err := settings.CheckTag(ctx.String("tag"), ctx.Bool("merged") || len(files) > 1); err != nil {
		return err
	}
	if len(files) > 0 && files[0] != "" {
		return showSaved(ctx, files)
	}
	return showCurrent(ctx)
}

// showCurrent shows the node's template and its opinion of the block.
func showCurrent(ctx *cli.Context) error {
	console := terminal.Open(os.Stderr)
	log, err := settings.OpenLog(ctx, console, disk.Local())
	if err != nil {
		return err
	}
	defer log.Flush()
	var chains []settings.Merged
	if ctx.Bool("merged") {
		if chains, err = settings.ReadShownMerged(ctx); err != nil {
			return err
		}
	}
	d, err := settings.Discover(ctx, log.Logger)
	if err != nil {
		return err
	}
	script, a, err := templatePayout(ctx, d.Network)
	if err != nil {
		return err
	}
	running, stop := terminal.Interruptible(ctx.Context)
	defer stop()
	c, err := run.Connect(running, d, ctx.Duration("wait"), true, log.Logger, console)
	if terminal.StoppedBySignal(running) {
		return nil
	}
	if err != nil {
		return err
	}
	defer c.Close()
	var merged []side
	for _, m := range chains {
		s, conn, err := currentMerged(ctx, running, &m, d.Network, log.Logger, console)
		if conn != nil {
			defer conn.Close()
		}
		if terminal.StoppedBySignal(running) {
			return nil
		}
		if err != nil {
			return err
		}
		merged = append(merged, s)
	}
	propose := func(block []byte) (solo.Opinion, error) { return c.First.Propose(running, block) }
	return present(ctx, side{c.Template, script, a, propose}, merged...)
}

// currentMerged asks the nodes of a merged chain for its side. Whoever gets it closes the connection.
func currentMerged(ctx *cli.Context, running context.Context, m *settings.Merged, network string, log *slog.Logger, console *terminal.Console) (side, *run.Connection, error) {
	s := side{script: settings.PaysNobody}
	d, err := m.Discover(wallet.Network(network), log)
	if err != nil {
		return s, nil, err
	}
	var a wallet.Address
	if m.Address != "" {
		if a, err = m.Decode(wallet.Network(network)); err != nil {
			return s, nil, err
		}
	}
	c, err := run.Connect(running, d, ctx.Duration("wait"), true, log, console)
	if err != nil {
		return s, nil, err
	}
	if m.Address != "" {
		if a.Script == nil {
			a.Script, err = c.First.AddressScript(running, a.Text)
		}
		s.script, s.address = a.Script, &a
	}
	s.template, s.propose = c.Template, func(block []byte) (solo.Opinion, error) { return c.First.Propose(running, block) }
	return s, c, err
}

// templatePayout returns the script to pay on a network, "" for any, and its address: that of --address, or the next one
// of --descriptor. Without either it pays nobody, and the address is nil.
func templatePayout(ctx *cli.Context, network string) ([]byte, *wallet.Address, error) {
	p, err := settings.ReadPayee(ctx)
	if err != nil {
		return nil, nil, err
	}
	a, d, err := p.Decode(network)
	if err == nil && d != nil {
		a, err = nextAddress(ctx.String("state"), d)
	}
	switch {
	case err != nil:
		return nil, nil, err
	case a == nil:
		return settings.PaysNobody, nil, nil
	}
	return a.Script, a, nil
}

// nextAddress returns the address of a descriptor that the next found block would pay.
func nextAddress(state string, d *wallet.Descriptor) (*wallet.Address, error) {
	if state == "" {
		var err error
		if state, err = settings.StateDir(d.Network()); err != nil {
			return nil, err
		}
	}
	a, err := wallet.NextAddress(state, d)
	return &a, terminal.About("descriptor", err)
}

// present builds the unsolved block of the main chain, and those of the merged chains, and prints them.
func present(ctx *cli.Context, main side, merged ...side) error {
	j, err := jobOf(ctx.String("tag"), main, merged)
	if err != nil {
		return err
	}
	s := template.Solution{Extranonce: make([]byte, solo.ExtranonceSize), Version: main.template.Version, Time: main.template.CurTime}
	block, err := j.Block(s)
	if err != nil {
		return err
	}
	blocks := make([][]byte, len(merged))
	for i := range merged {
		if blocks[i], err = j.AuxBlock(i, s); err != nil {
			return err
		}
	}
	if ctx.Bool("block") {
		for _, b := range append([][]byte{block}, blocks...) {
			if _, err := fmt.Fprintln(ctx.App.Writer, hex.EncodeToString(b)); err != nil {
				return err
			}
		}
		return nil
	}
	b, err := template.ParseBlock(block)
	if err != nil {
		return err
	}
	v := describe(j, b, main.address)
	if v.Proposal, err = main.opinionOf(block); err != nil {
		return err
	}
	for i := range merged {
		aux, err := describeAux(j, i, blocks[i], merged[i].address)
		if err != nil {
			return err
		}
		if aux.Proposal, err = merged[i].opinionOf(blocks[i]); err != nil {
			return err
		}
		v.Merged = append(v.Merged, aux)
	}
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, v)
	}
	return v.print(ctx.App.Writer)
}

// jobOf makes the job of the main chain and merged ones.
func jobOf(tag string, main side, merged []side) (*template.Job, error) {
	aux := make([]*template.Aux, len(merged))
	for i, m := range merged {
		var err error
		if aux[i], err = template.NewAux(m.template, template.Coinbase{Script: m.script, Tag: tag}); err != nil {
			return nil, err
		}
	}
	return template.NewJob("1", main.template, template.Coinbase{Script: main.script, Tag: tag, ExtranonceSize: solo.ExtranonceSize}, true, aux...)
}

// opinionOf asks a chain's node for its opinion of the block; nil if none is to be asked.
func (s *side) opinionOf(block []byte) (*string, error) {
	if s.propose == nil {
		return nil, nil
	}
	opinion, err := s.propose(block)
	if err != nil {
		return nil, err
	}
	word := "valid"
	if opinion.Reason != "" {
		word = terminal.OneLine(opinion.Reason)
	}
	return &word, nil
}
