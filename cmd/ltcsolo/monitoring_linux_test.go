package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/rigs/rigstest"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// envRequirePrometheus makes a missing Prometheus a failure. scripts/test-monitoring.sh sets it, and installs one.
const envRequirePrometheus = "SOLO_REQUIRE_PROMETHEUS"

const monitoringDir = "../../scripts/monitoring"

// TestMonitoring has a real Prometheus, with the configuration and the rules that users are given, watch the program
// mine on a real node and a scripted one of Dogecoin, serve a miner, and then lose the node.
func TestMonitoring(t *testing.T) {
	for _, program := range []string{"prometheus", "promtool"} {
		_, err := exec.LookPath(program)
		switch {
		case err != nil && os.Getenv(envRequirePrometheus) != "":
			t.Fatal(err)
		case err != nil:
			t.Skipf("%v; scripts/test-monitoring.sh installs it, and %s makes this a failure", err, envRequirePrometheus)
		}
	}
	regtest.Require(t)
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	node := net.Nodes[0]
	doge := nodetest.StartChain(t, template.Dogecoin)
	user, password, err := doge.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("LTCSOLO_DOGE_RPC_PASSWORD", password)
	binary := buildProgram(t)
	found := startUntil(t, `(?s)"dashboard","url":"http://([^"/]+)/".*"url":"stratum\+tcp://([^"]+)"`, binary, "serve", "--network", "regtest",
		"--rpc", node.URL, "--rpc-cookie", node.CookiePath, "--address", node.Address(t, regtest.Bech32), "--state", t.TempDir(), "--http", "127.0.0.1:0", "--listen", "127.0.0.1:0",
		"--doge-address", "mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8", "--doge-rpc", doge.URL, "--doge-rpc-user", user,
		"--rig", sensors(t, "l9"), "--rig", sensors(t, "bitaxe"), "--power", "65W", "--electricity", "0.28", "--price", "84.5", "--currency", "EUR",
		"--kernel", "generic", "--threads", "1", "--cpu", "5", "--log-format", "json")
	miner := found[0]
	refusedShare(t, connectMiner(t, found[1], stratumtest.Config{User: "garage.l9", Agent: "GodMiner/2.0.0"}))
	p := prometheus{"http://" + startUntil(t, `msg="Listening on" address=(\S+)`, "prometheus", "--config.file="+monitoringConfig(t, miner),
		"--storage.tsdb.path="+t.TempDir(), "--web.listen-address=127.0.0.1:0")[0]}

	p.await(t, `up{job="ltcsolo"} == 1`)
	for _, expr := range []string{
		`ltcsolo_searching == 1`, `rate(ltcsolo_hashes_total[1m]) > 0`, `ltcsolo_template_height > 432`, `ltcsolo_blocks_found_total > 3`,
		`sum(ltcsolo_blocks) > 3`, `ltcsolo_blocks{state="immature"} > 3`, `ltcsolo_blocks_value_litoshi{state="immature"} > 1e9`,
		`ltcsolo_node_up{node="` + node.URL + `"} == 1`, `ltcsolo_node_fit == 1`, `ltcsolo_network_hashes_per_block > 1.9 < 2.1`,
		`ltcsolo_run_info{network="regtest", kernel="generic"}`, `process_resident_memory_bytes{job="ltcsolo"} > 1e6`,
		`ALERTS{alertname="LtcsoloBlockFound", alertstate="firing"}`,
		`ltcsolo_stratum_connections == 1`, `ltcsolo_worker_sessions{worker="garage.l9"} == 1`, `ltcsolo_worker_difficulty{worker="garage.l9"} > 0`,
		`ltcsolo_worker_shares_total{worker="garage.l9", verdict="unknown"} == 1`, `rate(ltcsolo_worker_hashes_total{worker="cpu"}[1m]) > 0`,
		`ltcsolo_stratum_notify_p99_seconds > 0`,
		`ltcsolo_merged_committed{chain="dogecoin"} == 1`, `ltcsolo_blocks_found_total{chain="dogecoin"} > 0`, `ltcsolo_node_up{chain="dogecoin"} == 1`,
		`ltcsolo_template_value{chain="dogecoin"} > 1e12`, `sum(ltcsolo_blocks_value{chain="dogecoin"}) > 1e12`,
		`ltcsolo_rig_up{worker!="cpu"} == 1`, `ltcsolo_rig_temperature_celsius{part="chip", worker!="cpu"} > 40`, `ltcsolo_rig_fan_rpm > 1000`, `ltcsolo_rig_power_watts > 0`,
		`ltcsolo_power_watts == 65`, `ltcsolo_power_cost_total{currency="EUR"} > 0`,
	} {
		p.await(t, expr)
	}
	p.checkRules(t)
	p.checkDashboard(t)
	checkExposition(t, "http://"+miner+"/metrics")

	node.Kill(t)
	p.await(t, `ltcsolo_node_up{chain=""} == 0`)
	p.await(t, `ALERTS{alertname="LtcsoloNodeDown", alertstate="pending"}`)
}

