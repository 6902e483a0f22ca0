package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

func blocksCommand() *cli.Command {
	flags := join([]cli.Flag{stateFlag()}, commonFlags(), nodeFlags())
	return &cli.Command{
		Name:  "blocks",
		Usage: "list found blocks and what became of them; show, resubmit or export one",
		Description: `Lists the found blocks of the state directory, oldest first, and asks the node where they stand now. It can run beside
mine, and without a node: then it says what is written down.

  ltcsolo blocks show HASH            all that is known of one block
  ltcsolo blocks resubmit [HASH]      give one, or all that no node has answered, to every node, and say what they answer
  ltcsolo blocks export HASH [FILE]   write one in hex, as submitblock takes it, to FILE or standard output

A block is immature until it has 100 confirmations, and mature from then on: its reward can be spent. It is orphaned when
another block of its height is six deep in the best chain, and unsettled until one of these is sure. HASH may be cut short.

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

func stateFlag() cli.Flag {
	return &cli.StringFlag{Name: "state", Usage: "state `DIR`: found blocks, lock, remembered address, descriptor's index (default: ltcsolo/NETWORK in your state directory)"}
}

// ledger is the found blocks of a state directory, as the blocks commands see them, and the nodes that can be asked.
type ledger struct {
	*journal.Reader
	discovery *discover.Found
	network   wallet.Network
	dir       string // of the journal
	blocks    []delivery.Block
	clients   []*node.Client
	nodes     []delivery.Node // the clients that answered
	height    int32           // of the highest chain of nodes; 0 if none answered
	silent    error           // why none did
}

func (l *ledger) Close() {
	for _, c := range l.clients {
		c.Close()
	}
}

// openLedger reads the journal and finds the nodes. Why nodes are silent is told on standard error.
func openLedger(ctx *cli.Context) (*ledger, error) {
	l, err := readLedger(ctx)
	if err != nil || len(l.blocks) == 0 {
		return l, err
	}
	for _, cfg := range l.discovery.Nodes {
		c, err := node.New(cfg)
		if err != nil {
			l.Close()
			return nil, err
		}
		l.clients = append(l.clients, c)
	}
	l.reach(ctx.Context, ctx.Duration("wait"))
	if l.silent != nil {
		fmt.Fprintf(ctx.App.ErrWriter, "note: what follows is what is written down; %s\n", oneLine(l.silent.Error()))
	}
	return l, nil
}

// readLedger reads the journal. What is wrong with files is told on standard error.
func readLedger(ctx *cli.Context) (l *ledger, err error) {
	l = &ledger{}
	if l.discovery, err = findNode(ctx, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	if l.network, err = wallet.ParseNetwork(l.discovery.Network); err != nil {
		return nil, err
	}
	state := ctx.String("state")
	if state == "" {
		if state, err = stateDir(l.network); err != nil {
			return nil, err
		}
	}
	l.dir = filepath.Join(state, "blocks")
	l.Reader, err = journal.Read(l.dir, journalLabels(l.network))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return l, nil
	case err == nil:
		l.blocks, err = l.Blocks()
	}
	if err != nil {
		return nil, usage("mend the directory, or give another with --state DIR", "found blocks cannot be read: %v", err)
	}
	for _, damage := range l.Damaged() {
		fmt.Fprintf(ctx.App.ErrWriter, "note: %s\n", oneLine(damage.Error()))
	}
	return l, nil
}

// journalLabels are what the journal of a network says beside its blocks.
func journalLabels(network wallet.Network) journal.Labels {
	return journal.Labels{Network: string(network), RefusedForNow: node.RefusedForNow, AddressOf: func(script []byte) string {
		a, _ := wallet.FromScript(script, network)
		return a.Text
	}}
}

// reach finds out which nodes answer and are on the network, and waits for the first up to wait.
func (l *ledger) reach(ctx context.Context, wait time.Duration) {
	for until := time.Now().Add(wait); ; {
		replies, stop := askAll(ctx, l.clients, func(ctx context.Context, c *node.Client) (*node.Status, error) {
			status, err := c.Status(ctx)
			if err == nil && status.Chain != string(l.network) {
				err = fmt.Errorf("%s is on network %s, not %s", c.Name(), status.Chain, l.network)
			}
			return status, err
		})
		l.silent = nil
		for i, c := range l.clients {
			got := <-replies[i]
			if got.err != nil {
				if l.silent == nil {
					l.silent = got.err
				}
				continue
			}
			l.nodes = append(l.nodes, c)
			l.height = max(l.height, got.value.Height)
		}
		stop()
		left := time.Until(until)
		if len(l.nodes) > 0 {
			l.silent = nil
			return
		}
		if left <= 0 || ctx.Err() != nil {
			return
		}
		pause := time.NewTimer(min(askAgain, left))
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
		pause.Stop()
	}
}

// look asks the nodes where the block stands. Of one that is settled nothing but the count goes on.
func (l *ledger) look(ctx context.Context, b *delivery.Block) {
	if b.Settled && b.State == delivery.StateMature && l.height > 0 {
		b.Confirmations = int(l.height - b.Height + 1)
	} else if !b.Settled && len(l.nodes) > 0 {
		b.Observe(ctx, l.nodes, 100)
	}
}

// find is the block whose hash begins with these digits.
func (l *ledger) find(digits string) (*delivery.Block, error) {
	digits = strings.ToLower(digits)
	if strings.Trim(digits, "0123456789abcdef") != "" || digits == "" || len(digits) > 2*len(template.Hash{}) {
		return nil, usage("give the first digits of a block hash, as ltcsolo blocks lists them", "this is not a block hash, nor the beginning of one")
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
		return nil, usage("ltcsolo blocks lists those that are there; --network and --state say where to look",
			"no block with this hash is in %s", l.dir)
	}
	return nil, usage("give more digits of it", "%d blocks begin with these digits", len(found))
}

// listedBlock is a block of blocks --json.
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
		Height: b.Height, Hash: b.BlockHash, Time: isoTime(b.Found), Value: b.Value, Address: b.Address,
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

// fate says in words where a block stands.
func (v listedBlock) fate() string {
	text := v.State
	if v.Confirmations != nil && *v.Confirmations > 0 {
		text += fmt.Sprintf(", %s %s", thousands(int64(*v.Confirmations)), plural(*v.Confirmations, "confirmation"))
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
		l.look(ctx.Context, &l.blocks[i])
		list = append(list, l.listed(&l.blocks[i]))
	}
	out := ctx.App.Writer
	if ctx.Bool("json") {
		return printJSON(out, struct {
			Blocks []listedBlock `json:"blocks"`
		}{list})
	}
	if len(list) == 0 {
		_, err := fmt.Fprintf(out, "no blocks in %s\n", l.dir)
		return err
	}
	if c := newConsole(os.Stdout); c.terminal && c.width() <= blocksWidth {
		_, err := fmt.Fprintf(out, "%s%d %s%s\n", narrowBlocks(list, c.width()), len(list), plural(len(list), "block"), tally(l.blocks))
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "found\theight\tblock hash\tvalue\taddress\tverdict\tnow")
	for _, v := range list {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", v.Time, v.Height, v.Hash, litecoins(v.Value), oneLine(v.Address), oneLine(v.Verdict), v.fate())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d %s%s\n", len(list), plural(len(list), "block"), tally(l.blocks))
	return err
}

// blocksWidth is how many columns the table of blocks takes, when nothing special happened to any.
const blocksWidth = 190

// narrowBlocks are the blocks for a terminal that has no room for the table.
func narrowBlocks(list []listedBlock, width int) string {
	s := &sheet{width: width, label: statusLabel}
	for _, v := range list {
		height := strconv.Itoa(int(v.Height))
		s.last = "" // also a second block of a height has its name
		s.line(height, "%s", v.Hash)
		s.line(height, "found %s, %s, %s", v.Time, litecoins(v.Value), v.Verdict)
		s.line(height, "pays %s", v.Address)
		s.line(height, "now %s", v.fate())
	}
	return s.b.String()
}

// tally counts the blocks of each state.
func tally(blocks []delivery.Block) string {
	var parts []string
	for _, s := range []delivery.BlockState{delivery.StateMature, delivery.StateImmature, delivery.StateUnsettled, delivery.StateOrphaned, delivery.StateRejected} {
		others := slices.DeleteFunc(slices.Clone(blocks), func(b delivery.Block) bool { return b.State != s })
		if n := len(others); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return ": " + strings.Join(parts, ", ")
}
