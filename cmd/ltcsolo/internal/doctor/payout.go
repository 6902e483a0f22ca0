package doctor

import (
	"context"
	"errors"
	"io/fs"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/units"
	"ltcsolo/wallet"
)

// checkPayout finds out whom a block would pay. It takes no address from a wallet and remembers none.
func (d *doctor) checkPayout(ctx context.Context) finding {
	if err := d.Settings.Payee.Check(); err != nil {
		if d.Rehearse {
			return failed(err)
		}
		f := failed(err)
		f.Result = warn // mine refuses it, but its user may know
		return f
	}
	if d.network == "" {
		return warned("fix what settings and node found report", "not checked: the network is not known")
	}
	from := ""
	var unasked error // why no wallet can say whether a remembered address is its own
	a, chain, err := d.Settings.Payee.Decode(string(d.network))
	switch {
	case err != nil:
	case chain != nil:
		from = "next of the descriptor: "
		a, err = addressOf(wallet.NextAddress(d.state, chain))
	case a == nil: // the node's wallet
		from = "had from the node's wallet: "
		if a, err = addressOf(wallet.Remembered(d.state, d.network)); errors.Is(err, fs.ErrNotExist) {
			return d.checkWallet(ctx)
		}
		if err == nil {
			err, unasked = d.checkRemembered(ctx, a)
		}
	}
	if err != nil {
		return failed(err)
	}
	d.payee = a
	text := from + a.Text + " (" + string(a.Type) + " of " + string(a.Network) + ")"
	if t := d.template(); t != nil {
		text += " would have " + units.Litecoin(t.CoinbaseValue)
	}
	if unasked != nil {
		return warned(terminal.Explain(unasked).Remedy, "%s; no wallet can say whether it is its own: %v", text, unasked)
	}
	if a.Note != "" {
		return warned("check that this is the address you mean", "%s; %s", text, a.Note)
	}
	return passed("%s", text)
}

// checkRemembered asks the wallets of the nodes that answer about the remembered address, as mine does.
func (d *doctor) checkRemembered(ctx context.Context, a *wallet.Address) (refusal, unasked error) {
	var clients []*node.Client
	for _, n := range d.nodes {
		if n.status != nil {
			clients = append(clients, n.client)
		}
	}
	return run.CheckRemembered(ctx, clients, d.state, *a)
}

// checkWallet reports whether the node's wallet can give an address. A rehearsal takes one.
func (d *doctor) checkWallet(ctx context.Context) finding {
	n := d.first()
	if n == nil {
		return finding{Result: fail, Detail: "the node's wallet cannot be asked for an address: no node answers",
			Remedy: "fix the node, or give --address", node: true}
	}
	name, err := n.client.Wallet(ctx)
	if err != nil {
		return failed(err)
	}
	if !d.Rehearse {
		return passed("the node's wallet %q gives an address when mine starts", name)
	}
	text, err := n.client.NewAddress(ctx)
	if err != nil {
		return failed(err)
	}
	a, err := wallet.Decode(text, d.network)
	if err != nil {
		return failed(err)
	}
	d.payee = &a
	return passed("the node's wallet %q gave %s (%s of %s) for this rehearsal", name, a.Text, a.Type, a.Network)
}

// addressOf returns a pointer to a.
func addressOf(a wallet.Address, err error) (*wallet.Address, error) { return &a, err }
