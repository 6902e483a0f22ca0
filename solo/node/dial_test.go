package node_test

import (
	"strings"
	"testing"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
)

// TestAddressGoesAway: a node that listens at several addresses is used, and given blocks, for as long as one of them
// answers.
func TestAddressGoesAway(t *testing.T) {
	there, elsewhere := nodetest.Start(t), nodetest.Start(t)
	c := newClient(t, there, node.Config{Also: []string{"127.0.0.1:1", strings.TrimPrefix(elsewhere.URL, "http://")}})
	ask := func(what string) {
		t.Helper()
		if _, err := c.Status(testContext(t)); err != nil {
			t.Errorf("Status %s: %v", what, err)
		}
		if err := c.MaySubmit(testContext(t)); err != nil {
			t.Errorf("MaySubmit %s: %v", what, err)
		}
	}
	ask("while all answer")
	there.Down()
	ask("after the first address went away")
	there.Up(t)
	elsewhere.Down()
	ask("after it came back and the others went away")
	there.Down()
	_, err := c.Status(testContext(t))
	if e := asError(t, err); !node.Unreachable(err) || !strings.Contains(e.Reason, there.URL) {
		t.Errorf("Status without any: %v, want that nothing answers at %s", err, there.URL)
	}
}
