package discover_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
)

func TestFindMerged(t *testing.T) {
	const password = "rpcuser=u\nrpcpassword=p\n"
	for _, tt := range []struct {
		name    string
		chain   *template.Chain
		files   map[string]string // below the home directory
		options discover.Options

		network, url, user, password string // password "": an error
	}{
		{
			name: "a default installation", chain: template.Dogecoin, files: map[string]string{".dogecoin/.cookie": "__cookie__:abc"},
			network: "main", url: "http://127.0.0.1:22555", user: "__cookie__", password: "abc",
		},
		{
			name: "in step with Litecoin's network", chain: template.Dogecoin, files: map[string]string{".dogecoin/testnet3/.cookie": "__cookie__:abc"},
			options: discover.Options{Network: "test"},
			network: "test", url: "http://127.0.0.1:44555", user: "__cookie__", password: "abc",
		},
		{
			name: "network by conf", chain: template.Dogecoin, files: map[string]string{".dogecoin/dogecoin.conf": "regtest=1\n" + password},
			network: "regtest", url: "http://127.0.0.1:18332", user: "u", password: "p",
		},
		{
			name: "litecoin.conf is none of its business", chain: template.Dogecoin,
			files:   map[string]string{".dogecoin/litecoin.conf": "rpcport=1\n" + password, ".litecoin/litecoin.conf": "rpcport=2\n" + password},
			network: "main", url: "http://127.0.0.1:22555",
		},
		{
			name: "settings of the head count on every network", chain: template.Dogecoin,
			files:   map[string]string{".dogecoin/dogecoin.conf": "rpcport=5\nrpcbind=127.0.0.2\nrpcallowip=127.0.0.1\n" + password},
			options: discover.Options{Network: "regtest"},
			network: "regtest", url: "http://127.0.0.2:5", user: "u", password: "p",
		},
		{
			name: "there are no sections", chain: template.Dogecoin,
			files:   map[string]string{".dogecoin/dogecoin.conf": password + "regtest.rpcport=6\n[regtest]\nrpcport=5\n"},
			options: discover.Options{Network: "regtest"},
			network: "regtest", url: "http://127.0.0.1:18332", user: "u", password: "p",
		},
		{
			name: "the first value counts", chain: template.Dogecoin, files: map[string]string{".dogecoin/dogecoin.conf": "testnet=0\ntestnet=1\nchain=regtest\nrpcport=5\nnorpcport=1\n" + password},
			network: "main", url: "http://127.0.0.1:5", user: "u", password: "p",
		},
		{
			name: "a comment ends a password", chain: template.Dogecoin, files: map[string]string{".dogecoin/dogecoin.conf": "rpcpassword=p#q\n-x=1\n"},
			network: "main", url: "http://127.0.0.1:22555", password: "p",
		},
		{
			name: "includes are not read", chain: template.Dogecoin,
			files:   map[string]string{".dogecoin/dogecoin.conf": "includeconf=more.conf\n" + password, ".dogecoin/more.conf": "rpcport=5\n"},
			network: "main", url: "http://127.0.0.1:22555", user: "u", password: "p",
		},
		{
			name: "a URL without a port", chain: template.Dogecoin, files: map[string]string{".dogecoin/.cookie": "__cookie__:abc"},
			options: discover.Options{URLs: []string{"192.168.1.9"}},
			network: "main", url: "http://192.168.1.9:22555", user: "__cookie__", password: "abc",
		},
		{
			name: "another chain", chain: template.Pepecoin, files: map[string]string{".pepecoin/.cookie": "__cookie__:abc"},
			network: "main", url: "http://127.0.0.1:33873", user: "__cookie__", password: "abc",
		},
		{
			name: "its folder of test", chain: template.Dingocoin, files: map[string]string{".dingocoin/testnet2/.cookie": "__cookie__:abc"},
			options: discover.Options{Network: "test"},
			network: "test", url: "http://127.0.0.1:44555", user: "__cookie__", password: "abc",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := tree(t, tt.files)
			tt.options.Chain = tt.chain
			// The default directory is another one on other systems; TestFindMergedDefaultDir looks at its name.
			tt.options.DataDir = filepath.Join(home, "."+tt.chain.Name)
			d, err := discover.Find(tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if d.Chain != tt.chain || d.Network != tt.network || d.Nodes[0].URL != tt.url || d.Nodes[0].Chain != tt.chain || d.Nodes[0].Network != tt.network {
				t.Errorf("Find() = %s %s, node %+v, want %s %s", d.Network, d.Nodes[0].URL, d.Nodes[0], tt.network, tt.url)
			}
			user, password, err := d.Nodes[0].Credentials()
			if user != tt.user || password != tt.password || (err == nil) != (tt.password != "") {
				t.Errorf("credentials %q, %q, %v, want %q, %q", user, password, err, tt.user, tt.password)
			}
		})
	}
}

