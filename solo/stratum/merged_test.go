package stratum_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"ltcsolo/template"
)

// The difficulty is not above that of the job's easiest chain, or blocks of a merged chain would be thrown away; but where
// its blocks are as easy as on regtest, a share a second is enough.
func TestDifficultyIsAtMostTheEasiestChains(t *testing.T) {
	for _, tt := range []struct {
		name   string
		merged float64 // difficulty of the merged chain; 0: there is none
		want   string
	}{
		{"no merged chain", 0, "[4096]"},
		{"easier than the miner's", 3000, "[2048]"},
		{"harder than the miner's", 5000, "[4096]"},
		{"regtest", 1.0 / 32768, "[512]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := serve(t)
				j := newJob(t, "b7", 2, hard, small)
				if tt.merged > 0 {
					target, err := template.TargetFromDifficulty(tt.merged)
					if err != nil {
						t.Fatal(err)
					}
					j.Aux = []*template.Aux{{Template: &template.Template{Chain: template.Dogecoin, Target: target}}}
				}
				h.up.offer(j)
				m := h.connect("192.168.1.31")
				m.send(`{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}` + "\n" + `{"id":2,"method":"mining.authorize","params":["rig","d=4096"]}` + "\n")
				want := `"mining.set_difficulty","params":` + tt.want
				if lines := strings.Join(m.all(), "\n"); !strings.Contains(lines, want) {
					t.Errorf("the miner is sent\n%s\nwant %s", lines, want)
				}
			})
		})
	}
}
