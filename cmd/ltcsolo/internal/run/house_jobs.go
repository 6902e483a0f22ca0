package run

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/disk"
	"ltcsolo/template"
)

const (
	newestKept = 4  // jobs that are kept at the end, besides the first of each parent
	maxKept    = 32 // jobs that are read at the start, the newest: each may have megabytes
	jobEnd     = ".json"
)

// jobTable is what keptJobs needs of an engine.
type jobTable interface {
	NextJob(ctx context.Context, prev *template.Job) (*template.Job, error)
	Jobs() []solo.KnownJob
}

var _ jobTable = (*solo.Engine)(nil)

// keptJobs keeps jobs for the next run, so that it can take the blocks that miners find for them meanwhile: the first job
// of each parent when it is made, since a run may be killed, and the newest when the run ends. No more, since a job may
// have megabytes. The file of a job that the engine has forgotten is removed.
type keptJobs struct {
	dir    string
	disk   *disk.Writer
	log    *slog.Logger
	onDisk map[string]bool // IDs of the jobs that have a file

	failing bool // the last job could not be written
}

// load returns the jobs that earlier runs have kept, and removes files that are none. Which of them are too old, the
// engine decides: follow removes these.
func (k *keptJobs) load() (jobs []solo.KnownJob) {
	for i, name := range k.files() {
		path := filepath.Join(k.dir, name)
		if i >= maxKept || !strings.HasSuffix(name, jobEnd) {
			k.disk.Remove(path)
			continue
		}
		data, ok := readKept(k.disk, k.log, path)
		if !ok {
			continue
		}
		var job solo.KnownJob
		err := json.Unmarshal(data, &job)
		if err == nil && job.Job.ID+jobEnd != name {
			err = fmt.Errorf("it has job %s", job.Job.ID)
		}
		if err != nil {
			setAside(k.disk, k.log, path, err)
			continue
		}
		jobs = append(jobs, job)
		k.onDisk[job.Job.ID] = true
	}
	return jobs
}

// files returns the names of what is in the directory: jobs first, the newest first.
func (k *keptJobs) files() (names []string) {
	type file struct {
		name    string
		job     bool
		changed time.Time
	}
	var all []file
	entries, _ := os.ReadDir(k.dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			name := e.Name()
			all = append(all, file{name, strings.HasSuffix(name, jobEnd), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b file) int {
		if a.job != b.job {
			if a.job {
				return -1
			}
			return 1
		}
		return cmp.Or(b.changed.Compare(a.changed), cmp.Compare(a.name, b.name))
	})
	for _, f := range all {
		names = append(names, f.name)
	}
	return names
}

// follow writes the first job of each parent and removes those that the engine has forgotten, until ctx ends.
func (k *keptJobs) follow(ctx context.Context, t jobTable) {
	var written template.Hash // parent
	for prev := (*template.Job)(nil); ; {
		j, err := t.NextJob(ctx, prev)
		if err != nil {
			return
		}
		prev = j
		known := t.Jobs()
		k.removeForgotten(ctx, known)
		if j == nil || j.Template.PreviousBlock == written {
			continue
		}
		if first := k.firstOn(j.Template.PreviousBlock, known); first == nil || k.write(ctx, *first) {
			written = j.Template.PreviousBlock
		}
	}
}

// firstOn returns the first of this run's jobs since the parent became the newest one, nil if it has a file already.
// known begins with the newest.
func (k *keptJobs) firstOn(parent template.Hash, known []solo.KnownJob) (first *solo.KnownJob) {
	for i := range known {
		if known[i].Job.Template.PreviousBlock != parent {
			break
		}
		if !k.onDisk[known[i].Job.ID] {
			first = &known[i]
		}
	}
	return first
}

// finish writes the newest jobs, as far as ctx leaves time for it.
func (k *keptJobs) finish(ctx context.Context, t jobTable) {
	known := t.Jobs()
	for _, job := range known[:min(len(known), newestKept)] {
		if !k.onDisk[job.Job.ID] && !k.write(ctx, job) {
			return
		}
	}
}

// write writes a job's file and reports whether it did. A failure is logged once, until the next success.
func (k *keptJobs) write(ctx context.Context, job solo.KnownJob) bool {
	path := k.path(job.Job.ID)
	_, err := inTime(ctx, func() (string, error) {
		data, err := json.Marshal(job)
		if err != nil {
			return "", err
		}
		err = k.disk.Write(path, data)
		if errors.Is(err, fs.ErrNotExist) {
			if err = k.disk.MakeDir(k.dir); err == nil {
				err = k.disk.Write(path, data)
			}
		}
		return path, err
	})
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("the disk does not answer")
	}
	switch {
	case err == nil:
		k.onDisk[job.Job.ID] = true
	case errors.Is(err, context.Canceled): // finish writes what matters
		return false
	case !k.failing:
		k.log.Error("a job is not kept: a block that a miner finds for it while ltcsolo restarts would be lost", "job", job.Job.ID, "err", terminal.WithoutPath(err))
	}
	k.failing = err != nil
	return err == nil
}

// removeForgotten removes the files of jobs that are not known any more.
func (k *keptJobs) removeForgotten(ctx context.Context, known []solo.KnownJob) {
	gone := make(map[string]bool, len(k.onDisk))
	for id := range k.onDisk {
		gone[id] = true
	}
	for _, job := range known {
		delete(gone, job.Job.ID)
	}
	for id := range gone {
		path := k.path(id)
		if _, err := inTime(ctx, func() (string, error) { return path, k.disk.Remove(path) }); err == nil || errors.Is(err, fs.ErrNotExist) {
			delete(k.onDisk, id)
		}
	}
}

func (k *keptJobs) path(id string) string { return filepath.Join(k.dir, id+jobEnd) }
