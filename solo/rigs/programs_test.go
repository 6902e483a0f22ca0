package rigs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/rigs"
	"ltcsolo/solo/rigs/rigstest"
)

// envRequireMiners makes it a failure that no mining program is on the PATH.
const envRequireMiners = "SOLO_REQUIRE_MINERS"

// programTime is for a program to start: cgminer compiles a kernel first.
const programTime = 2 * time.Minute

// TestRealPrograms asks the mining programs on the PATH that have cgminer's API.
func TestRealPrograms(t *testing.T) {
	programs := []struct {
		name string
		args []string
	}{
		{"bfgminer", []string{"--scrypt", "-S", "cpu:auto", "--text-only"}},
		{"cgminer", []string{"--scrypt", "--text-only"}},
		{"sgminer", []string{"-k", "scrypt", "--text-only"}},
	}
	present := programs[:0:0]
	for _, p := range programs {
		if _, err := exec.LookPath(p.name); err == nil {
			present = append(present, p)
		}
	}
	switch {
	case len(present) == 0 && os.Getenv(envRequireMiners) != "":
		t.Fatal("none of bfgminer, cgminer and sgminer is on the PATH")
	case len(present) == 0:
		t.Skipf("none of bfgminer, cgminer and sgminer is on the PATH (%s=1 makes this a failure)", envRequireMiners)
	}
	for _, p := range present {
		t.Run(p.name, func(t *testing.T) {
			at := freeAddress(t)
			start(t, p.name, append(p.args, "-o", "stratum+tcp://"+rigstest.Serve(t, servePool), "-u", "desk", "-p", "x", "--api-listen", "--api-port", fmt.Sprint(at.Port())))
			a, err := rigs.New(rigs.Config{Workers: func() []solo.Worker { return nil }, Local: func(netip.Addr) bool { return true }})
			if err != nil {
				t.Fatal(err)
			}
			var r solo.Rig
			for end := time.Now().Add(programTime); ; time.Sleep(100 * time.Millisecond) {
				if r, err = rigs.Ask(t.Context(), a, at.String()); err == nil {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("it does not tell of itself: %v", err)
				}
			}
			if !strings.HasPrefix(r.Model, p.name+" ") || r.Address != at.String() || r.Hottest() != 0 && (r.Hottest() < 10 || r.Hottest() > 120) {
				t.Errorf("it tells %+v", r)
			}
		})
	}
}

// freeAddress returns an address of the loopback interface at which nobody listens.
func freeAddress(t *testing.T) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}

// start runs a program until the test ends. What it prints is shown if the test fails.
func start(t *testing.T, name string, args []string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.TempDir(), &out, &out // cgminer leaves its compiled kernel there
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s says:\n%s", name, &out)
		}
	})
}

// servePool is a Stratum server with one job that nobody can solve: programs do nothing without a pool, nor start their API.
func servePool(conn net.Conn) {
	coinbase := strings.Repeat("00", 60)
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		var request struct {
			ID     json.RawMessage
			Method string
		}
		if json.Unmarshal(lines.Bytes(), &request) != nil {
			continue
		}
		switch request.Method {
		case "mining.subscribe":
			fmt.Fprintf(conn, `{"id":%s,"error":null,"result":[[["mining.notify","1"]],"00000001",4]}`+"\n", request.ID)
		case "mining.authorize":
			fmt.Fprintf(conn, `{"id":%s,"error":null,"result":true}`+"\n", request.ID)
			fmt.Fprintln(conn, `{"id":null,"method":"mining.set_difficulty","params":[1000000000]}`)
			fmt.Fprintf(conn, `{"id":null,"method":"mining.notify","params":["1","%064d","01%s","%s",[],"20000000","1a01ffff","%x",true]}`+"\n",
				1, coinbase, coinbase, time.Now().Unix())
		default:
			fmt.Fprintf(conn, `{"id":%s,"error":[20,"unknown method",null],"result":null}`+"\n", request.ID)
		}
	}
}
