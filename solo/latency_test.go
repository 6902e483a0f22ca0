package solo_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/node"
	"ltcsolo/template"
)

// medianAndP99 sorts ds and returns the median and the 99th percentile in milliseconds.
func medianAndP99(ds []time.Duration) (median, p99 float64) {
	slices.Sort(ds)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return ms(ds[len(ds)/2]), ms(ds[len(ds)*99/100])
}

// reportTimes reports the median and the 99th percentile of ds in milliseconds.
func reportTimes(b *testing.B, ds []time.Duration) {
	median, p99 := medianAndP99(ds)
	b.ReportMetric(median, "ms/median")
	b.ReportMetric(p99, "ms/p99")
	b.ReportMetric(0, "ns/op") // the loop's own time says nothing
}

// largeTemplate has so many transactions of a kilobyte each.
func largeTemplate(b *testing.B, tip byte, transactions int) *template.Template {
	b.Helper()
	raw, err := os.ReadFile("../template/testdata/gbt-regtest-h2.json")
	if err != nil {
		b.Fatal(err)
	}
	var reply map[string]any
	if err := json.Unmarshal(raw, &reply); err != nil {
		b.Fatal(err)
	}
	var txs []map[string]any
	var level []template.Hash
	for i := range uint32(transactions) {
		const scriptSize = 900
		tx := binary.LittleEndian.AppendUint32([]byte{1, 0, 0, 0, 1}, i)
		tx = append(tx, make([]byte, 28+4)...)
		tx = append(tx, 0xfd, scriptSize&0xff, scriptSize>>8)
		tx = append(tx, make([]byte, scriptSize)...)
		tx = append(tx, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x51, 0, 0, 0, 0)
		id := template.DoubleSHA256(tx)
		level = append(level, id)
		txs = append(txs, map[string]any{"data": hex.EncodeToString(tx), "txid": id, "hash": id, "depends": []int{}})
	}
	level = append([]template.Hash{{}}, level...)
	for len(level) > 1 {
		level = append(level, level[len(level)-1])[:len(level)+len(level)%2]
		for i := 0; i < len(level); i += 2 {
			level[i/2] = template.DoubleSHA256(level[i][:], level[i+1][:])
		}
		level = level[:len(level)/2]
	}
	commitment := template.DoubleSHA256(level[0][:], make([]byte, 32))
	reply["transactions"], reply["default_witness_commitment"] = txs, "6a24aa21a9ed"+hex.EncodeToString(commitment[:])
	reply["previousblockhash"] = template.Hash{tip, 1}.String()
	if raw, err = json.Marshal(reply); err != nil {
		b.Fatal(err)
	}
	t, err := template.Litecoin.Decode(raw, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// stuckJournal is a disk whose fsync takes half a second.
type stuckJournal struct{ deliverytest.Journal }

func (j *stuckJournal) Append(c *delivery.Candidate) error {
	time.Sleep(500 * time.Millisecond)
	return j.Journal.Append(c)
}

// BenchmarkSubmit measures from a worker's offer of a solution until the node has read the whole submitblock
// request, while the disk takes half a second to write the block. Litecoin's blocks are mostly below 100 kB.
func BenchmarkSubmit(b *testing.B) {
	b.Run("100kB", func(b *testing.B) { benchmarkSubmit(b, 100) })
	b.Run("1MB", func(b *testing.B) { benchmarkSubmit(b, 1000) })
}

func benchmarkSubmit(b *testing.B, transactions int) {
	arrived := make(chan time.Time, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength) // as litecoind's event loop: no other work while it reads
		_, err := io.ReadFull(r.Body, body)
		now := time.Now()
		if err == nil && strings.Contains(string(body[:min(len(body), 200)]), "submitblock") {
			arrived <- now
		}
		var call struct{ ID any }
		json.Unmarshal(body, &call)
		json.NewEncoder(w).Encode(map[string]any{"result": nil, "error": nil, "id": call.ID})
	}))
	defer server.Close()
	client, err := node.New(node.Config{URL: server.URL, Credentials: func() (string, string, error) { return "u", "p", nil }})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	templates := newFakeNode()
	e, err := (&config{
		Node: templates, Nodes: []delivery.Node{client}, Journal: &stuckJournal{}, Payout: solo.FixedPayout(script), Grace: time.Minute,
	}).engine()
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); e.Run(ctx) }()
	m := &mined{Engine: e, node: templates}
	var times []time.Duration
	for i := byte(0); b.Loop(); i++ {
		share := m.solve(b, m.job(b, largeTemplate(b, i, transactions)), true)
		runtime.GC() // the harness makes each template of megabytes of its own garbage
		began := time.Now()
		if r, err := e.Submit(share); err != nil || !r.Candidate {
			b.Fatalf("Submit() = %+v, %v", r, err)
		}
		times = append(times, (<-arrived).Sub(began))
	}
	cancel()
	<-ended
	reportTimes(b, times)
}
