//go:build container

package container

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Exit codes of ltcsolo.
const (
	exitDone  = 0
	exitUsage = 2
	exitNode  = 3
	exitIdle  = 6
)

// confined is how every ltcsolo here runs: its user has no rights but its own, and can write to its volumes only.
var confined = []string{"--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--network=" + network}

const (
	noTemp     = "--read-only-tmpfs=false" // podman would make /tmp and /run
	withCookie = "--volume=cookie:/cookie:ro"
	byCookie   = "--env=LTCSOLO_RPC_COOKIE=/cookie/cookie"
)

// TestContainer has ltcsolo live in a container beside its node.
func TestContainer(t *testing.T) {
	e := newEngine(t)
	e.importLitecoind(t)
	e.importLtcsolo(t)
	auth := e.podman(t, "run", "--rm", "--network=none", "--volume=secrets:/secrets", "--user=0", ltcsoloImage, "rpcauth", "--password-file", "/secrets/rpc-password", "miner")
	n := e.startNodes(t, auth)
	m := &miner{e, n.cli(t, "getnewaddress")}

	t.Run("cookie in a shared volume", func(t *testing.T) {
		m.findsBlock(t, n, noTemp, withCookie, byCookie)
	})
	t.Run("password", func(t *testing.T) { m.passwords(t, n) })
	t.Run("what it cannot use", func(t *testing.T) { m.refusals(t) })
	t.Run("life", func(t *testing.T) { m.life(t, n) })
}

// miner starts ltcsolo in containers.
type miner struct {
	*engine
	address string
}

// args returns the arguments of podman for "ltcsolo mine", with more of podman's options.
func (m *miner) args(options ...string) []string {
	all := append([]string{"run"}, confined...)
	all = append(all, "--env=LTCSOLO_NETWORK=regtest", "--env=LTCSOLO_RPC=http://litecoind", "--env=LTCSOLO_ADDRESS="+m.address)
	return append(append(all, options...), ltcsoloImage, "mine")
}

// findsBlock has a container find one block that is in the node's chain then.
func (m *miner) findsBlock(t *testing.T, n *node, options ...string) {
	t.Helper()
	before := n.height(t)
	out, code := m.try(append(m.args(append(options, "--rm")...), "--blocks", "1", "--threads", "1")...)
	if code != exitDone || !strings.Contains(out, "block accepted") || n.height(t) == before {
		t.Errorf("exit code %d, height %d and before %d:\n%s", code, n.height(t), before, out)
	}
	if strings.Contains(out, "WARN") {
		t.Errorf("it warns:\n%s", out)
	}
}

// passwords gives the node's password in each way.
func (m *miner) passwords(t *testing.T, n *node) {
	file := filepath.Join(m.podman(t, "volume", "inspect", "--format", "{{.Mountpoint}}", "secrets"), "rpc-password")
	m.podman(t, "secret", "create", "rpc-password", file)
	password, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const (
		byUser  = "--env=LTCSOLO_RPC_USER=miner"
		inFile  = "--env=LTCSOLO_RPC_PASSWORD_FILE=/run/secrets/rpc-password"
		secrets = "--tmpfs=/run/secrets" // without it podman 4.3 cannot put secrets into a container that is read-only
	)
	t.Run("secret", func(t *testing.T) {
		m.findsBlock(t, n, byUser, inFile, secrets, "--secret=rpc-password,uid="+user+",mode=0400")
	})
	t.Run("environment", func(t *testing.T) {
		m.findsBlock(t, n, byUser, "--env=LTCSOLO_RPC_PASSWORD="+strings.TrimSpace(string(password)))
	})
	t.Run("secret of another user", func(t *testing.T) {
		m.refuses(t, exitUsage, `cannot read the password file: permission denied`, byUser, inFile, secrets, "--secret=rpc-password,mode=0400")
	})
}

// refuses has ltcsolo end with an exit code and a text on its standard error, with what to do.
func (m *miner) refuses(t *testing.T, wanted int, pattern string, options ...string) {
	t.Helper()
	out, code := m.try(m.args(append(options, "--rm")...)...)
	if code != wanted || !regexp.MustCompile(pattern).MatchString(out) || !strings.Contains(out, "what to do: ") {
		t.Errorf("exit code %d, want %d and %q with what to do:\n%s", code, wanted, pattern, out)
	}
}

// refusals gives it what it cannot use.
func (m *miner) refusals(t *testing.T) {
	own := filepath.Join(m.dir, "65533")
	if err := errors.Join(os.Mkdir(own, 0o700), os.Chown(own, 65533, 65533)); err != nil {
		t.Fatal(err)
	}
	m.refuses(t, exitNode, "cannot read litecoind's cookie /cookie/cookie: permission denied", withCookie, byCookie,
		"--user=65533", "--volume="+own+":/var/lib/ltcsolo")
	m.refuses(t, exitNode, "there is no litecoind cookie at /cookie/cookie", byCookie)
	m.refuses(t, exitNode, "no litecoind answers at http://nowhere:19443: .*no such host", withCookie, byCookie, "--env=LTCSOLO_RPC=http://nowhere")

	state := filepath.Join(m.dir, "state") // as docker makes it
	if err := os.Mkdir(state, 0o755); err != nil {
		t.Fatal(err)
	}
	m.refuses(t, exitUsage, "(?s)state directory /var/lib/ltcsolo belongs to another user.*chown -R 65532:65532", withCookie, byCookie, "--volume="+state+":/var/lib/ltcsolo")
}

