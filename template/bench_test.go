package template_test

import (
	"fmt"
	"runtime"
	"testing"

	"ltcsolo/template"
)

// payout is a P2WPKH script.
var payout = append([]byte{0x00, 0x14}, make([]byte, 20)...)

var miner = template.Coinbase{Script: payout, Tag: "/ltcsolo/", ExtranonceSize: 8}

// maxMemory bounds what decoding, checking and making a job may allocate, in bytes per byte of the reply.
const maxMemory = 5

func makeJob(t testing.TB, result []byte) *template.Job {
	t.Helper()
	job, err := template.NewJob("1", mustDecode(t, result), miner, true)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func TestFullTemplateTakesLittleMemory(t *testing.T) {
	result := full(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	makeJob(t, result)
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(maxMemory*len(result)); got >= most {
		t.Errorf("a job of a reply of %d bytes allocated %d, want below %d", len(result), got, most)
	}
}

// TestFullBlockIsCopiedOnce: making a block costs one allocation and one copy.
func TestFullBlockIsCopiedOnce(t *testing.T) {
	job := makeJob(t, full(t))
	s := template.Solution{Extranonce: make([]byte, miner.ExtranonceSize), Version: job.Template.Version}
	var raw []byte
	var err error
	if n := testing.AllocsPerRun(5, func() { raw, err = job.Block(s) }); n > 1 || err != nil {
		t.Errorf("Block() made %v allocations, %v, want 1", n, err)
	}
	b, err := template.ParseBlock(raw)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Problems) > 0 || b.Transactions != 4401 {
		t.Errorf("ParseBlock() = %d transactions, %q, want 4401 and no problems", b.Transactions, b.Problems)
	}
}

func BenchmarkDecodeAndMakeJob(b *testing.B) {
	result := full(b)
	b.SetBytes(int64(len(result)))
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		makeJob(b, result)
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N)/float64(len(result)), "allocated/reply")
}

func BenchmarkBlock(b *testing.B) {
	job := makeJob(b, full(b))
	s := template.Solution{Extranonce: make([]byte, miner.ExtranonceSize), Version: job.Template.Version}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := job.Block(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseBlock(b *testing.B) {
	job := makeJob(b, full(b))
	raw, err := job.Block(template.Solution{Extranonce: make([]byte, miner.ExtranonceSize), Version: job.Template.Version})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := template.ParseBlock(raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNewJob makes a job of a full template, with the last blocks of none, one and four merged chains.
func BenchmarkNewJob(b *testing.B) {
	main := mustDecode(b, full(b))
	for _, ids := range [][]uint16{nil, {98}, {98, 63, 50, 16}} {
		b.Run(fmt.Sprintf("merged=%d", len(ids)), func(b *testing.B) {
			all := auxes(b, ids...)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := template.NewJob("1", main, miner, true, all...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewAux(b *testing.B) {
	tmpl := aux(b, 98).Template
	b.ReportAllocs()
	for b.Loop() {
		if _, err := template.NewAux(tmpl, template.Coinbase{Script: dogePayout, Tag: miner.Tag}); err != nil {
			b.Fatal(err)
		}
	}
}