// sensors returns the address of a scripted miner that tells of itself what such a miner does.
func sensors(t *testing.T, miner string) (address string) {
	t.Helper()
	return rigstest.Load(t, filepath.Join("../../solo/rigs/testdata", miner)).Listen(t)
}

// refusedShare has a miner send a share of a job that does not exist.
func refusedShare(t *testing.T, m *stratumtest.Miner) {
	t.Helper()
	w, err := m.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	unknown := *w
	unknown.ID = "0123456789ab01"
	if refusal, err := m.Submit(unknown.Share()); refusal != "Job not found" || err != nil {
		t.Errorf("a share of no job is answered by %q, %v", refusal, err)
	}
}

// startUntil starts a program that ends with the test, and returns what the pattern's groups match in its log.
func startUntil(t *testing.T, pattern, program string, args ...string) (found []string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{}) // closed when the log has ended
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-read
		cmd.Wait()
	})
	said := make(chan []string, 1) // closed then too
	go func() {
		defer close(read)
		defer close(said)
		wanted, told, log := regexp.MustCompile(pattern), false, ""
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			log += lines.Text() + "\n"
			if !told {
				if m := wanted.FindStringSubmatch(log); m != nil {
					said <- m[1:]
					told = true
				}
			}
		}
		if t.Failed() || !told {
			t.Logf("%s:\n%.20000s", program, log)
		}
	}()
	found, ok := <-said
	if !ok {
		t.Fatalf("%s has ended without saying %s", program, pattern)
	}
	return found
}

// monitoringConfig returns the path of the users' configuration with another target and shorter intervals.
func monitoringConfig(t *testing.T, target string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"prometheus.yml", "alerts.yml"} {
		text, err := os.ReadFile(filepath.Join(monitoringDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "prometheus.yml" {
			text = []byte(strings.NewReplacer("127.0.0.1:8080", target, "_interval: 15s", "_interval: 1s").Replace(string(text)))
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "prometheus.yml")
}

// prometheus is the HTTP API of a running one.
type prometheus struct{ url string }

// get decodes the data of a reply.
func (p prometheus) get(path string, data any) error {
	r, err := http.Get(p.url + path)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	answer := struct {
		Status, Error string
		Data          any
	}{Data: data}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %s: %w", path, r.Status, err)
	}
	if answer.Status != "success" {
		return fmt.Errorf("%s: %s", path, answer.Error)
	}
	return nil
}

// count returns how many series an expression has now.
func (p prometheus) count(expr string) (int, error) {
	var data struct{ Result []json.RawMessage }
	err := p.get("/api/v1/query?query="+url.QueryEscape(expr), &data)
	return len(data.Result), err
}

// await waits until an expression has a series.
func (p prometheus) await(t *testing.T, expr string) {
	t.Helper()
	regtest.Wait(t, expr, func() error {
		n, err := p.count(expr)
		if err == nil && n == 0 {
			err = fmt.Errorf("it has no series")
		}
		return err
	})
}

// checkRules checks that all rules are loaded and evaluated without an error.
func (p prometheus) checkRules(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(monitoringDir, "alerts.yml"))
	if err != nil {
		t.Fatal(err)
	}
	regtest.Wait(t, "rules", func() error {
		var data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError string }
			}
		}
		if err := p.get("/api/v1/rules", &data); err != nil {
			return err
		}
		good := 0
		for _, g := range data.Groups {
			for _, r := range g.Rules {
				if r.Health != "ok" {
					return fmt.Errorf("%s is %s: %s", r.Name, r.Health, r.LastError)
				}
				good++
			}
		}
		if want := strings.Count(string(text), "- alert:"); good != want || good == 0 {
			return fmt.Errorf("%d rules are loaded, want %d", good, want)
		}
		return nil
	})
}

// checkDashboard evaluates every expression of the dashboard.
func (p prometheus) checkDashboard(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(monitoringDir, "grafana.json"))
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	// Absent on some machines, while all is well, or where coins are worth nothing.
	maybe := regexp.MustCompile(`processor_temperature|alert_active|expected_income`)
	for _, panel := range board.Panels {
		for _, target := range panel.Targets {
			expr := strings.NewReplacer("$instance", ".*", "$__rate_interval", "1m", "[1h]", "[1m]").Replace(target.Expr)
			if n, err := p.count(expr); err != nil || n == 0 && !maybe.MatchString(expr) {
				t.Errorf("panel %q: %d series of %s, %v", panel.Title, n, expr, err)
			}
		}
	}
	if len(board.Panels) < 20 {
		t.Errorf("the dashboard has only %d panels", len(board.Panels))
	}
}

// checkExposition has promtool check the program's real metrics.
func checkExposition(t *testing.T, from string) {
	t.Helper()
	r, err := http.Get(from)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	check := exec.Command("promtool", "check", "metrics")
	check.Stdin = strings.NewReader(string(text))
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s\n%s", err, out, text)
	}
}
