package run

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

// How long the end of a run may take. A service manager kills what has not ended 90 s after its signal.
const (
	endLimit    = 16 * time.Second // from a signal on: the grace of submissions, and what comes after
	noticeLimit = 10 * time.Second // from the end of the search and its submissions on: the user's commands
	tidyLimit   = 4 * time.Second  // from the end of those on
)

// noticeGrace returns how long the user's commands may take at the end: less after a signal, so that the summary is
// printed within endLimit.
func (r *run) noticeGrace() time.Duration {
	if at := r.stopped.Load(); at != nil {
		return max(0, min(noticeLimit, endLimit-tidyLimit-time.Since(*at)))
	}
	return noticeLimit
}

// endNow is for leaveAfter where the end has begun.
var endNow = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// leaveAfter ends the process, if the run has not ended within limit after begin: a disk that hangs, or a pipe that nobody
// reads, must not hold it up once all has been done for the found blocks. The run has ended when done is called.
func (r *run) leaveAfter(begin <-chan struct{}, limit time.Duration) (done func()) {
	ended := make(chan struct{}) // closed by done
	go func() {
		select {
		case <-begin:
		case <-ended:
			return
		}
		late := time.NewTimer(limit)
		defer late.Stop()
		select {
		case <-late.C:
			os.Exit(r.forcedExit())
		case <-ended:
		}
	}()
	return func() { close(ended) }
}

// forcedExit says what is left to say of a run that ends at once, and returns its exit code.
func (r *run) forcedExit() int {
	r.log.Flush()
	if r.running.Load() == nil {
		return terminal.ExitDone
	}
	return terminal.Report(os.Stderr, r.unsettled())
}

// diskLimit is how long the end of a run waits for what it then has written or removed, however much that is.
const diskLimit = time.Second

// inTime returns what do returns, or the error of ctx if that ends before: a disk may hang, and do with it.
func inTime(ctx context.Context, do func() (path string, err error)) (path string, err error) {
	done := make(chan struct{})
	var donePath string
	var doneErr error
	go func() {
		donePath, doneErr = do()
		close(done)
	}()
	select {
	case <-done:
		return donePath, doneErr
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// rescue writes the blocks of a chain that its journal did not take to the temporary directory, or as hex to standard error,
// and says where they are; empty if the journal has all.
func (r *run) rescue(courier *delivery.Courier, chain *template.Chain) string {
	var where []string
	late, cancel := context.WithTimeout(context.Background(), diskLimit)
	defer cancel()
	for _, c := range courier.Unsaved() {
		path, err := inTime(late, func() (string, error) {
			return journal.Save(r.Disk, os.TempDir(), c, JournalLabels(chain, r.network))
		})
		if err != nil {
			terminal.WriteInTime(os.Stderr, fmt.Appendf(nil, "block %v, for %s-cli submitblock:\n%x\n", c.BlockHash, chain.Name, c.Block))
			path = "standard error, as hex"
		}
		where = append(where, path)
	}
	if len(where) == 0 {
		return ""
	}
	return fmt.Sprintf("the state directory did not take it: it is in %s. The file says how to submit it by hand; moved to %s, it is sent at the next start",
		strings.Join(where, ", "), BlocksDir(r.state, chain))
}
