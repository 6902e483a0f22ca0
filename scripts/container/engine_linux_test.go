//go:build container

package container

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// network is the name of the network between the containers. It leads nowhere else.
const network = "ltcsolo-test"

const (
	commandLimit = time.Minute     // for one command of podman
	patience     = 2 * time.Minute // for what containers do
	tick         = 200 * time.Millisecond
)

// engine is a podman with storage, networks and settings of its own: it knows nothing of the machine's, and changes nothing
// of it. Its containers have names that others find them by.
type engine struct {
	dir string // also on the PATH of what calls podman
}

// newEngine returns an engine with a network. All of it ends with the test.
func newEngine(t *testing.T) *engine {
	t.Helper()
	require(t, os.Geteuid() == 0, "making networks for containers needs root")
	program, err := exec.LookPath("podman")
	require(t, err == nil, "there is no podman")
	dir, err := os.MkdirTemp("", "ltcsolo-podman-") // a short name: sockets are below it
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{dir}
	// Not more than this process may have: root of a container cannot raise it.
	conf := "[containers]\nlog_driver = \"k8s-file\"\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n[engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n"
	script := fmt.Sprintf("#!/bin/sh\nexport CONTAINERS_CONF=%[2]s/conf DISABLE_HC_SYSTEMD=true\n"+
		"exec %[1]s --root %[2]s/storage --runroot %[2]s/run --tmpdir %[2]s/tmp --network-config-dir %[2]s/networks \"$@\"\n", program, dir)
	for name, text := range map[string]string{"conf": conf, "podman": script} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, args := range [][]string{{"rm", "--all", "--force", "--time", "0"}, {"network", "prune", "--force"}, {"system", "reset", "--force"}} {
			if out, code := e.try(args...); code != 0 {
				t.Logf("podman %s: %s", strings.Join(args, " "), out)
			}
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	e.podman(t, "network", "create", "--internal", network)
	return e
}

// require fails the test without what it needs.
func require(t *testing.T, there bool, lack string) {
	t.Helper()
	if !there {
		t.Fatalf("%s: scripts/test-container.sh has all that is needed", lack)
	}
}

// try runs podman and returns what it and its container print, and the exit code.
func (e *engine) try(args ...string) (out string, code int) {
	return e.command(filepath.Join(e.dir, "podman"), args...)
}

// command runs a program that finds this podman on its PATH.
func (e *engine) command(program string, args ...string) (out string, code int) {
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "PATH="+e.dir+":"+os.Getenv("PATH"))
	text, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return err.Error(), -1
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// podman runs podman and returns what it prints, without the end of the line. It must succeed.
func (e *engine) podman(t *testing.T, args ...string) string {
	t.Helper()
	out, code := e.try(args...)
	if code != 0 {
		t.Fatalf("podman %s: exit code %d: %s", strings.Join(args, " "), code, out)
	}
	return strings.TrimRight(out, "\n")
}

// log returns what a container has printed.
func (e *engine) log(name string) string {
	out, _ := e.try("logs", name)
	return out
}

// showLogs prints the end of a container's log if the test fails.
func (e *engine) showLogs(t *testing.T, name string) {
	t.Cleanup(func() {
		if t.Failed() {
			text := e.log(name)
			t.Logf("the log of %s ends with:\n%s", name, text[max(0, len(text)-2000):])
		}
	})
}

// await waits until there is nothing left to say about what is missing.
func await(t *testing.T, what string, missing func() string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		why := missing()
		if why == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s: %s", patience, what, why)
		}
		time.Sleep(tick)
	}
}
