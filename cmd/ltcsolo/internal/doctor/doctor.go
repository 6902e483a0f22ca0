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
	merged  []*examinedChain
}

// examinedNode is what is known of one of the nodes.
type examinedNode struct {
	cfg      node.Config
	chain    *template.Chain
	assemble func(*template.Template) ([]byte, error) // makes an unsolved block that pays nobody
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
	d.examineNodes(ctx, r, d.nodes)
	r.do(ctx, check{"payout", d.checkPayout})
	for i := range d.Settings.Merged {
		d.examineMerged(ctx, r, &d.Settings.Merged[i])
	}
	r.do(ctx, d.stateChecks()...)
	r.do(ctx, d.serveChecks()...)
	r.do(ctx, machineChecks(d.Settings.CPU)...)
	if d.Rehearse {
		d.rehearse(ctx, r)
	}
}

// examineNodes does the checks of a chain's nodes.
func (d *doctor) examineNodes(ctx context.Context, r *report, nodes []*examinedNode) {
	for _, n := range nodes {
		if len(nodes) > 1 {
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
}

func (d *doctor) close() {
	for _, n := range d.nodes {
		n.client.Close()
	}
	for _, c := range d.merged {
		c.close()
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
	d.nodes = examined(d.Discovery, template.Litecoin, clients, func(t *template.Template) ([]byte, error) {
		return assemble(t, settings.PaysNobody, settings.DefaultTag)
	})
	given := ""
	if d.GivenRPC {
		given = "--rpc"
	}
	return whereNodes(ctx, d.Discovery, template.Litecoin, given)
}

// examined returns the nodes of a discovery, whose clients these are.
func examined(d *discover.Found, chain *template.Chain, clients []*node.Client, assemble func(*template.Template) ([]byte, error)) []*examinedNode {
	var nodes []*examinedNode
	for i, c := range clients {
		nodes = append(nodes, &examinedNode{
			cfg: d.Nodes[i], chain: chain, assemble: assemble, client: c, from: d.CredentialsFrom, fallback: d.FallbackFrom,
		})
	}
	return nodes
}

// whereNodes reports where the nodes of a chain are, and who can read the login at them. given is the setting that their
// URLs came from, empty if they were not given.
func whereNodes(ctx context.Context, d *discover.Found, chain *template.Chain, given string) finding {
	urls := d.Nodes[0].URL
	if n := len(d.Nodes); n > 1 {
		urls = fmt.Sprintf("%d nodes", n)
	}
	if given != "" {
		urls += " (" + given + ")"
	}
	conf := "by " + d.Conf
	if d.Conf == "" {
		conf = "no " + node.ConfFile(chain) + " in " + d.DataDir
	}
	f := passed("network %s, %s, %s", d.Network, urls, conf)
	switch private, public := run.ClearText(ctx, d.Nodes); {
	case len(public) > 0:
		f = warned(run.ClearTextRemedy, "%s; everyone on the way to %s can read the login at the node", f.Detail, public[0])
	case len(private) > 0:
		f.Detail += "; the login is not encrypted on the private network"
	}
	return f
}

// first returns the node that mine would take templates from, nil if none answers.
func (d *doctor) first() *examinedNode {
	return firstOf(d.nodes)
}

// firstOf returns the first of a chain's nodes that gives a template, else the first that answers; nil if none does.
func firstOf(nodes []*examinedNode) *examinedNode {
	var answers *examinedNode
	for _, n := range nodes {
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
