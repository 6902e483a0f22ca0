package run

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/textfile"
)

// What a house keeps in the state directory for the next run. Only this user can read it. Whatever is lost of it costs
// some difficulty changes, and the work that miners do while the program restarts.
const (
	workersFile  = "workers.json"
	sessionsFile = "sessions.json"
	jobsDir      = "jobs"    // with a file ID.json for each job
	brokenEnd    = ".broken" // of the name of a file that could not be read
)

// maxKeptFile is far more than a file of these can have, in bytes: a job has twice its block.
const maxKeptFile = 64 << 20

// houseState is where a house keeps something for the next run.
type houseState struct {
	dir  string // the state directory
	disk *disk.Writer
	log  *slog.Logger
	jobs keptJobs
}

func newHouseState(dir string, w *disk.Writer, log *slog.Logger) *houseState {
	return &houseState{dir: dir, disk: w, log: log, jobs: keptJobs{
		dir: filepath.Join(dir, jobsDir), disk: w, log: log, onDisk: make(map[string]bool),
	}}
}

// load returns what earlier runs have kept. A file that cannot be read is set aside, and left-overs are removed.
func (s *houseState) load(now time.Time) (past stratum.Past, jobs []solo.KnownJob) {
	for _, name := range []string{workersFile, sessionsFile} {
		path := filepath.Join(s.dir, name)
		removeTemps(s.disk, path)
		if data, ok := readKept(s.disk, s.log, path); ok {
			if err := past.Add(data, now); err != nil {
				setAside(s.disk, s.log, path, err)
			}
		}
	}
	return past, s.jobs.load()
}

// keep returns a function that replaces a file of the state directory. It returns when ctx ends at the latest; what the
// disk has not taken by then may still be written, but not over what comes later.
func (s *houseState) keep(name string) func(ctx context.Context, data []byte) error {
	path := filepath.Join(s.dir, name)
	var turn sync.Mutex
	return func(ctx context.Context, data []byte) error {
		_, err := inTime(ctx, func() (string, error) {
			turn.Lock()
			defer turn.Unlock()
			return path, s.disk.Write(path, data)
		})
		return terminal.WithoutPath(err)
	}
}

// readKept reads a file that an earlier run may have kept. ok is false if there is none, or none that can be read.
func readKept(w *disk.Writer, log *slog.Logger, path string) (data []byte, ok bool) {
	data, err := textfile.Read(path, maxKeptFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false
	case err != nil:
		setAside(w, log, path, err)
		return nil, false
	}
	return data, true
}

// setAside gives a file that could not be read another name, so that its owner can look at it.
func setAside(w *disk.Writer, log *slog.Logger, path string, why error) {
	aside := path + brokenEnd
	if err := w.Rename(path, aside); err != nil {
		log.Warn("what the last run kept cannot be read, nor renamed", "file", path, "err", why, "rename", err)
		return
	}
	log.Warn("what the last run kept cannot be read and is set aside", "file", aside, "err", terminal.WithoutPath(why))
}

// removeTemps removes what was left of a file by a run that was killed while it wrote it.
func removeTemps(w *disk.Writer, path string) {
	for _, temp := range disk.Temps(filepath.Split(path)) {
		w.Remove(temp)
	}
}
