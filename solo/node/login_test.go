package node_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

// The source of the credentials changes while the node runs on and accepts those of before: a found block gets in at once,
// every other call works, and there is an alert. Then the node is restarted with what the source says now.
func TestH27SourceOfCredentialsChangesDuringTheRun(t *testing.T) {
	for _, tt := range []struct {
		name   string
		conf   string // of litecoin.conf; empty: none
		file   string // password or cookie file, beside litecoin.conf
		secret string // its content at the start
		change func(dir string) error
		alert  string
	}{
		{"password file gone", "", "pw", "password", func(dir string) error { return os.Remove(filepath.Join(dir, "pw")) },
			"cannot be read any more: cannot read the password file"},
		{"another password in the file", "", "pw", "password", rewrite("pw", "another"), "another one is configured now"},
		{"password file is empty", "", "pw", "password", rewrite("pw", ""), "is empty"},
		{"cookie gone", "", "cookie", "user:password", func(dir string) error { return os.Remove(filepath.Join(dir, "cookie")) }, "there is no litecoind cookie"},
		{"cookie half written", "", "cookie", "user:password", rewrite("cookie", "user"), "is not name:password"},
		{"password edited", "rpcuser=user\nrpcpassword=password\n", "", "", rewrite("litecoin.conf", "rpcuser=user\nrpcpassword=another\n"), "another one is configured now"},
		{"user edited", "rpcuser=user\nrpcpassword=password\n", "", "", rewrite("litecoin.conf", "rpcuser=other\nrpcpassword=password\n"), "another one is configured now"},
		{"rpcauth in its place", "rpcuser=user\nrpcpassword=password\n", "", "", rewrite("litecoin.conf", "rpcauth=user:1234$abcd\n"), "rpcpassword has been removed"},
		{"syntax error", "rpcuser=user\nrpcpassword=password\n", "", "", rewrite("litecoin.conf", "rpcuser=user\nrpcpassword\n"), "cannot be read any more"},
		{"conf gone", "rpcuser=user\nrpcpassword=password\n", "", "", func(dir string) error { return os.Remove(filepath.Join(dir, "litecoin.conf")) }, "cannot be read any more"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.conf != "" {
				write(t, filepath.Join(dir, "litecoin.conf"), tt.conf)
			}
			s := nodetest.Start(t)
			o := discover.Options{Network: "regtest", DataDir: dir, URLs: []string{s.URL}}
			if tt.file != "" {
				write(t, filepath.Join(dir, tt.file), tt.secret)
				if tt.file == "pw" {
					o.User, o.PasswordFile = "user", filepath.Join(dir, "pw")
				} else {
					o.CookieFile = filepath.Join(dir, "cookie")
				}
			}
			d, err := discover.Find(o)
			if err != nil {
				t.Fatal(err)
			}
			g := &group{servers: []*nodetest.Server{s}, clients: []*node.Client{open(t, d.Nodes[0])}, log: &record{}}
			g.alerts = solo.NewAlerts(g.log.logger(), nil)
			g.run(t, nil)
			c := g.clients[0]
			tmpl := first(t, c)
			if err := tt.change(dir); err != nil {
				t.Fatal(err)
			}
			requests := s.Calls("submitblock")
			block, _ := unsolved(t, tmpl, 0)
			if v, err := c.SubmitBlock(testContext(t), block); err != nil || v.Outcome != delivery.Accepted {
				t.Errorf("SubmitBlock = %v, %v, want accepted", v, err)
			}
			if n := s.Calls("submitblock") - requests; n != 1 {
				t.Errorf("%d requests for one block: the login that works is to be tried first", n)
			}
			if _, err := c.NewAddress(testContext(t)); err != nil && !strings.Contains(err.Error(), "getnewaddress") {
				t.Errorf("a lane: %v", err)
			}
			eventually(t, "the alert", func() bool { return g.alert(solo.AlertLogin, 0) != nil })
			a := g.alert(solo.AlertLogin, 0)
			if !strings.Contains(a.Text, tt.alert) || a.Remedy == "" || strings.Contains(a.Text+a.Remedy, "another\"") {
				t.Errorf("alert %q, remedy %q, want one about %q", a.Text, a.Remedy, tt.alert)
			}
		})
	}
}

func rewrite(name, text string) func(dir string) error {
	return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
}

// Once the node is restarted with what the source says, that login is used and the alert is over.
func TestChangedCredentialsAreUsedAfterTheNodesRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pw")
	write(t, file, "password")
	s := nodetest.Start(t)
	g := &group{servers: []*nodetest.Server{s}, clients: []*node.Client{open(t, node.Config{URL: s.URL, Credentials: discover.PasswordFile(template.Litecoin, "user", file)})}, log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	g.run(t, nil)
	write(t, file, "new")
	eventually(t, "the alert", func() bool { return g.alert(solo.AlertLogin, 0) != nil })
	s.SetCredentials("user", "new")
	if _, err := g.clients[0].Status(testContext(t)); err != nil {
		t.Errorf("Status after the change: %v", err)
	}
	eventually(t, "the end of the alert", func() bool { return g.alert(solo.AlertLogin, 0) == nil })
}
