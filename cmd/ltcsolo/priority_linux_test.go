package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
)

// Of the program's threads, those that hash let all others go first. What talks to the node, to miners and to the disk has
// the usual priority: it is what a new tip and a found block wait for.
func TestOnlyHashingYields(t *testing.T) {
	t.Parallel()
	node := nodetest.Start(t)
	node.Update(func(st *nodetest.State) { st.Bits = 0x1d00ffff }) // no block is found
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, buildProgram(t), "--threads", "2", "--network", "regtest", "--rpc", node.URL, "--rpc-user", "user",
		"--rpc-password-file", password, "--address", "rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs", "--state", t.TempDir())
	regtest.Wait(t, "two threads to hash", func() error {
		yields, others := 0, 0
		for _, nice := range threadPriorities(t, s.cmd.Process.Pid) {
			if nice == 19 {
				yields++
			} else {
				others++
			}
		}
		if yields != 2 || others < 2 {
			return fmt.Errorf("%d threads have the lowest priority, %d the usual one", yields, others)
		}
		return nil
	})
}

// threadPriorities returns the nice value of each of a process's threads.
func threadPriorities(t *testing.T, pid int) (all []int) {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(filepath.Base(task))
		if err != nil {
			t.Fatal(err)
		}
		if prio, err := unix.Getpriority(unix.PRIO_PROCESS, tid); err == nil { // else it has ended
			all = append(all, 20-prio)
		}
	}
	return all
}
