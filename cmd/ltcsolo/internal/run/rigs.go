package run

import (
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/solo"
	"ltcsolo/solo/rigs"
)

// openRigs makes what asks the miners for their sensors, unless the user does not want that.
func (r *run) openRigs() (err error) {
	s := r.Settings.Serve
	if s.NoRigs {
		return nil
	}
	r.rigs, err = rigs.New(rigs.Config{
		Workers: r.house.Workers, Local: settings.IsLocal, Named: s.Rigs, MaxTemp: s.RigMaxTemp, Log: r.log.Logger,
	})
	return err
}

// withRigs adds to the workers what miners and this machine's CPU tell of themselves, and the miners that are only asked.
func (r *run) withRigs(workers []solo.Worker) []solo.Worker {
	if r.rigs != nil {
		workers = r.rigs.Describe(workers)
	}
	if r.cpu == nil {
		return workers
	}
	for i := range workers {
		if w := &workers[i]; w.Kind == solo.KindCPU {
			w.Rig = r.cpu.sensors.Load()
		}
	}
	return workers
}

// minerAlerts returns what the owner of the miners should look after now: what their shares say, and their sensors.
func (r *run) minerAlerts() []solo.Alert {
	all := r.house.Alerts()
	if r.rigs != nil {
		e := r.running.Load()
		all = append(all, r.rigs.Alerts(r.rigs.Describe(r.house.Workers()), e != nil && e.Stats().Searching)...)
	}
	return all
}
