package main

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/units"
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

// shownTemplate is the output of template --json.
type shownTemplate struct {
	Height            int32           `json:"height"`
	PreviousBlock     template.Hash   `json:"previous_block"`
	Version           int32           `json:"version"`
	Bits              string          `json:"bits"`
	Target            template.Target `json:"target"`
	NetworkDifficulty float64         `json:"network_difficulty"`
	Time              string          `json:"time"`
	MinTime           string          `json:"min_time"`
	Transactions      int             `json:"transactions"` // with the coinbase, as in inspect
	Weight            int             `json:"weight"`       // of the whole block
	SigOps            int64           `json:"sigops"`
	MWEB              bool            `json:"mweb"`
	CoinbaseValue     int64           `json:"coinbase_value_litoshi"`
	Fees              int64           `json:"fees_litoshi"`
	Payout            *payout         `json:"payout"` // null without --address and --descriptor
	Coinbase          template.Hex    `json:"coinbase"`
	CoinbaseTxID      template.Hash   `json:"coinbase_txid"`
	MerkleRoot        template.Hash   `json:"merkle_root"`
	Header            template.Hex    `json:"header"`
	Proposal          *string         `json:"proposal"` // "valid" or the node's objection; null if no node was asked

	Commitment *inspectedCommitment `json:"commitment,omitempty"` // to the merged chains
	Merged     []*shownAux          `json:"merged,omitempty"`

	text  string // of the coinbase
	bytes int    // of the whole block
}

