package doctor

import (
	"context"
	"errors"
	"fmt"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// examinedChain is what is known of a chain that is mined with Litecoin's work.
type examinedChain struct {
	settings  *settings.Merged
	network   template.Network
	discovery *discover.Found
	nodes     []*examinedNode
	address   string // whom its blocks pay
	script    []byte // nil: unknown
}

func (c *examinedChain) chain() *template.Chain { return c.settings.Chain }

func (c *examinedChain) close() {
	for _, n := range c.nodes {
		n.client.Close()
	}
}

// examineMerged does the checks of a merged chain. What fails there costs that chain's blocks and not Litecoin's.
func (d *doctor) examineMerged(ctx context.Context, r *report, s *settings.Merged) {
	if d.network == "" {
		return // reported already
	}
	r.chain = s.Chain.Name
	defer func() { r.chain = "" }()
	c := &examinedChain{settings: s}
	r.do(ctx, check{"node found", func(ctx context.Context) finding { return d.findMerged(ctx, c) }})
	d.merged = append(d.merged, c)
	d.examineNodes(ctx, r, c.nodes)
	r.do(ctx, check{"payout", func(ctx context.Context) finding { return d.checkMergedPayout(ctx, c) }})
	if d.state != "" {
		r.do(ctx, check{"found blocks", func(context.Context) finding { return d.checkBlocks(c.chain()) }})
	}
}

// findMerged reports where the chain's nodes are.
func (d *doctor) findMerged(ctx context.Context, c *examinedChain) finding {
	var known bool
	if c.network, known = c.chain().Network(string(d.network)); !known {
		return failed(terminal.Usage("network", "leave the chain out, or mine on another network", "%s has no network %s", c.chain().Name, d.network))
	}
	var err error
	if c.discovery, err = c.settings.Discover(d.network, d.Log.Logger); err != nil {
		return failed(err)
	}
	clients, err := run.Open(c.discovery, d.Log.Logger)
	if err != nil {
		return failed(err)
	}
	c.nodes = examined(c.discovery, c.chain(), clients, func(t *template.Template) ([]byte, error) {
		return d.assembleAux(t, settings.PaysNobody, settings.DefaultTag)
	})
	given := ""
	if len(c.settings.RPC) > 0 {
		given = node.Flag(c.chain(), "rpc")
	}
	return whereNodes(ctx, c.discovery, c.chain(), given)
}

// checkMergedPayout finds out whom a block of the chain would pay, if need be from its node.
func (d *doctor) checkMergedPayout(ctx context.Context, c *examinedChain) finding {
	a, err := c.settings.Decode(d.network)
	if err != nil {
		return failed(err)
	}
	n := firstOf(c.nodes)
	text, script := a.Text, a.Script
	switch {
	case script != nil:
		text += " (" + string(a.Type) + " of " + string(a.Network) + ")"
	case n == nil:
		return warned("fix the node", "%s: what its blocks would pay is not known before a node has said it", a.Text)
	default:
		if script, err = n.client.AddressScript(ctx, a.Text); err != nil {
			return failed(err)
		}
		text += fmt.Sprintf(" (script %x, as the node says)", script)
	}
	c.address, c.script = a.Text, script
	if n != nil && n.template != nil {
		text += " would have " + units.Coins(n.template.CoinbaseValue, c.chain().Ticker)
	}
	if a.Note != "" {
		return warned("check that this is the address you mean", "%s; %s", text, a.Note)
	}
	return passed("%s", text)
}

// errNoMain says that no block of a merged chain can be assembled, since Litecoin's node gives no template.
var errNoMain = errors.New("no node of Litecoin gives a template")

// assembleAux makes a block of a merged chain's template, with the proof of a Litecoin block that is not solved.
func (d *doctor) assembleAux(t *template.Template, script []byte, tag string) ([]byte, error) {
	main := d.template()
	if main == nil {
		return nil, errNoMain
	}
	a, err := template.NewAux(t, template.Coinbase{Script: script, Tag: tag})
	if err != nil {
		return nil, err
	}
	j, err := template.NewJob(rehearsal, main, template.Coinbase{Script: settings.PaysNobody, Tag: tag, ExtranonceSize: solo.ExtranonceSize}, true, a)
	if err != nil {
		return nil, err
	}
	block, err := j.AuxBlock(0, template.Solution{Extranonce: make([]byte, solo.ExtranonceSize), Version: main.Version, Time: main.CurTime})
	if err == nil {
		err = solo.CheckAuxPayout(block, t.CoinbaseValue, script)
	}
	if err != nil {
		return nil, terminal.Usage("", "please report it with the output of ltcsolo template --merged", "the assembled block is wrong: %v", err)
	}
	return block, nil
}
