package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"ltcsolo/solo/regtest"
)

// Of the program's threads, those that hash let all others go first. What talks to the node, to miners and to the disk has
// the usual priority: it is what a new tip and a found block wait for. The first thread, which ps and top show, has the
// priority of those that hash.
func TestOnlyHashingYields(t *testing.T) {
	t.Parallel()
	_, args := unsolvable(t)
	s := startServer(t, buildProgram(t), append(args, "--threads", "2", "--state", t.TempDir())...)
	regtest.Wait(t, "two threads to hash", func() error {
		all := threadPriorities(t, s.cmd.Process.Pid)
		counts := map[priority]int{}
		for _, p := range all {
			counts[p]++
		}
		hashing, shown := priority{19, unix.SCHED_IDLE}, priority{19, unix.SCHED_NORMAL}
		if counts[hashing] != 2 || counts[shown] != 1 || all[s.cmd.Process.Pid] != shown || len(all) < 5 {
			return fmt.Errorf("the threads have the priorities %v", all)
		}
		return nil
	})
}

// priority is a nice value and a policy.
type priority struct {
	nice   int
	policy uint32
}

// threadPriorities returns the priorities of a process's threads by their ids.
func threadPriorities(t *testing.T, pid int) map[int]priority {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	all := map[int]priority{}
	for _, task := range tasks {
		tid, err := strconv.Atoi(filepath.Base(task))
		if err != nil {
			t.Fatal(err)
		}
		nice, err := unix.Getpriority(unix.PRIO_PROCESS, tid)
		attr, policyErr := unix.SchedGetAttr(tid, 0)
		if err == nil && policyErr == nil { // else it has ended
			all[tid] = priority{20 - nice, attr.Policy} // the system call returns 20 minus the nice value
		}
	}
	return all
}
