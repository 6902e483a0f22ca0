// Package doctor examines everything that mining needs and reports what it finds: settings, nodes, payout, state
// directory and machine. It changes nothing, and may run beside a running mine.
package doctor

import (
	"context"
	"fmt"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// Config configures an examination.
type Config struct {
	Settings  *settings.Mine // as they were given, whether mine or serve would take them or not
	Refused   error          // why it would not; nil: it would
	Network   string         // as it was given; empty: not
	Discovery *discover.Found
	NotFound  error // why there is no Discovery; nil: there is one
	GivenRPC  bool  // the URLs of the nodes were given
	Rehearse  bool  // go the whole way of a block too
	Screen    *terminal.Console
	Log       *terminal.Log
}

// doctor is one examination. What a check found out is here for the checks after it; what it could not is zero.
type doctor struct {
	Config
	network wallet.Network // empty: unknown
	state   string         // directory; empty: unknown
	nodes   []*examinedNode
	payee   *wallet.Address // whom a block would pay
}

// examinedNode is what is known of one of the nodes.
type examinedNode struct {
	cfg      node.Config
	client   *node.Client
	from     string             // where the credentials come from
	fallback string             // where those come from that are tried after them; empty: there are none
	status   *node.Status       // nil: it gave none
	err      error              // why it did not
	template *template.Template // nil: it gave none
	alerts   []solo.Alert       // the guardian's, once asked is set
	asked    bool
}

// Examine does all checks, in the order in which mine would meet what they are about, and shows each finding. It ends
// early when ctx ends. The error says that a check failed; it carries the exit code.
func Examine(ctx context.Context, cfg Config) error {
	d := &doctor{Config: cfg}
	defer d.close()
	r := &report{screen: cfg.Screen, json: cfg.Settings.JSON, quiet: cfg.Settings.Quiet}
	d.examine(ctx, r)
	if ctx.Err() != nil {
		return nil
	}
	return r.end(cfg.Rehearse)
}

func (d *doctor) examine(ctx context.Context, r *report) {
	r.do(ctx, check{"settings", d.checkSettings}, check{"node found", d.checkFound})
	for _, n := range d.nodes {
		if len(d.nodes) > 1 {
			r.about = n.cfg.URL
		}
		r.do(ctx, check{"node answers", func(ctx context.Context) finding { return n.checkAnswers(ctx, d.Settings.Wait) }})
		if n.status == nil {
			r.do(ctx, check{"node credentials", n.checkCredentials})
			continue
		}
		r.do(ctx, n.checks(d.Settings.AllowOld)...)
	}
	r.about = ""
	r.do(ctx, check{"payout", d.checkPayout})
	r.do(ctx, d.stateChecks()...)
	r.do(ctx, d.serveChecks()...)
	c := d.Settings.CPU
	r.do(ctx, machineChecks(c != nil && c.MaxTemp)...)
	if d.Rehearse {
		d.rehearse(ctx, r)
	}
}

func (d *doctor) close() {
	for _, n := range d.nodes {
		n.client.Close()
	}
}

// checkSettings reports whether mine takes its flags.
func (d *doctor) checkSettings(context.Context) finding {
	if d.Refused != nil {
		return failed(d.Refused)
	}
	return passed("flags, environment and file can be read")
}

// checkFound reports where the nodes are, and finds out on which network this machine mines.
func (d *doctor) checkFound(ctx context.Context) finding {
	name := d.Network
	if d.NotFound == nil {
		name = d.Discovery.Network
	}
	if n, err := wallet.ParseNetwork(name); err == nil {
		d.network = n
		if d.state = d.Settings.State; d.state == "" {
			d.state, _ = settings.StateDir(n) // checkState says why there is none
		}
	}
	if d.NotFound != nil {
		return failed(d.NotFound)
	}
	clients, err := run.Open(d.Discovery, d.Log.Logger)
	if err != nil {
		return failed(err)
	}
	for i, c := range clients {
		d.nodes = append(d.nodes, &examinedNode{cfg: d.Discovery.Nodes[i], client: c, from: d.Discovery.CredentialsFrom, fallback: d.Discovery.FallbackFrom})
	}
	f := passed("network %s, %s, %s", d.Discovery.Network, d.urls(), d.conf())
	switch private, public := run.ClearText(ctx, d.Discovery.Nodes); {
	case len(public) > 0:
		f = warned(run.ClearTextRemedy, "%s; everyone on the way to %s can read the login at the node", f.Detail, public[0])
	case len(private) > 0:
		f.Detail += "; the login is not encrypted on the private network"
	}
	return f
}

func (d *doctor) urls() string {
	text := d.nodes[0].cfg.URL
	if n := len(d.nodes); n > 1 {
		text = fmt.Sprintf("%d nodes", n)
	}
	if d.GivenRPC {
		return text + " (--rpc)"
	}
	return text
}

func (d *doctor) conf() string {
	if d.Discovery.Conf == "" {
		return "no litecoin.conf in " + d.Discovery.DataDir
	}
	return "by " + d.Discovery.Conf
}

// first returns the node that mine would take templates from, nil if none answers.
func (d *doctor) first() *examinedNode {
	var answers *examinedNode
	for _, n := range d.nodes {
		switch {
		case n.template != nil:
			return n
		case n.status != nil && answers == nil:
			answers = n
		}
	}
	return answers
}

// template returns that of the first node that gives one, nil if none does.
func (d *doctor) template() *template.Template {
	if n := d.first(); n != nil {
		return n.template
	}
	return nil
}
