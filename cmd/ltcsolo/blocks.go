package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

func blocksCommand() *cli.Command {
	flags := settings.Join([]cli.Flag{settings.StateFlag(), chainFlag()}, settings.CommonFlags(), settings.NodeFlags(), settings.DogeNodeFlags())
	return &cli.Command{
		Name:  "blocks",
		Usage: "list found blocks and what became of them; show, resubmit or export one",
		Description: `Lists the found blocks of the state directory, oldest first, and asks the node where they stand now. Without --state
and --network it looks at every network's, and at the system service's. It can run beside mine. Without a node it shows
what the journal says.

  ltcsolo blocks show HASH            everything that is known about one block
  ltcsolo blocks resubmit [HASH]      submit one, or all that no node has answered, to every node, and print the answers
  ltcsolo blocks export HASH [FILE]   write one in hex, as submitblock takes it, to FILE or standard output

A block is immature until it has 100 confirmations (Dogecoin: 240), and then mature: its reward can be spent. It is orphaned when another
block of its height is six deep in the best chain, and unsettled until one of these is certain. The first digits of HASH
are enough.

Examples:
  ltcsolo blocks
  ltcsolo blocks --network test --json
  ltcsolo blocks --chain dogecoin
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
	Chain  string        `json:"chain,omitempty"` // absent if all are Litecoin's
	Height int32         `json:"height"`
	Hash   template.Hash `json:"hash"`
	Time   string        `json:"time"`
	terminal.Amount
	Address       string         `json:"address"`
	Worker        string         `json:"worker"`
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
		Chain: l.otherChain(), Height: b.Height, Hash: b.BlockHash, Time: terminal.ISOTime(b.Found), Amount: terminal.AmountOf(b.Value, l.chain),
		Address: b.Address, Worker: b.Worker,
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

// fate says where a block stands, with so many digits of block hashes.
func (v listedBlock) fate(digits int) string {
	confirmations := ""
	if v.Confirmations != nil {
		confirmations = terminal.Plural(*v.Confirmations, "confirmation")
	}
	return v.fateWith(digits, confirmations)
}

// fateWith is fate with a word of the caller's for confirmations.
func (v listedBlock) fateWith(digits int, confirmations string) string {
	text := v.State
	if v.Confirmations != nil && *v.Confirmations > 0 {
		text += fmt.Sprintf(", %s %s", units.Thousands(int64(*v.Confirmations)), confirmations)
	}
	switch {
	case v.ReplacedBy == nil:
	case v.State == string(delivery.StateOrphaned):
		text += fmt.Sprintf(" by %.*s", digits, v.ReplacedBy)
	default:
		text += fmt.Sprintf(", %.*s is ahead", digits, v.ReplacedBy)
	}
	return text
}

func listBlocks(ctx *cli.Context) error {
	all, err := readLedgers(ctx)
	if err != nil {
		return err
	}
	lists := make([][]listedBlock, len(all))
	merged := false
	for i, l := range all {
		if err := l.open(ctx); err != nil {
			return err
		}
		defer l.Close()
		for j := range l.blocks {
			l.observe(ctx.Context, &l.blocks[j])
			lists[i] = append(lists[i], l.listed(&l.blocks[j]))
		}
		merged = merged || l.chain != template.Litecoin
	}
	for i := range lists {
		for j := range lists[i] {
			if merged {
				lists[i][j].Chain = all[i].chain.Name
			}
		}
	}
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, struct {
			Blocks []listedBlock `json:"blocks"`
		}{append([]listedBlock{}, slices.Concat(lists...)...)})
	}
	width := 0
	if c := terminal.Open(os.Stdout); c.Terminal() {
		width = max(c.Width(), blocksWidth)
	}
	return printBlocks(ctx.App.Writer, all, lists, width)
}

// printBlocks prints a table for each state directory with blocks, of all chains there, on a terminal of width columns; 0:
// it is none.
func printBlocks(out io.Writer, all []*ledger, lists [][]listedBlock, width int) error {
	var text strings.Builder
	for i := 0; i < len(all); {
		l, list := all[i], slices.Clone(lists[i])
		next := i + 1
		for next < len(all) && all[next].state == l.state {
			list = append(list, lists[next]...)
			next++
		}
		several := len(all) > next-i // there are other directories
		i = next
		slices.SortStableFunc(list, func(a, b listedBlock) int { return strings.Compare(a.Time, b.Time) })
		switch n := len(list); {
		case n == 0 && several:
		case n == 0:
			fmt.Fprintf(&text, "no blocks in %s\n", l.dir)
		default:
			if several {
				fmt.Fprintf(&text, "%s, in %s:\n", l.network, l.dir)
			}
			fmt.Fprintf(&text, "%s%d %s%s\n", blocksTable(list, width), n, terminal.Plural(n, "block"), countStates(list))
		}
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// Columns of the table of blocks. Its rows fit a terminal of 80.
const (
	shownHash   = 8 // digits: enough for blocks show
	heightWidth = 9
	valueWidth  = 11
	fateColumn  = 16 + 2 + heightWidth + 2 + shownHash + 2 + valueWidth + 2
	blocksWidth = 80
)

// blocksTable lists blocks, one a row. What does not fit into width columns is said shorter, and else continued below;
// everything fits if width is 0. blocks show and --json have the rest.
func blocksTable(list []listedBlock, width int) string {
	var b strings.Builder
	head, height, indent, names := "", heightWidth, fateColumn, 0
	if list[0].Chain != "" {
		for _, v := range list {
			names = max(names, len(v.Chain))
		}
		height-- // where there is a column more, each has less room
		names += 2
		head, indent = fmt.Sprintf("%-*s", names, "chain"), indent+names-1
	}
	fmt.Fprintf(&b, "%-16s  %s%*s  %-*s  %*s  %s\n", "found (UTC)", head, height, "height", shownHash, "block", valueWidth, "value", "now")
	for _, v := range list {
		fate := v.fate(shownHash)
		if width > 0 && indent+len(fate) > width {
			fate = v.fateWith(shownHash, "conf")
		}
		if accepted := (delivery.Verdict{Outcome: delivery.Accepted}).String(); v.Verdict != accepted && v.Verdict != v.State {
			fate += "; " + terminal.OneLine(v.Verdict)
		}
		if v.Worker != "" && v.Worker != cpuminer.WorkerName { // this machine goes without saying
			fate += "; found by " + terminal.OneLine(v.Worker)
		}
		chain := ""
		if v.Chain != "" {
			chain = fmt.Sprintf("%-*s", names, v.Chain)
		}
		found := strings.Replace(v.Time, "T", " ", 1)
		value, _, _ := strings.Cut(v.Amount.String(), " ")
		fmt.Fprintf(&b, "%.16s  %s%*d  %.*s  %*.*s  %s\n", found, chain, height, v.Height, shownHash, v.Hash.String(),
			valueWidth, valueWidth, value, terminal.Hang(strings.Repeat(" ", indent), fate, width))
	}
	return b.String()
}

// countStates says how many blocks are in each state.
func countStates(list []listedBlock) string {
	counts := map[string]int{}
	for _, v := range list {
		counts[v.State]++
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
