package node

import (
	"context"
	"fmt"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// Propose implements [solo.Node] with the node that gave the last template. The block is proposed to the other nodes too,
// once per tip; if they refuse it, that is an alert.
func (g *Group) Propose(ctx context.Context, block []byte) (solo.Opinion, error) {
	g.mu.Lock()
	m := g.from
	if m == nil {
		m = g.serving
	}
	parent := (*template.Header)(block).PreviousBlock()
	ask := len(g.members) > 1 && g.proposed != parent
	g.proposed = parent
	g.mu.Unlock()
	if ask {
		select { // the newest only
		case <-g.propose:
		default:
		}
		select {
		case g.propose <- block:
		default: // another call was faster
		}
	}
	return m.client.Propose(ctx, block)
}

// proposeToOthers proposes blocks to the nodes that did not give their template, until ctx ends.
func (g *Group) proposeToOthers(ctx context.Context) {
	for {
		var block []byte
		select {
		case <-ctx.Done():
			return
		case block = <-g.propose:
		}
		for _, m := range g.members {
			g.mu.Lock()
			skip := m == g.from || g.fitnessOf(m, time.Now()) > troubled
			g.mu.Unlock()
			if skip {
				continue
			}
			name := m.client.Name()
			opinion, err := m.client.Propose(ctx, block)
			if err != nil || opinion.Reason == notOnTip {
				continue
			}
			if !opinion.Refused {
				g.cfg.Alerts.End(solo.AlertBlockObjected, name)
				continue
			}
			g.cfg.Alerts.Raise(solo.Alert{
				Key: solo.AlertBlockObjected, Node: name,
				Text:   fmt.Sprintf("%s at %s would refuse the block of another node's template: %s", g.chain.Daemon, name, opinion.Reason),
				Remedy: "compare the versions of the nodes and upgrade the older one: they do not follow the same rules", Grave: true,
			})
		}
	}
}
