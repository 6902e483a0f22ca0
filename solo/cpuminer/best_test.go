package cpuminer

import (
	"log/slog"
	"os"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// A hit that the reference refutes speaks against the kernel, be it a best PoW hash only; and it is none.
func TestRefutedBestIsDistrusted(t *testing.T) {
	raw, err := os.ReadFile("../../template/testdata/gbt-regtest-h447-mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	job, err := template.NewJob("1", tmpl, template.Coinbase{Script: make([]byte, 22), ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		t.Fatal(err)
	}
	kernels := scrypt.Kernels()
	m := &Miner{cfg: Config{Kernels: kernels}, log: slog.New(slog.DiscardHandler)}
	w := &worker{m: m, kernel: kernels[0]}
	s := template.Solution{Extranonce: w.nextExtranonce(), Version: tmpl.Version, Time: tmpl.CurTime}
	if w.mayWin(job, s, template.Target{0: 1}) { // a target that no hash meets
		t.Error("a PoW hash that the reference refutes may win")
	}
	if m.Kernel() != kernels[1] || m.Best() != (template.Hash{}) {
		t.Errorf("kernel %v and best %s after it, want %v and none", m.Kernel(), m.Best(), kernels[1])
	}
}