// report is what is needed of status --json.
type report struct {
	Searching bool
	Standing  struct{ Text string }
	Idle      string
	Search    struct{ Threads int }
	Blocks    []struct{ Hash, State string }
}

// status asks a run in a container of this name what it does.
func (e *engine) status(name string) (r report, code int, err error) {
	out, code := e.try("exec", name, "/usr/bin/ltcsolo", "status", "--json")
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		return r, code, fmt.Errorf("%w: %.200s", err, out)
	}
	return r, code, nil
}

// awaitSearch waits until a run searches.
func (e *engine) awaitSearch(t *testing.T, name string) report {
	t.Helper()
	var r report
	await(t, "the search", func() string {
		var code int
		var err error
		if r, code, err = e.status(name); err != nil {
			return err.Error()
		} else if code != exitDone {
			return r.Idle
		}
		return ""
	})
	return r
}

// life takes one container through what may happen to it.
func (m *miner) life(t *testing.T, n *node) {
	const name = "ltcsolo"
	m.podman(t, "stop", "--time", "60", n.name)
	m.podman(t, m.args("--detach", "--name="+name, "--volume=state:/var/lib/ltcsolo", noTemp, withCookie, byCookie,
		"--env=LTCSOLO_WAIT=1h", "--env=LTCSOLO_HTTP=0.0.0.0:8080", "--env=LTCSOLO_HTTP_HOST="+name+",*.local", "--env=LTCSOLO_SCHEDULE=00:00-24:00",
		"--env=TZ=Asia/Tokyo", "--env=LTCSOLO_CPU=1", // else it and the node take all of the machine on so easy a chain
		"--cpus=1", "--memory=128m", "--health-cmd=CMD /usr/bin/ltcsolo status", "--health-interval=disable")...)
	m.showLogs(t, name)

	await(t, "ltcsolo to wait", func() string {
		r, code, err := m.status(name)
		if err != nil {
			return err.Error()
		} else if code != exitIdle || !strings.HasPrefix(r.Idle, "waiting for the node: ") {
			return fmt.Sprintf("exit code %d, %+v", code, r)
		}
		return ""
	})
	if out, code := m.try("healthcheck", "run", name); code == 0 {
		t.Errorf("it is healthy while it waits for the node: %s", out)
	}

	n.start(t) // with a new address perhaps, and a new cookie
	if r := m.awaitSearch(t, name); r.Search.Threads != 1 {
		t.Errorf("on the time of one processor it hashes with %d threads", r.Search.Threads)
	}
	await(t, "its health", func() string { // on so easy a chain it often waits for the next template
		if out, code := m.try("healthcheck", "run", name); code != 0 {
			return out
		}
		return ""
	})
	if log := m.log(name); !strings.Contains(log, `zone="JST, UTC+09:00"`) {
		t.Errorf("the log does not name the zone:\n%s", log)
	}
	m.names(t, name)
	m.delivers(t, n, name)

	began := time.Now()
	m.podman(t, "stop", "--time", "30", name)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	if code := m.podman(t, "inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", name); code != "0 false" {
		t.Errorf("after podman stop: exit code, killed for memory: %s", code)
	}
	if log := m.log(name); !strings.Contains(log, "stopped by a signal: ") {
		t.Errorf("there is no summary:\n%s", log[max(0, len(log)-1000):])
	}
}

// start starts a node that was stopped.
func (n *node) start(t *testing.T) {
	t.Helper()
	n.podman(t, "start", n.name)
	n.await(t)
	n.awaitPeer(t)
}

// names asks for the page by several names.
func (m *miner) names(t *testing.T, name string) {
	t.Helper()
	address := m.podman(t, "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name)
	for host, want := range map[string]string{address: "", name: "", "umbrel.local": "", "miner.lan": "--http-host miner.lan", "solo": "--http-host solo"} {
		request, err := http.NewRequest(http.MethodGet, "http://"+address+":8080/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host + ":8080"
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if (answer.StatusCode == http.StatusOK) != (want == "") || !strings.Contains(string(text), want) {
			t.Errorf("http://%s:8080: %s, want %q: %.200s", host, answer.Status, want, text)
		}
	}
}

// delivers kills the container with a block in hand that the node, which is down, does not have. It is in the chain after a
// restart of both.
func (m *miner) delivers(t *testing.T, n *node, name string) {
	t.Helper()
	hash := ""
	for known := true; known; { // the node may have taken the last block just before it stopped
		m.awaitSearch(t, name)
		m.podman(t, "stop", "--time", "60", n.name)
		if hash = m.unsettled(t, name); hash == "" {
			n.start(t)
			continue
		}
		m.podman(t, "kill", "--signal", "KILL", name)
		m.podman(t, "wait", name)
		n.start(t)
		_, code := n.tryCLI("getblockheader", hash)
		known = code == 0
		m.podman(t, "start", name)
	}
	await(t, "the block", func() string {
		out, code := n.tryCLI("getblockheader", hash)
		var header struct{ Confirmations int }
		if code != 0 {
			return out
		} else if err := json.Unmarshal([]byte(out), &header); err != nil || header.Confirmations < 1 {
			return out
		}
		return ""
	})
	t.Logf("found while the node was down, killed with SIGKILL, delivered at the next start: %s", hash)
}

// unsettled returns a block that no node has answered, empty if there is none.
func (m *miner) unsettled(t *testing.T, name string) string {
	t.Helper()
	for range 10 {
		r, _, err := m.status(name)
		if err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(r.Blocks, func(b struct{ Hash, State string }) bool { return b.State == "unsettled" }); i >= 0 {
			return r.Blocks[i].Hash
		}
		time.Sleep(tick)
	}
	return ""
}
