package stratum_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/template"
)

// easy is a target that every second hash meets.
const easy = 0x207fffff

// A miner that really hashes finds blocks through the real engine: on the newest job, on one before, on a parent that has
// been left, and with rolled version bits. Each reaches the node, with the worker's name.
func TestBlocksOfMinersReachTheNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node, taker, journal := make(given), &deliverytest.Node{ID: "node", Submit: deliverytest.Accept}, &deliverytest.Journal{}
		courier, err := delivery.New(delivery.Config{Nodes: []delivery.Node{taker}, Journal: journal, Maturity: 100})
		if err != nil {
			t.Fatal(err)
		}
		script := append([]byte{0x00, 0x14}, make([]byte, 20)...)
		engine, err := solo.New(solo.Config{
			Main: solo.Side{Chain: template.Litecoin, Node: node, Courier: courier, Payout: solo.FixedPayout(script)},
		})
		if err != nil {
			t.Fatal(err)
		}
		s, err := stratum.New(stratum.Config{Upstream: engine})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended, l := make(chan error, 2), newListener()
		go func() { ended <- engine.Run(ctx) }()
		go func() { ended <- s.Serve(ctx, l) }()
		t.Cleanup(func() {
			cancel()
			for range 2 {
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
		})
		h := &house{t: t, Server: s, l: l}
		offer := func(tip byte) {
			node <- newJob(t, "-", tip, easy, small).Template
			synctest.Wait()
		}
		offer(1)
		m := h.connect("10.0.0.1")
		m.send(`{"id":1,"method":"mining.configure","params":[["version-rolling"],{"version-rolling.mask":"ffffffff"}]}` + "\n" +
			`{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}` + "\n" +
			`{"id":2,"method":"mining.authorize","params":["rig","d=1024"]}` + "\n")
		lines := m.all()
		var subscribed struct{ Result []any }
		if err := json.Unmarshal([]byte(lines[1]), &subscribed); err != nil {
			t.Fatal(err)
		}
		extranonce1 := subscribed.Result[1].(string)
		notified := func(lines []string) []any {
			t.Helper()
			var notify struct{ Params []any }
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &notify); err != nil {
				t.Fatal(err)
			}
			return notify.Params
		}
		first := notified(lines)
		found := 0
		solve := func(params []any, bits string) {
			t.Helper()
			target, _ := template.TargetFromBits(easy)
			for nonce := range 1000 {
				word := hexWord(uint32(found<<16 | nonce))
				header := minerHeader(t, params, extranonce1, "00000000", params[7].(string), word, bits)
				if pow := template.Hash(scrypt.Sum(&header)); !target.MetBy(&pow) {
					continue
				}
				m.send(fmt.Sprintf(`{"id":9,"method":"mining.submit","params":["rig",%q,"00000000",%q,%q,%q]}`+"\n", params[0], params[7], word, bits))
				found++
				synctest.Wait()
				blocks := taker.Submitted()
				if len(blocks) != found || template.Header(blocks[found-1][:template.HeaderSize]) != template.Header(header) {
					t.Fatalf("%d blocks at the node, want %d, the last with this header", len(blocks), found)
				}
				if answers := m.all(); len(answers) == 0 || answers[0] != `{"id":9,"result":true,"error":null}` {
					t.Fatalf("answers %q", answers)
				}
				return
			}
			t.Fatal("no block was found")
		}
		// The network is easier than the password's difficulty: a session is never sent more than the network's.
		solve(first, "00000000")
		solve(first, "00c0e000") // while the engine waits for the node's next template
		offer(2)
		second := notified(m.all())
		if second[8] != true || second[0] == first[0] {
			t.Errorf("the new parent's job is %v", second)
		}
		solve(first, "00000000") // stale
		solve(second, "00c0e000")
		time.Sleep(time.Minute)
		for _, c := range journal.Appended() {
			if c.Worker != "rig" {
				t.Errorf("the block's worker is %q", c.Worker)
			}
		}
		if w := s.Workers(); len(w) != 1 || w[0].Accepted != 4 {
			t.Errorf("workers %+v", w)
		}
		if strings.Contains(strings.Join(m.all(), ""), `"error":[`) {
			t.Error("a share was refused")
		}
	})
}
