package discover_test

import (
	"errors"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// tree makes the files of a home directory.
func tree(t testing.TB, files map[string]string) (home string) {
	t.Helper()
	home = t.TempDir()
	for name, text := range files {
		name = filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name    string
		files   map[string]string // data directory: data/
		options discover.Options  // paths are relative to the home directory

		network, url, user, password string // password "": an error
		from                         string
	}{
		{
			name: "nothing but a cookie", files: map[string]string{"data/.cookie": "__cookie__:abc"},
			network: "main", url: "http://127.0.0.1:9332", user: "__cookie__", password: "abc", from: "cookie data/.cookie",
		},
		{
			name: "nothing at all", network: "main", url: "http://127.0.0.1:9332", from: "cookie data/.cookie",
		},
		{
			name: "regtest by flag", files: map[string]string{"data/regtest/.cookie": "__cookie__:abc"},
			options: discover.Options{Network: "regtest"},
			network: "regtest", url: "http://127.0.0.1:19443", user: "__cookie__", password: "abc", from: "cookie data/regtest/.cookie",
		},
		{
			name: "testnet by conf", files: map[string]string{"data/litecoin.conf": "testnet=1\n", "data/testnet4/.cookie": "__cookie__:abc"},
			network: "test", url: "http://127.0.0.1:19332", user: "__cookie__", password: "abc", from: "cookie data/testnet4/.cookie",
		},
		{
			name: "flag beats conf", files: map[string]string{"data/litecoin.conf": "testnet=1\n", "data/.cookie": "__cookie__:abc"},
			options: discover.Options{Network: "main"},
			network: "main", url: "http://127.0.0.1:9332", user: "__cookie__", password: "abc", from: "cookie data/.cookie",
		},
		{
			name: "Debian's default", files: map[string]string{"data/litecoin.conf": "rpcpassword=fJ3kQ9xY2a\n"},
			network: "main", url: "http://127.0.0.1:9332", user: "", password: "fJ3kQ9xY2a", from: "rpcpassword of data/litecoin.conf",
		},
		{
			name: "user and password", files: map[string]string{"data/litecoin.conf": "rpcuser=me\nrpcpassword=pw\nregtest=1\n[regtest]\nrpcport=1234\n"},
			network: "regtest", url: "http://127.0.0.1:1234", user: "me", password: "pw", from: "rpcpassword of data/litecoin.conf",
		},
		{
			name: "cookie beats password", files: map[string]string{"data/litecoin.conf": "rpcpassword=pw\n", "data/.cookie": "__cookie__:abc"},
			network: "main", url: "http://127.0.0.1:9332", user: "__cookie__", password: "abc", from: "cookie data/.cookie",
		},
		{
			name: "rpcauth alone needs the cookie", files: map[string]string{"data/litecoin.conf": "rpcauth=me:salt$hash\n"},
			network: "main", url: "http://127.0.0.1:9332", from: "cookie data/.cookie",
		},
		{
			name: "cookie elsewhere", files: map[string]string{"data/litecoin.conf": "rpccookiefile=my.cookie\nregtest=1", "data/regtest/my.cookie": "__cookie__:abc"},
			network: "regtest", url: "http://127.0.0.1:19443", user: "__cookie__", password: "abc", from: "cookie data/regtest/my.cookie",
		},
		{
			name: "head's rpcport is main's", files: map[string]string{"data/litecoin.conf": "rpcport=1\nregtest=1\n"},
			network: "regtest", url: "http://127.0.0.1:19443", from: "cookie data/regtest/.cookie",
		},
		{
			name: "includes", files: map[string]string{
				"data/litecoin.conf": "includeconf=secrets.conf\nrpcuser=first\nregtest=1\nregtest.includeconf=ports.conf\n",
				"data/secrets.conf":  "rpcuser=second\nrpcpassword=pw\nincludeconf=not-nested.conf\n",
				"data/ports.conf":    "[regtest]\nrpcport=77\n",
			},
			network: "regtest", url: "http://127.0.0.1:77", user: "first", password: "pw", from: "rpcpassword of data/litecoin.conf",
		},
		{
			name: "bound to one address", files: map[string]string{"data/litecoin.conf": "rpcbind=10.1.2.3:99\nrpcallowip=10.0.0.0/8\n"},
			network: "main", url: "http://10.1.2.3:99", from: "cookie data/.cookie",
		},
		{
			name: "bound to all", files: map[string]string{"data/litecoin.conf": "rpcbind=[::]\nrpcallowip=::/0\nrpcport=98"},
			network: "main", url: "http://127.0.0.1:98", from: "cookie data/.cookie",
		},
		{
			name: "bound without an allowance", files: map[string]string{"data/litecoin.conf": "rpcbind=10.1.2.3:99\n"},
			network: "main", url: "http://127.0.0.1:9332", from: "cookie data/.cookie",
		},
		{
			name: "password file with a byte-order mark", files: map[string]string{"pw": "\xef\xbb\xbfhunter2\r\n"},
			options: discover.Options{URLs: []string{"http://node:1"}, User: "me", PasswordFile: "pw", Network: "main"},
			network: "main", url: "http://node:1", user: "me", password: "hunter2", from: "password file pw",
		},
		{
			name: "given URL and password file", files: map[string]string{"pw": "hunter2\nnot this\n", "data/litecoin.conf": "rpcpassword=pw"},
			options: discover.Options{URLs: []string{"http://node:1"}, User: "me", PasswordFile: "pw"},
			network: "main", url: "http://node:1", user: "me", password: "hunter2", from: "password file pw",
		},
		{
			name: "given cookie", files: map[string]string{"other": "__cookie__:xyz\n"}, options: discover.Options{CookieFile: "other"},
			network: "main", url: "http://127.0.0.1:9332", user: "__cookie__", password: "xyz", from: "cookie other",
		},
		{
			name: "given password", options: discover.Options{Password: "pw", URLs: []string{"http://node"}, Network: "test"},
			network: "test", url: "http://node:19332", user: "", password: "pw", from: "the given password",
		},
		{
			name: "given host on regtest", options: discover.Options{Password: "pw", URLs: []string{"http://localhost"}, Network: "regtest"},
			network: "regtest", url: "http://localhost:19443", user: "", password: "pw", from: "the given password",
		},
		{
			name: "given host", options: discover.Options{Password: "pw", URLs: []string{"http://localhost"}},
			network: "main", url: "http://localhost:9332", user: "", password: "pw", from: "the given password",
		},
		{
			name: "given host and port", options: discover.Options{Password: "pw", URLs: []string{"localhost:1234"}},
			network: "main", url: "http://localhost:1234", user: "", password: "pw", from: "the given password",
		},
		{
			name: "given address alone", options: discover.Options{Password: "pw", URLs: []string{"10.0.0.7"}, Network: "test"},
			network: "test", url: "http://10.0.0.7:19332", user: "", password: "pw", from: "the given password",
		},
		{
			name: "given https host on test", options: discover.Options{Password: "pw", URLs: []string{"https://[::1]"}, Network: "test"},
			network: "test", url: "https://[::1]:19332", user: "", password: "pw", from: "the given password",
		},
		{
			name: "given conf", files: map[string]string{"etc/my.conf": "rpcpassword=pw\n"}, options: discover.Options{Conf: "etc/my.conf"},
			network: "main", url: "http://127.0.0.1:9332", user: "", password: "pw", from: "rpcpassword of etc/my.conf",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := tree(t, tt.files)
			t.Chdir(home)
			if err := os.MkdirAll("data", 0o700); err != nil {
				t.Fatal(err)
			}
			o := tt.options
			o.DataDir = "data"
			d, err := discover.Find(o)
			if err != nil {
				t.Fatal(err)
			}
			if d.Network != tt.network || len(d.Nodes) != 1 || d.Nodes[0].URL != tt.url || d.Nodes[0].Network != tt.network {
				t.Errorf("Find = %+v, want %s at %s", d, tt.network, tt.url)
			}
			if d.CredentialsFrom != filepath.FromSlash(tt.from) {
				t.Errorf("credentials from %q, want %q", d.CredentialsFrom, tt.from)
			}
			user, password, err := d.Nodes[0].Credentials()
			if tt.password == "" {
				asError(t, err)
				return
			}
			if user != tt.user || password != tt.password || err != nil {
				t.Errorf("credentials %q, %q, %v, want %q, %q", user, password, err, tt.user, tt.password)
			}
		})
	}
}

