package node_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"
)

func TestLitecoindCredentials(t *testing.T) {
	t.Parallel()
	t.Run("as Debian has them", func(t *testing.T) {
		t.Parallel()
		net := regtest.Start(t, regtest.Config{RPCPassword: "fJ3kQ9xY2a"})
		net.ToHeight(t, 1)
		c, d := discovered(t, net.Nodes[0])
		first(t, c)
		if d.CredentialsFrom != "rpcpassword of "+net.Nodes[0].ConfPath {
			t.Errorf("credentials from %q", d.CredentialsFrom)
		}
	})
	t.Run("a cookie left by a crash beside a password", func(t *testing.T) {
		t.Parallel()
		net := regtest.Start(t, regtest.Config{RPCUser: "me", RPCPassword: "fJ3kQ9xY2a"})
		net.ToHeight(t, 1)
		write(t, net.Nodes[0].CookiePath, "__cookie__:"+strings.Repeat("0", 64))
		c, _ := discovered(t, net.Nodes[0])
		first(t, c)
	})
	t.Run("wrong password", func(t *testing.T) {
		t.Parallel()
		net := regtest.Start(t, regtest.Config{})
		c := litecoind(t, net.Nodes[0], node.Config{Credentials: fixed("me", secret)})
		_, err := c.NextTemplate(testContext(t), nil)
		if e := asError(t, err); !strings.Contains(e.Reason, "HTTP 401") || e.Temporary {
			t.Errorf("error %q, temporary %v, want a lasting one on HTTP 401", e.Reason, e.Temporary)
		}
	})
}

// A node of a private chain has what mining needs, without peers and before the first block.
func TestLitecoindWithoutPeers(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{Nodes: 1})
	net.ToHeight(t, 1)
	c, _ := discovered(t, net.Nodes[0])
	s, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := c.NextTemplate(testContext(t), nil)
	if err := errors.Join(err, s.Check("regtest", false)); err != nil {
		t.Fatal(err)
	}
	if giving := s.Version >= template.Litecoin.PeerlessVersion; tmpl.Height != 2 || tmpl.Empty == giving {
		t.Errorf("template of version %d at height %d, made here: %v", s.Version, tmpl.Height, tmpl.Empty)
	}
}

// TestLitecoindWhitelist: a user who may not call waitforblockheight still notices the new tip.
func TestLitecoindWhitelist(t *testing.T) {
	t.Parallel()
	const user, password, salt = "ltcsolo", "a longer password", "0123456789abcdef"
	mac := hmac.New(sha256.New, []byte(salt)) // share/rpcauth/rpcauth.py
	mac.Write([]byte(password))
	net := regtest.Start(t, regtest.Config{Args: []string{
		fmt.Sprintf("-rpcauth=%s:%s$%x", user, salt, mac.Sum(nil)),
		"-rpcwhitelistdefault=0",
		"-rpcwhitelist=" + user + ":getblocktemplate,submitblock,getblockchaininfo,getnetworkinfo,getbestblockhash," +
			"getblockheader,getmininginfo",
	}})
	net.ToHeight(t, 1)
	n := net.Nodes[0]
	file := filepath.Join(t.TempDir(), "password")
	write(t, file, password+"\n")
	d, err := discover.Find(discover.Options{DataDir: n.DataDir, User: user, PasswordFile: file})
	if err != nil {
		t.Fatal(err)
	}
	var log record
	cfg := d.Nodes[0]
	cfg.Log = log.logger()
	c := open(t, cfg)
	s, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check("regtest", false); err != nil {
		t.Error(err)
	}
	prev := first(t, c)
	out := nextTemplate(testContext(t), c, prev)
	eventually(t, "the refused wait", func() bool { return log.count("refuses waitforblockheight") == 1 })
	tip := n.Generate(t, 1)[0]
	if got := <-out; got.err != nil || got.template.PreviousBlock.String() != tip {
		t.Errorf("NextTemplate = %+v, want one on %s", got, tip)
	}
	_, err = c.NewAddress(testContext(t))
	if e := asError(t, err); !strings.Contains(e.Reason, "forbids getnewaddress (HTTP 403)") {
		t.Errorf("error %q", e.Reason)
	}
}
