package metrics

import (
	"strconv"

	"ltcsolo/solo"
)

// addRig describes what a worker's machines tell of themselves. What they did not tell has no series.
func (x scrape) addRig(worker string, r *solo.Rig) {
	x.add(rigUp, boolean(r.Fault == ""), worker)
	told := func(m metric, n float64, labels ...string) {
		if n > 0 {
			x.add(m, n, append([]string{worker}, labels...)...)
		}
	}
	told(rigTemperature, r.Chip, "chip")
	told(rigTemperature, r.Board, "board")
	told(rigRate, r.HashRate)
	told(rigPower, r.Watts)
	for i, rpm := range r.Fans {
		x.add(rigFan, float64(rpm), worker, strconv.Itoa(i+1))
	}
	if !r.When.IsZero() {
		x.add(rigLast, float64(r.When.UnixMilli())/1e3, worker)
	}
	boards := r.Boards+r.MissingBoards > 0
	if boards || r.HardwareErrors > 0 {
		x.add(rigErrors, float64(r.HardwareErrors), worker)
	}
	if boards {
		x.add(rigDeadChips, float64(r.DeadChips), worker)
		x.add(rigBoards, float64(r.Boards), worker)
		x.add(rigMissing, float64(r.MissingBoards), worker)
	}
}