// TestFindReadsAgain: the credentials that Find returned follow changes of the files.
func TestFindReadsAgain(t *testing.T) {
	home := tree(t, map[string]string{"litecoin.conf": "rpcpassword=one\n"})
	d, err := discover.Find(discover.Options{DataDir: home})
	if err != nil {
		t.Fatal(err)
	}
	check := func(want string) {
		t.Helper()
		if _, got, err := d.Nodes[0].Credentials(); got != want || err != nil {
			t.Errorf("password %q, %v, want %q", got, err, want)
		}
	}
	check("one")
	write(t, filepath.Join(home, "litecoin.conf"), "rpcpassword=two\n")
	check("two")
	write(t, filepath.Join(home, ".cookie"), "__cookie__:three")
	check("three")
	if _, got, err := d.Nodes[0].Fallback(); got != "two" || err != nil {
		t.Errorf("fallback %q, %v, want two", got, err)
	}
	os.Remove(filepath.Join(home, ".cookie"))
	write(t, filepath.Join(home, "litecoin.conf"), secret)
	_, _, err = d.Nodes[0].Fallback()
	asError(t, err)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFindMovedDataDir(t *testing.T) {
	home := tree(t, map[string]string{"big/regtest/.cookie": "__cookie__:abc"})
	base := filepath.Join(home, ".litecoin")
	if runtime.GOOS != "linux" {
		base = discover.DefaultDataDir(runtime.GOOS, func(string) string { return home })
	}
	if err := os.MkdirAll(base, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(base, "litecoin.conf"), "regtest=1\ndatadir="+filepath.Join(home, "big")+"\n")
	d, err := discover.Find(discover.Options{Getenv: func(string) string { return home }})
	if err != nil {
		t.Fatal(err)
	}
	if d.DataDir != filepath.Join(home, "big") || d.Conf != filepath.Join(base, "litecoin.conf") {
		t.Errorf("Find = %+v", d)
	}
	if _, password, err := d.Nodes[0].Credentials(); password != "abc" || err != nil {
		t.Errorf("password %q, %v, want abc", password, err)
	}
}

func TestFindRefuses(t *testing.T) {
	for _, tt := range []struct {
		name    string
		files   map[string]string
		options discover.Options
		setting string
		reason  string
	}{
		{"unknown network", nil, discover.Options{Network: "signet"}, "network", `network "signet" is unknown`},
		{"no such folder", nil, discover.Options{DataDir: "nowhere"}, "datadir", "data directory nowhere: no such file"},
		{"a file as folder", map[string]string{"f": ""}, discover.Options{DataDir: "f"}, "datadir", "data directory f: it is not a directory"},
		{"no such conf", nil, discover.Options{Conf: "nowhere.conf"}, "conf", "nowhere.conf"},
		{"a folder as conf", map[string]string{"data/x": ""}, discover.Options{Conf: "data"}, "conf", "it is a directory"},
		{"bad conf", map[string]string{"litecoin.conf": secret}, discover.Options{}, "conf", "line 1 is not key=value"},
		{"huge conf", map[string]string{"litecoin.conf": strings.Repeat("#", 1<<20+1)}, discover.Options{}, "conf", "larger than"},
		{"two networks", map[string]string{"litecoin.conf": "testnet=1\nregtest=1"}, discover.Options{}, "conf", "more than one"},
		{"signet", map[string]string{"litecoin.conf": "signet=1"}, discover.Options{}, "conf", `"signet"`},
		{"absent include", map[string]string{"litecoin.conf": "includeconf=gone.conf"}, discover.Options{}, "conf", "gone.conf"},
		{"bad include", map[string]string{"litecoin.conf": "includeconf=a", "a": secret}, discover.Options{}, "conf", "line 1 is not key=value"},
		{"bad port", map[string]string{"litecoin.conf": "rpcport=99999"}, discover.Options{}, "conf", `port "99999"`},
		{"bad bind", map[string]string{"litecoin.conf": "rpcbind=h:x\nrpcallowip=h"}, discover.Options{}, "conf", `line 1, rpcbind: port "x"`},
		{"bind of no host", map[string]string{"litecoin.conf": "rpcallowip=h\nrpcbind=a b"}, discover.Options{}, "conf", "line 2, rpcbind: it is not an address"},
		{"no bind left", map[string]string{"litecoin.conf": "rpcallowip=h\nnorpcbind=1"}, discover.Options{}, "conf", "line 2, rpcbind: it leaves litecoind no address"},
		{"port 0", map[string]string{"litecoin.conf": "\nrpcport=x1"}, discover.Options{}, "conf", `line 2, rpcport: port "x1"`},
		{"connect to nothing", map[string]string{"litecoin.conf": "rpcconnect="}, discover.Options{}, "conf", "line 1, rpcconnect: it names no host"},
		{"mark", map[string]string{"pw": "\xff\xfep\x00w\x00"}, discover.Options{PasswordFile: "pw"}, "rpc-password-file", "UTF-16"},
		{"bad URL", nil, discover.Options{URLs: []string{"http://u:" + secret + "@h"}}, "rpc", "contains a user name or password"},
		{"bad URL without http", nil, discover.Options{URLs: []string{"u:" + secret + "@h:1"}}, "rpc", "is not http://host:port"},
		{"wallet", nil, discover.Options{URLs: []string{"http://h:1/wallet/" + secret}}, "rpc", "names a wallet"},
		{"a word", nil, discover.Options{URLs: []string{"legal"}}, "rpc", "is not http://host:port"},
		{"wallet without http", nil, discover.Options{URLs: []string{"h:1/wallet/w"}}, "rpc", "names a wallet"},
		{"user alone", nil, discover.Options{User: "me"}, "rpc-user", "without a password"},
		{"user with colon", nil, discover.Options{User: "me:" + secret, PasswordFile: "pw"}, "rpc-user", "contains a colon"},
		{"password twice", nil, discover.Options{Password: secret, PasswordFile: "x"}, "rpc-password-file", "more than one"},
		{"password and cookie", nil, discover.Options{Password: secret, CookieFile: "x"}, "rpc-cookie", "more than one"},
		{"no such password file", nil, discover.Options{PasswordFile: secret}, "rpc-password-file", "no such file"},
		{"empty password file", map[string]string{"pw": "\n" + secret}, discover.Options{PasswordFile: "pw"}, "rpc-password-file", "is empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := tree(t, tt.files)
			t.Chdir(home)
			if tt.options.DataDir == "" {
				tt.options.DataDir = home
			}
			d, err := discover.Find(tt.options)
			if err == nil {
				t.Fatalf("Find = %+v, want an error", d)
			}
			if e := asConfigError(t, err); e.Setting != tt.setting || !strings.Contains(e.Reason, tt.reason) {
				t.Errorf("setting %q, reason %q; want %q, and %q in the reason", e.Setting, e.Reason, tt.setting, tt.reason)
			}
		})
	}
}