// What the user must do is said with Dogecoin's flags and files.
func TestFindMergedRefuses(t *testing.T) {
	home := tree(t, map[string]string{"data/dogecoin.conf": "no equals sign\n", "two/dogecoin.conf": "testnet=1\nregtest=1\n"})
	for _, tt := range []struct {
		name            string
		options         discover.Options
		setting, reason string
		remedy          string
	}{
		{"no such directory", discover.Options{DataDir: filepath.Join(home, "none")}, "doge-datadir", "none", "give --doge-datadir dogecoind's data directory"},
		{"broken file", discover.Options{DataDir: filepath.Join(home, "data")}, "doge-conf", "line 1 is not key=value", "with --doge-conf"},
		{"two networks", discover.Options{DataDir: filepath.Join(home, "two")}, "doge-conf", "more than one", "--doge-conf"},
		{"no such file", discover.Options{DataDir: home, Conf: filepath.Join(home, "none.conf")}, "doge-conf", "none.conf", "--doge-datadir the directory that holds dogecoin.conf"},
		{"a URL that is none", discover.Options{DataDir: home, URLs: []string{"ftp://x"}}, "doge-rpc", "is not http", "dogecoind's RPC server, for example http://127.0.0.1:22555"},
		{"a password in the URL", discover.Options{DataDir: home, URLs: []string{"http://a:b@x"}}, "doge-rpc", "contains a user name", "--doge-rpc-user with --doge-rpc-password-file"},
		{"a user alone", discover.Options{DataDir: home, User: "u"}, "doge-rpc-user", "--doge-rpc-user is given without", "--doge-rpc-password-file"},
	} {
		tt.options.Chain = template.Dogecoin
		_, err := discover.Find(tt.options)
		var bad *node.ConfigError
		if !errors.As(err, &bad) || bad.Setting != tt.setting || !strings.Contains(bad.Reason, tt.reason) || !strings.Contains(bad.Remedy, tt.remedy) {
			t.Errorf("%s: Find() = %+v, want setting %s, %q, %q", tt.name, bad, tt.setting, tt.reason, tt.remedy)
		}
	}
	d, err := discover.Find(discover.Options{Chain: template.Dogecoin, DataDir: home})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = d.Nodes[0].Credentials()
	var missing *node.Error
	if !errors.As(err, &missing) || !strings.Contains(missing.Reason, "no dogecoind cookie") || strings.Contains(missing.Remedy, "litecoin") {
		t.Errorf("credentials: %+v, want that there is no cookie of dogecoind", missing)
	}
	if got := node.Flag(template.Pepecoin, "rpc-password-file"); got != "rpc-password-file in the [[merged]] table of pepecoin" {
		t.Errorf("Flag() = %q", got)
	}
}

func TestFindMergedDefaultDir(t *testing.T) {
	d, err := discover.Find(discover.Options{Chain: template.Dogecoin, Getenv: func(name string) string { return filepath.Join("/base", name) }})
	if err != nil {
		t.Fatal(err)
	}
	if name := filepath.Base(d.DataDir); name != ".dogecoin" && name != "Dogecoin" || !strings.Contains(d.DataDir, "base") {
		t.Errorf("data directory %s", d.DataDir)
	}
}
