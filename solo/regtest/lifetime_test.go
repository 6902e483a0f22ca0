package regtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"ltcsolo/solo/regtest"
)

// helperDir makes this test binary a program that runs a network in the named
// folder until it is killed.
const helperDir = "REGTEST_HELPER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		if _, err := regtest.Open(context.Background(), dir, regtest.Config{}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("up")
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent is gone
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A test binary that dies without its Cleanup, as on a timeout's panic, takes
// its nodes with it.
func TestParentDeath(t *testing.T) {
	t.Parallel()
	regtest.Require(t)
	if runtime.GOOS != "linux" {
		t.Skip("only Linux kills a child with its parent")
	}
	dir := t.TempDir()
	helper := exec.Command(os.Args[0])
	helper.Env = append(os.Environ(), helperDir+"="+dir)
	stdin, err := helper.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := helper.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := helper.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || line != "up\n" {
		t.Errorf("the helper said %q (%v), want up", line, err)
	}
	net, attachErr := regtest.Attach(dir)
	if attachErr == nil {
		if got := height(t, net.Nodes[0]); got != 0 {
			t.Errorf("height = %d, want 0", got)
		}
	}
	if err := helper.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = helper.Wait() // it was killed
	if attachErr != nil {
		t.Fatal(attachErr)
	}
	for i, n := range net.Nodes {
		regtest.Wait(t, fmt.Sprintf("the end of node %d", i+1), func() error {
			if _, err := n.Call(t.Context(), "getblockcount"); err == nil {
				return errors.New("it answers")
			}
			return nil
		})
	}
}

// recorder is a testing.TB that notes whether the test was skipped or failed.
type recorder struct {
	testing.TB
	skipped, failed bool
}

func (r *recorder) Helper()      {}
func (r *recorder) Skip(...any)  { r.skipped = true; runtime.Goexit() }
func (r *recorder) Fatal(...any) { r.failed = true; runtime.Goexit() }

func TestRequire(t *testing.T) {
	for _, tt := range []struct {
		name, litecoind, require string
		skip, fail               bool
	}{
		{name: "absent", skip: true},
		{name: "absent but required", require: "1", fail: true},
		{name: "named but absent", litecoind: "/nonexistent/litecoind", fail: true},
		{name: "named", litecoind: os.Args[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("PATH", t.TempDir())
			t.Setenv("LITECOIND", tt.litecoind)
			t.Setenv("SOLO_REQUIRE_LITECOIND", tt.require)
			r := recorder{TB: t}
			var path string
			done := make(chan struct{})
			go func() {
				defer close(done)
				path = regtest.Require(&r)
			}()
			<-done
			if r.skipped != tt.skip || r.failed != tt.fail {
				t.Errorf("skipped %v, failed %v; want %v, %v", r.skipped, r.failed, tt.skip, tt.fail)
			}
			if path != tt.litecoind && !tt.skip && !tt.fail {
				t.Errorf("Require = %q, want %q", path, tt.litecoind)
			}
		})
	}
}