func TestCookie(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, ".cookie")
	for _, text := range []string{"", secret, secret + ":", ":", strings.Repeat("x:", 4096)} {
		write(t, path, text)
		_, _, err := discover.Cookie(template.Litecoin, path)()
		asError(t, err)
	}
	_, _, err := discover.Cookie(template.Litecoin, dir)()
	asError(t, err)
	os.Remove(path)
	_, _, err = discover.Cookie(template.Litecoin, path)()
	if e := asError(t, err); !e.Temporary || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent cookie: %+v, want a temporary os.ErrNotExist", e)
	}
}

func TestDefaultDataDir(t *testing.T) {
	env := func(name string) string { return map[string]string{"HOME": "/home/me", "APPDATA": "/appdata"}[name] }
	none := func(string) string { return "" }
	for _, tt := range []struct {
		goos   string
		getenv func(string) string
		want   string
	}{
		{"linux", env, "/home/me/.litecoin"},
		{"freebsd", env, "/home/me/.litecoin"},
		{"linux", none, "/.litecoin"},
		{"darwin", env, "/home/me/Library/Application Support/Litecoin"},
		{"windows", env, "/appdata/Litecoin"},
	} {
		if got := filepath.ToSlash(discover.DefaultDataDir(tt.goos, tt.getenv)); got != tt.want {
			t.Errorf("data directory on %s = %s, want %s", tt.goos, got, tt.want)
		}
	}
}

