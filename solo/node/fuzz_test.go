package node_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

// FuzzReply makes a node answer every request with an arbitrary status and body. Each call returns a usable result, or an
// error of one line that says what to do.
func FuzzReply(f *testing.F) {
	for _, fault := range nodetest.Faults() {
		f.Add(fault.Status, fault.Body)
	}
	for _, result := range []string{
		`null`, `""`, `"inconclusive"`, `"duplicate"`, `"rejected: \n\u0000"`, `7`, `-1`, `1e400`, `[]`, `{}`, `[[[[[[`,
		`{"confirmations":1}`, `{"confirmations":-1,"height":-5}`, `{"confirmations":9223372036854775808}`,
		`{"hash":"00","height":1}`, `{"chain":"regtest","blocks":1,"headers":1,"bestblockhash":"0"}`,
		`"530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"`,
	} {
		fault := nodetest.Result(result)
		f.Add(fault.Status, fault.Body)
	}
	f.Add(http.StatusInternalServerError, `{"result":null,"error":{"code":-22,"message":"\u001b[31m\nBlock"},"id":1}`)
	f.Add(http.StatusOK, `{"result":null,"error":null,"id":1}{"result":1}`)

	var reply struct {
		sync.Mutex
		status int
		body   string
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reply.Lock()
		defer reply.Unlock()
		w.WriteHeader(reply.status)
		w.Write([]byte(reply.body))
	}))
	defer s.Close()
	c := open(f, node.Config{URL: s.URL, Credentials: func() (string, string, error) { return "user", secret, nil }})
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			return // no HTTP reply
		}
		reply.Lock()
		reply.status, reply.body = status, body
		reply.Unlock()
		ctx := testContext(t)
		check := func(err error) bool {
			if err != nil {
				asError(t, err)
			}
			return err == nil
		}
		if v, err := c.SubmitBlock(ctx, []byte{1}); check(err) {
			again, err := delivery.ParseVerdict(v.String())
			if again.Outcome == delivery.RefusedForNow && !node.RefusedForNow(again.Reason) { // as the journal does
				again.Outcome = delivery.Rejected
			}
			if v.Outcome == delivery.RefusedUnclear {
				v.Outcome = delivery.RefusedForNow // the same to a journal
			}
			if err != nil || again != v || v.Outcome == delivery.Unsettled {
				t.Errorf("verdict %+v is read back as %+v, %v", v, again, err)
			}
		}
		_, err := c.Propose(ctx, []byte{1})
		check(err)
		_, err = c.Confirmations(ctx, template.Hash{1})
		check(err)
		_, err = c.BlockAt(ctx, 1)
		check(err)
		_, err = c.Status(ctx)
		check(err)
		if tmpl, err := c.NextTemplate(ctx, nil); check(err) {
			if _, err := template.NewJob("1", tmpl, template.Coinbase{Script: []byte{0x51}}, true); err != nil {
				t.Errorf("no job can be made of the template: %v", err)
			}
		}
	})
}
