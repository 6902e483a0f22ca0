package run

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/solo"
	"ltcsolo/solo/rigs"
	"ltcsolo/solo/rigs/rigstest"
	"ltcsolo/solo/stratum"
)

// noEngine is the upstream of a server that does not run.
type noEngine struct{ stratum.Upstream }

// TestAlertsOfRigs: what a machine's sensors say stands beside what the server says, and this CPU has sensors too.
func TestAlertsOfRigs(t *testing.T) {
	hot := rigstest.Load(t, "../../../../solo/rigs/testdata/l9")
	synctest.Test(t, func(t *testing.T) {
		server, err := stratum.New(stratum.Config{Upstream: noEngine{}})
		if err != nil {
			t.Fatal(err)
		}
		r := &run{house: &house{Server: server}, cpu: &cpu{}}
		r.cpu.sensors.Store(&solo.Rig{Chip: 71})
		r.rigs, err = rigs.New(rigs.Config{Workers: r.house.Workers, Local: settings.IsLocal, Named: []string{"10.0.0.9"}, MaxTemp: 75, Dial: hot.Dial})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			r.rigs.Run(ctx)
			close(ended)
		}()
		time.Sleep(15 * time.Minute)
		var keys []string
		for _, a := range r.minerAlerts() {
			keys = append(keys, a.Key+" "+a.Worker)
		}
		if want := []string{solo.AlertNoMiners + " ", solo.AlertRigHot + " 10.0.0.9"}; !slices.Equal(keys, want) {
			t.Errorf("alerts %q, want %q", keys, want)
		}
		rows := r.withRigs([]solo.Worker{{Name: "cpu", Kind: solo.KindCPU}})
		if len(rows) != 2 || rows[0].Rig.Chip != 71 || rows[1].Kind != solo.KindRig || rows[1].Rig.Chip != 79 {
			t.Errorf("rows %+v", rows)
		}
		cancel()
		<-ended
	})
}