// TestFindAddress: where the node answers by rpcconnect, rpcbind and rpcport.
func TestFindAddress(t *testing.T) {
	const all = "\nrpcallowip=127.0.0.1\n"
	for text, want := range map[string]string{
		"rpcbind=192.168.1.77\nrpcbind=127.0.0.1" + all:        "127.0.0.1:9332 192.168.1.77:9332",
		"rpcbind=10.0.0.7\nrpcbind=0.0.0.0:9555" + all:         "127.0.0.1:9555 10.0.0.7:9332",
		"rpcbind=10.0.0.7\nrpcbind=10.0.0.8:1" + all:           "10.0.0.7:9332 10.0.0.8:1",
		"rpcbind=h:x\nrpcbind=10.0.0.8" + all:                  "10.0.0.8:9332",
		"rpcbind=:9555" + all:                                  "127.0.0.1:9555",
		"rpcbind=0" + all:                                      "127.0.0.1:9332",
		"rpcbind=0:9555" + all:                                 "127.0.0.1:9555",
		"rpcbind=*" + all:                                      "127.0.0.1:9332",
		"rpcbind=127.1" + all:                                  "127.0.0.1:9332",
		"rpcbind=0x7f.1:07" + all:                              "127.0.0.1:7",
		"rpcbind=10.258" + all:                                 "10.0.1.2:9332",
		"rpcbind=[::]:9" + all:                                 "127.0.0.1:9 [::1]:9",
		"rpcbind=::1" + all:                                    "[::1]:9332",
		"rpcbind=[fe80::1%eth0]:9" + all:                       "[fe80::1%eth0]:9",
		"rpcbind=localhost:9" + all:                            "localhost:9",
		"rpcbind=10.0.0.7\nnorpcallowip=1":                     "10.0.0.7:9332",
		"rpcbind=10.0.0.7":                                     "127.0.0.1:9332",
		"rpcport=9400x":                                        "127.0.0.1:9400",
		"rpcport=+9400 # x":                                    "127.0.0.1:9400",
		"rpcport=99999\nrpcbind=10.0.0.7:5" + all:              "10.0.0.7:5",
		"rpcconnect=203.0.113.5":                               "203.0.113.5:9332",
		"rpcconnect=203.0.113.5:77":                            "203.0.113.5:77",
		"rpcconnect=203.0.113.5:77\nrpcport=78":                "203.0.113.5:78",
		"rpcconnect=node.example\nrpcbind=10.0.0.7\n" + all:    "node.example:9332",
		"[main]\nrpcbind=10.0.0.7\n[]\nrpcbind=10.0.0.8" + all: "10.0.0.7:9332 10.0.0.8:9332",
	} {
		dir := tree(t, map[string]string{"litecoin.conf": text})
		d, err := discover.Find(discover.Options{DataDir: dir})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		u, err := url.Parse(d.Nodes[0].URL)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(append([]string{u.Host}, d.Nodes[0].Also...), " "); got != want {
			t.Errorf("%q: the node is looked for at %s, want %s", text, got, want)
		}
	}
}

