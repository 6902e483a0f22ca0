package main

import (
	"encoding/hex"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

func showBlockCommand(flags []cli.Flag) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show everything that is known about a found block",
		ArgsUsage: "HASH",
		Description: `Shows one found block: where it stands now, what each node answered, whom it pays, and its file in the journal. The first
digits of HASH are enough.

Examples:
  ltcsolo blocks show 0bfb9d10
  ltcsolo blocks show --json 0bfb9d10`,
		Flags:  flags,
		Action: showBlock,
	}
}

// shownBlock is the output of blocks show --json.
type shownBlock struct {
	listedBlock
	PoWHash template.Hash `json:"pow_hash"`
	Script  string        `json:"script"`
	Job     string        `json:"job"`
	Bytes   int           `json:"bytes"`
	File    string        `json:"file"`
}

func showBlock(ctx *cli.Context) error {
	l, err := openWith(ctx, ctx.Args().First())
	if err != nil {
		return err
	}
	defer l.Close()
	b, err := l.find(ctx.Args().First())
	if err != nil {
		return err
	}
	l.observe(ctx.Context, b)
	c, err := l.Load(b.BlockHash)
	if err != nil {
		return err
	}
	v := shownBlock{
		listedBlock: l.listed(b), PoWHash: c.PoWHash, Script: hex.EncodeToString(c.Script), Job: c.JobID,
		Bytes: len(c.Block), File: l.File(b.BlockHash),
	}
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, v)
	}
	w := tabwriter.NewWriter(ctx.App.Writer, 0, 0, 2, ' ', 0)
	if v.Chain != "" {
		fmt.Fprintf(w, "chain:\t%s\n", v.Chain)
	}
	fmt.Fprintf(w, "block hash:\t%s\nheight:\t%d\nfound:\t%s by %s\nvalue:\t%s\naddress:\t%s\nscript:\t%s\nPoW hash:\t%s\nbytes:\t%s\n",
		v.Hash, v.Height, v.Time, terminal.OneLine(v.Worker), v.Amount, terminal.OneLine(v.Address), v.Script, v.PoWHash, units.Thousands(int64(v.Bytes)))
	fmt.Fprintf(w, "now:\t%s\n", v.fate(2*len(template.Hash{})))
	for _, n := range b.Nodes {
		fmt.Fprintf(w, "verdict:\t%s (%s, %s)\n", terminal.OneLine(n.Verdict.String()), terminal.OneLine(n.Node), terminal.ISOTime(n.At))
	}
	if len(b.Nodes) == 0 {
		fmt.Fprintf(w, "verdict:\t%s\n", v.Verdict)
	}
	fmt.Fprintf(w, "file:\t%s\n", v.File)
	return w.Flush()
}
