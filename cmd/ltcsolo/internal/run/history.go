package run

import (
	"path/filepath"

	"ltcsolo/solo"
	"ltcsolo/solo/history"
)

// historyDir is the directory in a state directory of what package history records.
const historyDir = "history"

// openHistory makes the recorder and has it read what earlier runs have recorded. Nothing waits for that but the recorder,
// since the disk may hang. The caller holds the lock of the state directory.
func (r *run) openHistory() (err error) {
	r.history, err = history.New(history.Config{Dir: filepath.Join(r.state, historyDir), Disk: r.Disk, Stats: r.stats, Log: r.log.Logger})
	if err == nil {
		go r.history.Load()
	}
	return err
}

// tellAlert passes on that an alert has begun, or is over. It does not wait.
func (r *run) tellAlert(a solo.Alert, over bool) {
	r.notices.Alert(a, over)
	r.history.Alert(a, over)
}

// addHistory adds to a snapshot what is recorded.
func (r *run) addHistory(s *solo.Stats) {
	s.Events = r.history.Events()
	s.Search.BestEver = max(r.history.BestEver(), history.Best(s))
}
