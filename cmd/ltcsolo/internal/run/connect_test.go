package run

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/node/nodetest"
)

// hungAndWell returns two nodes, of which the first takes requests and never answers.
func hungAndWell(t *testing.T) *discover.Found {
	t.Helper()
	d := &discover.Found{Network: "regtest"}
	for _, s := range []*nodetest.Server{nodetest.StartHung(t), nodetest.Start(t)} {
		d.Nodes = append(d.Nodes, node.Config{URL: s.URL, Network: "regtest", Credentials: s.Credentials})
	}
	return d
}

// hungFor is shorter than the time after which a client gives up a node that hangs.
const hungFor = 25 * time.Second

func TestStartDoesNotWaitForANodeThatHangs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), hungFor)
	defer cancel()
	var log strings.Builder
	d := hungAndWell(t)
	c, err := Connect(ctx, d, 0, false, slog.New(slog.NewTextHandler(&log, nil)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.First != c.Clients[1] || c.Status == nil || c.Template == nil {
		t.Errorf("the first usable node is %s, want the second", c.First.Name())
	}
	if !strings.Contains(log.String(), c.Clients[0].Name()+": no answer 2s after another node's") {
		t.Errorf("log does not say why the first node is not used:\n%s", &log)
	}
}
