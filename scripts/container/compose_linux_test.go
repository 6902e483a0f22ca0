//go:build container

package container

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// project is the name before those of compose.yml's containers.
const project = "solo"

// TestCompose has compose.yml run a node and ltcsolo, on regtest and with ports that are free here.
func TestCompose(t *testing.T) {
	e := newEngine(t)
	compose, err := exec.LookPath("podman-compose")
	require(t, err == nil, "there is no podman-compose")
	e.importLitecoind(t)
	e.importLtcsolo(t)

	dir := filepath.Join(e.dir, project)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"litecoin", "cookie", "state"} {
		makeOwn(t, filepath.Join(dir, name))
	}
	text, err := os.ReadFile("compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	page := freePort(t)
	file := strings.NewReplacer(`"9333:9333"`, fmt.Sprintf(`"127.0.0.1:%s:19444"`, freePort(t)), "127.0.0.1:8080:", "127.0.0.1:"+page+":").Replace(string(text))
	env := "LITECOIND_IMAGE=" + litecoindImage + "\nLTCSOLO_IMAGE=" + ltcsoloImage + "\nRUN_AS=" + user + ":" + user + "\nLTCSOLO_NETWORK=regtest\n"
	env += "LTCSOLO_ADDRESS=rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs\n"
	for name, text := range map[string]string{"compose.yml": file, ".env": env} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) {
		t.Helper()
		args = append([]string{"--podman-path", filepath.Join(e.dir, "podman"), "--file", filepath.Join(dir, "compose.yml"), "--project-name", project}, args...)
		if out, code := e.command(compose, args...); code != 0 {
			t.Fatalf("podman-compose %v: exit code %d: %s", args, code, out)
		}
	}
	run("up", "--detach", "litecoind")
	n := &node{e, project + "_litecoind_1"}
	e.showLogs(t, n.name)
	e.podman(t, append([]string{"run", "--detach", "--network", project + "_default", litecoindImage}, append(nodeArgs, "-connect=litecoind")...)...)
	n.prepare(t)
	run("up", "--detach")
	miner := project + "_ltcsolo_1"
	e.showLogs(t, miner)
	before := n.height(t)
	e.awaitSearch(t, miner)
	await(t, "a block", func() string {
		if h := n.height(t); h == before {
			return fmt.Sprintf("the chain is at %d", h)
		}
		return ""
	})
	// Its health check is not tried: podman-compose of Debian 12 has every one run by a shell, which the image has not.
	answer, err := http.Get("http://127.0.0.1:" + page + "/")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the page on its published port: %s", answer.Status)
	}
	run("down")
}

// freePort returns a port that nothing listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