// TestFindIncludesOfMovedDataDir: relative names count from where litecoind looks.
func TestFindIncludesOfMovedDataDir(t *testing.T) {
	home := tree(t, map[string]string{"first/rpc.conf": "rpcpassword=first", "moved/rpc.conf": "rpcpassword=moved"})
	text := "datadir=" + filepath.Join(home, "moved") + "\nincludeconf=rpc.conf\n"
	for name, tt := range map[string]struct{ conf, datadir, want string }{
		"absolute": {filepath.Join(home, "etc", "my.conf"), "", "moved"},
		"relative": {"my.conf", filepath.Join(home, "first"), "first"},
		"datadir":  {filepath.Join(home, "etc", "my.conf"), filepath.Join(home, "first"), "first"},
	} {
		for _, dir := range []string{"etc", "first"} {
			os.MkdirAll(filepath.Join(home, dir), 0o700)
			write(t, filepath.Join(home, dir, "my.conf"), text)
		}
		d, err := discover.Find(discover.Options{Conf: tt.conf, DataDir: tt.datadir, Getenv: func(string) string { return home }})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, got, err := d.Nodes[0].Credentials(); got != tt.want || err != nil {
			t.Errorf("%s: password %q, %v, want %q", name, got, err, tt.want)
		}
	}
}
