package regtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"ltcsolo/solo/regtest"
)

// helperDir names the environment variable that makes this test binary a program
// that runs a network in the given directory until it is killed.
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

// The nodes end with a test binary that dies without its Cleanup, as in a
// timeout's panic.
func TestParentDeath(t *testing.T) {
	t.Parallel()
	regtest.Require(t)
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