type payout struct {
	Address string       `json:"address"`
	Script  template.Hex `json:"script"`
	Value   int64        `json:"value_litoshi"`
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

// showSaved shows the templates in files: Litecoin's, and those of merged chains.
func showSaved(ctx *cli.Context, files []string) error {
	var main *side
	var merged []side
	seen := map[*template.Chain]bool{}
	for _, name := range files {
		s, err := readSaved(ctx, name)
		if err != nil {
			return err
		}
		chain := s.template.Chain
		if seen[chain] {
			return terminal.Usage("from", "give one reply of each chain", "two of the saved replies are of %s", chain.Name)
		}
		seen[chain] = true
		if chain == template.Litecoin {
			main = &s
		} else {
			merged = append(merged, s)
		}
	}
	switch {
	case main == nil:
		return terminal.Usage("from", "give Litecoin's reply with another --from", "there is no saved reply of litecoin: merged chains are mined with its headers")
	case ctx.Bool("merged") && len(merged) == 0:
		return terminal.Usage("merged", "give the merged chain's reply with another --from", "there is no saved reply of a merged chain")
	}
	return present(ctx, *main, merged...)
}

// readSaved returns the side of a saved reply, of the chain that its version tells.
func readSaved(ctx *cli.Context, name string) (side, error) {
	network := ctx.String("network")
	text, err := readInput(ctx.App.Reader, name)
	if err != nil {
		return side{}, err
	}
	result, err := savedResult(network, text)
	if err != nil {
		return side{}, err
	}
	if chain := chainOf(result); chain != template.Litecoin {
		return savedMerged(ctx, chain, result)
	}
	var s side
	if s.script, s.address, err = templatePayout(ctx, network); err != nil {
		return s, err
	}
	s.template, err = template.Litecoin.Decode(result, time.Now())
	if n, ok := template.Litecoin.Network(network); err == nil && ok {
		err = s.template.CheckValue(n)
	}
	if err != nil {
		remedy := fmt.Sprintf(`save one with: %s getblocktemplate '{"rules":["mweb","segwit"]}'`, nodeCLI(template.Litecoin, network))
		return s, terminal.Failed(remedy, "the saved reply cannot be mined on: %v", err)
	}
	return s, nil
}

// showCurrent shows the node's template and its opinion of the block.
func showCurrent(ctx *cli.Context) error {
	console := terminal.Open(os.Stderr)
	log, err := settings.OpenLog(ctx, console, disk.Local())
	if err != nil {
		return err
	}
	defer log.Flush()
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
	if ctx.Bool("merged") {
		for _, m := range settings.ReadShownMerged(ctx) {
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
	}
	propose := func(block []byte) (solo.Opinion, error) { return c.First.Propose(running, block) }
	return present(ctx, side{c.Template, script, a, propose}, merged...)
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

// savedResult returns the getblocktemplate result in a saved reply, which may be compressed and may have the JSON-RPC
// reply around it.
func savedResult(network string, text []byte) ([]byte, error) {
	if bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err == nil {
			text, err = io.ReadAll(io.LimitReader(z, maxInput+1))
		}
		switch {
		case err != nil:
			return nil, terminal.Usage("from", "save the reply again", "the input is damaged gzip: %v", err)
		case len(text) > maxInput:
			return nil, terminal.Usage("from", "give a smaller file", "the input is longer than %d MiB", maxInput>>20)
		}
	}
	return savedReply(network, "getblocktemplate", text)
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

func describe(j *template.Job, b *template.Block, a *wallet.Address) *shownTemplate {
	t := j.Template
	v := &shownTemplate{
		Height: t.Height, PreviousBlock: t.PreviousBlock, Version: t.Version, Bits: fmt.Sprintf("%08x", t.Bits), Target: t.Target,
		NetworkDifficulty: t.Target.Difficulty(), Time: headerTime(t.CurTime), MinTime: headerTime(t.MinTime),
		Transactions: b.Transactions, Weight: b.Weight, MWEB: t.MWEBActive, CoinbaseValue: t.CoinbaseValue, Fees: t.Fees(),
		Coinbase: j.FullCoinbase(make([]byte, solo.ExtranonceSize)), CoinbaseTxID: b.CoinbaseTxID, MerkleRoot: b.Header.MerkleRoot(),
		Header: b.Header[:], text: b.ScriptSig.Text(), bytes: b.Bytes,
	}
	if commitments, _ := commitmentsIn(b.ScriptSig); len(j.Aux) > 0 {
		v.Commitment = &commitments[0]
	}
	for i := range t.Transactions {
		v.SigOps += t.Transactions[i].SigOps
	}
	if a != nil {
		v.Payout = &payout{a.Text, b.Outputs[0].Script, b.Outputs[0].Value}
		if a.Type == wallet.P2PKH {
			const checkSig = 4 // the coinbase's OP_CHECKSIG, in the node's cost units (GetTransactionSigOpCost)
			v.SigOps += checkSig
		}
	}
	return v
}

func (v *shownTemplate) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "height:\t%d\n", v.Height)
	fmt.Fprintf(w, "previous block:\t%s\n", v.PreviousBlock)
	fmt.Fprintf(w, "version, bits:\t0x%08x, %s\n", uint32(v.Version), v.Bits)
	fmt.Fprintf(w, "target:\t%s\n", v.Target)
	fmt.Fprintf(w, "difficulty:\t%s\n", units.Difficulty(v.NetworkDifficulty))
	fmt.Fprintf(w, "time:\t%s (not before %s)\n", v.Time, v.MinTime)
	fmt.Fprintf(w, "transactions:\t%d, with the coinbase\n", v.Transactions)
	fmt.Fprintf(w, "size:\t%d bytes, weight %d, sigops %d\n", v.bytes, v.Weight, v.SigOps)
	fmt.Fprintf(w, "MWEB:\t%s\n", terminal.YesNo(v.MWEB))
	fmt.Fprintf(w, "coinbase value:\t%s, of which fees %s\n", units.Litecoin(v.CoinbaseValue), units.Litecoin(v.Fees))
	if v.Payout != nil {
		fmt.Fprintf(w, "pays:\t%s to %s\n", units.Litecoin(v.Payout.Value), v.Payout.Address)
		fmt.Fprintf(w, "  script:\t%x\n", []byte(v.Payout.Script))
	} else {
		fmt.Fprintf(w, "pays:\tnobody: give --address or --descriptor\n")
	}
	fmt.Fprintf(w, "coinbase:\t%x\n", []byte(v.Coinbase))
	fmt.Fprintf(w, "  text:\t%s\n", v.text)
	if v.Commitment != nil {
		printCommitments(w, []inspectedCommitment{*v.Commitment}, nil)
	}
	fmt.Fprintf(w, "  txid:\t%s\n", v.CoinbaseTxID)
	fmt.Fprintf(w, "merkle root:\t%s\n", v.MerkleRoot)
	fmt.Fprintf(w, "header:\t%x\n", []byte(v.Header))
	fmt.Fprintf(w, "the node says:\t%s\n", saidOf(v.Proposal))
	for _, aux := range v.Merged {
		aux.print(w)
	}
	return w.Flush()
}
