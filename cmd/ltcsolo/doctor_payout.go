package main

import (
	"context"
	"errors"
	"io/fs"

	"ltcsolo/template"
	"ltcsolo/wallet"
)

// checkPayout finds out whom a block would pay. Nothing is taken from a wallet or noted.
func (d *doctor) checkPayout(ctx context.Context) finding {
	if err := checkPayee(d.flags); err != nil {
		if d.rehearse {
			return failed(err)
		}
		return warnedOf(err)
	}
	if d.network == "" {
		return warned("mend what is said of settings and node found", "not checked: the network is not known")
	}
	from := ""
	var a wallet.Address
	var err error
	switch {
	case d.flags.Bool("address-from-wallet"):
		if a, err = wallet.Remembered(d.state, d.network); errors.Is(err, fs.ErrNotExist) {
			return d.checkWallet(ctx)
		}
		from = "had from the node's wallet: "
	case d.flags.IsSet("descriptor"):
		var chain *wallet.Descriptor
		if chain, err = wallet.ParseDescriptor(d.flags.String("descriptor"), d.network); err == nil {
			a, err = wallet.NextAddress(d.state, chain)
		}
		from = "next of the descriptor: "
	default:
		a, err = wallet.Decode(d.flags.String("address"), d.network)
	}
	if err != nil {
		return failed(err)
	}
	d.payee = &a
	text := from + a.Text + " (" + string(a.Type) + " of " + string(a.Network) + ")"
	if t := d.template(); t != nil {
		text += " would have " + litecoins(t.CoinbaseValue)
	}
	if a.Note != "" {
		return warned("see that this is the address you mean", "%s; %s", text, a.Note)
	}
	return passed("%s", text)
}

// checkWallet looks whether the node's wallet could give an address. A rehearsal has it give one.
func (d *doctor) checkWallet(ctx context.Context) finding {
	p := d.first()
	if p == nil {
		return finding{Result: fail, Detail: "the node's wallet cannot be asked for an address: no node answers",
			Remedy: "mend the node, or give --address", node: true}
	}
	name, err := p.client.Wallet(ctx)
	if err != nil {
		return failed(err)
	}
	if !d.rehearse {
		return passed("the node's wallet %q gives an address when mine starts", name)
	}
	text, err := p.client.NewAddress(ctx)
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

// first is the node that mine would take templates from; nil if none answers.
func (d *doctor) first() *patient {
	var answers *patient
	for _, p := range d.nodes {
		switch {
		case p.template != nil:
			return p
		case p.status != nil && answers == nil:
			answers = p
		}
	}
	return answers
}

// template is that of the first node that gives one; nil if none does.
func (d *doctor) template() *template.Template {
	if p := d.first(); p != nil {
		return p.template
	}
	return nil
}
