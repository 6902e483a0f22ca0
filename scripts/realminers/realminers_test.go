package realminers

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ltcsolo/solo/regtest"
)

const (
	firstBlocks = 3
	startTime   = 5 * time.Minute // for a server

	exitDone      = 0
	exitUnsettled = 5 // a block was found and was not accepted
)

// envRequireMiners makes it a failure that no mining program is on the PATH.
const envRequireMiners = "SOLO_REQUIRE_MINERS"

// TestRealMiners has each mining program on the PATH find blocks, and go without help through whatever may happen to the
// server and its node. No package registry has these programs.
func TestRealMiners(t *testing.T) {
	var present []client
	var absent []string
	for _, c := range clients {
		if _, err := exec.LookPath(c.program); err != nil {
			absent = append(absent, c.program)
		} else {
			present = append(present, c)
		}
	}
	switch {
	case len(present) == 0 && os.Getenv(envRequireMiners) != "":
		t.Fatalf("none of %s is on the PATH", strings.Join(absent, ", "))
	case len(present) == 0:
		t.Skipf("none of %s is on the PATH (%s=1 makes this a failure)", strings.Join(absent, ", "), envRequireMiners)
	}
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "LTCSOLO_") {
			t.Setenv(name, "") // it would be a setting
		}
	}
	binary := build(t)
	table := []string{
		"| miner | shares | refused | blocks | restart | kill -9 | node restart | reorganisation |",
		"|---|---|---|---|---|---|---|---|",
	}
	for _, c := range present {
		t.Run(c.name, func(t *testing.T) { table = append(table, try(t, binary, c)) })
	}
	fmt.Printf("\n%s\nSeconds until the next block after each event.\n", strings.Join(table, "\n"))
	if len(absent) > 0 {
		fmt.Println("not on the PATH, so not tried:", strings.Join(absent, ", "))
	}
}

// try returns the client's line of the table.
func try(t *testing.T, binary string, c client) string {
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	node, other := net.Nodes[0], net.Nodes[1]
	user := "shed." + c.name
	s := newServer(t, binary, node, c.payout)
	s.start(t)
	s.awaitStatus(t)
	miner := c.start(t, s.url(), user)

	await(t, c.patience(), "the first blocks", func() bool { return s.inChain(t, s.accepted(t, user)) >= firstBlocks })
	var took []string
	after := func(event string, do func()) {
		do()
		began, known := time.Now(), s.accepted(t, user)
		await(t, c.patience(), "a block after "+event, func() bool {
			fresh := slices.DeleteFunc(s.accepted(t, user), func(hash string) bool { return slices.Contains(known, hash) })
			return s.inChain(t, fresh) > 0
		})
		took = append(took, fmt.Sprintf("%.0f", time.Since(began).Seconds()))
	}
	after("a restart", func() {
		if code := s.end(t, user, syscall.SIGTERM); code != exitDone {
			t.Errorf("the server ended with %d", code)
		}
		s.start(t)
		s.awaitStatus(t)
	})
	after("a kill", func() { s.end(t, user, syscall.SIGKILL); s.start(t); s.awaitStatus(t) })
	after("a restart of the node", func() { node.Restart(t) })
	after("a reorganisation", func() {
		net.Disconnect(t, node, other)
		common := height(t, other)
		await(t, c.patience(), "a block on a branch of its own", func() bool { return height(t, node) > common })
		lost := regtest.Get[string](t, node, "getbestblockhash")
		for height(t, other) <= height(t, node)+5 {
			other.Generate(t, 10)
		}
		net.Connect(t, node, other)
		regtest.Wait(t, "the reorganisation", func() error {
			if c := regtest.Get[confirmed](t, node, "getblockheader", lost).Confirmations; c >= 0 {
				return fmt.Errorf("the branch that it leaves has %d confirmations", c)
			}
			return nil
		})
	})
	for have := s.worker(t, user).Accepted; have < c.shares(); {
		last := have
		await(t, c.patience(), "another share", func() bool { have = s.worker(t, user).Accepted; return have > last })
	}
	miner.check(t)
	blocks, w := s.inChain(t, s.accepted(t, user)), s.worker(t, user)
	part := 100 * float64(w.refused()) / float64(w.refused()+w.Accepted)
	if part >= 0.5 {
		t.Errorf("%.2f %% of the shares were refused: %+v", part, w)
	}
	// On its branch the node gives no template without a peer, and the miner may solve the last job again. Those blocks went
	// with the branch.
	if code := s.end(t, user, syscall.SIGTERM); code != exitDone && code != exitUnsettled {
		t.Errorf("the server ended with %d", code)
	}
	return fmt.Sprintf("| %s (`%s`) | %d | %d | %d | %s |", c.name, w.Client, w.Accepted, w.refused(), blocks, strings.Join(took, " | "))
}

func height(t *testing.T, n *regtest.Node) int { return regtest.Get[int](t, n, "getblockcount") }

// confirmed is a block's header as a node gives it. Confirmations are negative off the best chain.
type confirmed struct{ Confirmations int }

// awaitStatus waits until the run says what it does.
func (s *server) awaitStatus(t *testing.T) {
	t.Helper()
	await(t, startTime, "the server", func() bool {
		return exec.Command(s.binary, append([]string{"status", "--json"}, s.flags()...)...).Run() == nil
	})
}

// await waits until done, for so long at most.
func await(t *testing.T, patience time.Duration, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for tick := time.NewTicker(2 * time.Second); !done(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}
