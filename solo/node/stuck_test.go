package node_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/node/nodetest"
)

// The tip moves and the templates stay on the old one, as behind a proxy that keeps replies: that is an alert, the node is
// asked once a second at most, and all is well once the templates move.
func TestTemplatesThatStayOnAnOldTip(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 1, nil)
	s := g.servers[0]
	prev := g.next(t, nil)
	s.Always("getblocktemplate", nodetest.Result(rawTemplate(t, s)))
	tip := s.Mine()
	ctx, cancel := context.WithCancel(testContext(t))
	out := make(chan next, 1)
	go func() {
		got, err := g.NextTemplate(ctx, prev)
		out <- next{got, err}
	}()
	began, calls := time.Now(), s.Calls("getblocktemplate")
	eventually(t, "the alert", func() bool { return g.alert(solo.AlertStuckTemplate, 0) != nil })
	most := int(time.Since(began)/time.Second) + 2
	if n := s.Calls("getblocktemplate") - calls; n > most {
		t.Errorf("%d requests in %v, want at most one a second", n, time.Since(began))
	}
	a := g.alert(solo.AlertStuckTemplate, 0)
	if !a.Grave || !strings.Contains(a.Text, prev.PreviousBlock.String()) || !strings.Contains(a.Text, tip.String()) {
		t.Errorf("alert %+v, want a grave one with both blocks", a)
	}
	s.Always("getblocktemplate", nodetest.Fault{})
	if got := <-out; got.err != nil || got.template.PreviousBlock != tip {
		t.Errorf("NextTemplate = %+v, want one on %v", got, tip)
	}
	eventually(t, "the end of the alert", func() bool { return g.alert(solo.AlertStuckTemplate, 0) == nil })
	cancel()
}

// rawTemplate returns the server's template as it stands in the reply.
func rawTemplate(t *testing.T, s *nodetest.Server) string {
	t.Helper()
	r, err := http.NewRequest("POST", s.URL, strings.NewReader(`{"id":1,"method":"getblocktemplate","params":[{"rules":["mweb","segwit"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	user, password, _ := s.Credentials()
	r.SetBasicAuth(user, password)
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var body struct {
		Result json.RawMessage `json:"result"`
	}
	if err := json.NewDecoder(reply.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return string(body.Result)
}
