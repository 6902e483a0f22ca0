package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

func blocksCommand() *cli.Command {
	flags := settings.Join([]cli.Flag{settings.StateFlag()}, settings.CommonFlags(), settings.NodeFlags())
	return &cli.Command{
		Name:  "blocks",
		Usage: "list found blocks and what became of them; show, resubmit or export one",
		Description: `Lists the found blocks of the state directory, oldest first, and asks the node where they stand now. It can run beside
mine. Without a node it shows what the journal says.

  ltcsolo blocks show HASH            everything that is known about one block
  ltcsolo blocks resubmit [HASH]      submit one, or all that no node has answered, to every node, and print the answers
  ltcsolo blocks export HASH [FILE]   write one in hex, as submitblock takes it, to FILE or standard output

A block is immature until it has 100 confirmations, and then mature: its reward can be spent. It is orphaned when another
block of its height is six deep in the best chain, and unsettled until one of these is certain. The first digits of HASH
are enough.

Examples:
  ltcsolo blocks
  ltcsolo blocks --network test --json
  ltcsolo blocks show 0bfb9d10`,
		Flags:  flags,
		Action: listBlocks,
		Subcommands: []*cli.Command{
			showBlockCommand(flags), resubmitBlockCommand(flags), exportBlockCommand(flags),
		},
	}
}

// listedBlock is a block in blocks --json.
type listedBlock struct {
	Height        int32          `json:"height"`
	Hash          template.Hash  `json:"hash"`
	Time          string         `json:"time"`
	Value         int64          `json:"value_litoshi"`
	Address       string         `json:"address"`
	Verdict       string         `json:"verdict"`
	State         string         `json:"state"`
	Confirmations *int           `json:"confirmations"` // null: no node has said
	ReplacedBy    *template.Hash `json:"replaced_by,omitempty"`
	Nodes         []nodeVerdict  `json:"nodes"`
}

type nodeVerdict struct {
	RPC     string `json:"rpc"`
	Verdict string `json:"verdict"`
}

func (l *ledger) listed(b *delivery.Block) listedBlock {
	v := listedBlock{
		Height: b.Height, Hash: b.BlockHash, Time: terminal.ISOTime(b.Found), Value: b.Value, Address: b.Address,
		Verdict: b.Verdict.String(), State: string(b.State), Nodes: []nodeVerdict{},
	}
	if b.Confirmations != 0 || l.height > 0 && !b.Settled {
		v.Confirmations = &b.Confirmations
	}
	if b.ReplacedBy != (template.Hash{}) {
		v.ReplacedBy = &b.ReplacedBy
	}
	for _, n := range b.Nodes {
		v.Nodes = append(v.Nodes, nodeVerdict{n.Node, n.Verdict.String()})
	}
	return v
}

// fate says where a block stands.
func (v listedBlock) fate() string {
	text := v.State
	if v.Confirmations != nil && *v.Confirmations > 0 {
		text += fmt.Sprintf(", %s %s", units.Thousands(int64(*v.Confirmations)), terminal.Plural(*v.Confirmations, "confirmation"))
	}
	switch {
	case v.ReplacedBy == nil:
	case v.State == string(delivery.StateOrphaned):
		text += fmt.Sprintf(" by %s", *v.ReplacedBy)
	default:
		text += fmt.Sprintf(", %s is ahead", *v.ReplacedBy)
	}
	return text
}

func listBlocks(ctx *cli.Context) error {
	l, err := openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	list := []listedBlock{}
	for i := range l.blocks {
		l.observe(ctx.Context, &l.blocks[i])
		list = append(list, l.listed(&l.blocks[i]))
	}
	out := ctx.App.Writer
	if ctx.Bool("json") {
		return terminal.PrintJSON(out, struct {
			Blocks []listedBlock `json:"blocks"`
		}{list})
	}
	if len(list) == 0 {
		_, err := fmt.Fprintf(out, "no blocks in %s\n", l.dir)
		return err
	}
	if c := terminal.Open(os.Stdout); c.Terminal() && c.Width() <= blocksWidth {
		_, err := fmt.Fprintf(out, "%s%d %s%s\n", narrowBlocks(list, c.Width()), len(list), terminal.Plural(len(list), "block"), countStates(l.blocks))
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "found\theight\tblock hash\tvalue\taddress\tverdict\tnow")
	for _, v := range list {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", v.Time, v.Height, v.Hash, units.Litecoin(v.Value), terminal.OneLine(v.Address), terminal.OneLine(v.Verdict), v.fate())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d %s%s\n", len(list), terminal.Plural(len(list), "block"), countStates(l.blocks))
	return err
}

// blocksWidth is the usual width of the table of blocks.
const blocksWidth = 190

// narrowBlocks lists the blocks for a terminal that is too narrow for the table.
func narrowBlocks(list []listedBlock, width int) string {
	s := &terminal.Sheet{Width: width, Label: statusLabel}
	for _, v := range list {
		height := strconv.Itoa(int(v.Height))
		s.Named(height, "%s", v.Hash) // also the second block of a height
		s.Line(height, "found %s, %s, %s", v.Time, units.Litecoin(v.Value), v.Verdict)
		s.Line(height, "pays %s", v.Address)
		s.Line(height, "now %s", v.fate())
	}
	return s.String()
}

// countStates says how many blocks are in each state.
func countStates(blocks []delivery.Block) string {
	counts := map[string]int{}
	for _, b := range blocks {
		counts[string(b.State)]++
	}
	return ": " + tally(counts)
}

// tally lists how many blocks are in each state.
func tally(counts map[string]int) string {
	var parts []string
	for _, s := range delivery.States {
		if n := counts[string(s)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", units.Thousands(int64(n)), s))
		}
	}
	return strings.Join(parts, ", ")
}
