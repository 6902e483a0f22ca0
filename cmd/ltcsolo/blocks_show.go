package main

import (
	"encoding/hex"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"ltcsolo/template"
)

func showBlockCommand(flags []cli.Flag) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show all that is known of a found block",
		ArgsUsage: "HASH",
		Description: `Shows one found block: where it stands now, what each node answered, whom it pays, and the file that keeps it. HASH may
be cut short.

Examples:
  ltcsolo blocks show 0bfb9d10
  ltcsolo blocks show --json 0bfb9d10`,
		Flags:  flags,
		Action: showBlock,
	}
}

// shownBlock is what blocks show --json prints.
type shownBlock struct {
	listedBlock
	PoWHash template.Hash `json:"pow_hash"`
	Script  string        `json:"script"`
	Worker  string        `json:"worker"`
	Job     string        `json:"job"`
	Bytes   int           `json:"bytes"`
	File    string        `json:"file"`
}

func showBlock(ctx *cli.Context) error {
	l, err := openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	b, err := l.find(ctx.Args().First())
	if err != nil {
		return err
	}
	l.look(ctx.Context, b)
	c, err := l.Load(b.BlockHash)
	if err != nil {
		return err
	}
	v := shownBlock{
		listedBlock: l.listed(b), PoWHash: c.PoWHash, Script: hex.EncodeToString(c.Script), Worker: c.Worker, Job: c.JobID,
		Bytes: len(c.Block), File: l.File(b.BlockHash),
	}
	if ctx.Bool("json") {
		return printJSON(ctx.App.Writer, v)
	}
	w := tabwriter.NewWriter(ctx.App.Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "block hash:\t%s\nheight:\t%d\nfound:\t%s by %s\nvalue:\t%s\naddress:\t%s\nscript:\t%s\nPoW hash:\t%s\nbytes:\t%s\n",
		v.Hash, v.Height, v.Time, oneLine(v.Worker), litecoins(v.Value), oneLine(v.Address), v.Script, v.PoWHash, thousands(int64(v.Bytes)))
	fmt.Fprintf(w, "now:\t%s\n", v.fate())
	for _, n := range b.Nodes {
		fmt.Fprintf(w, "verdict:\t%s (%s, %s)\n", oneLine(n.Verdict.String()), oneLine(n.Node), isoTime(n.At))
	}
	if len(b.Nodes) == 0 {
		fmt.Fprintf(w, "verdict:\t%s\n", v.Verdict)
	}
	fmt.Fprintf(w, "file:\t%s\n", v.File)
	return w.Flush()
}
