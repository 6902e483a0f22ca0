package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"ltcsolo/solo/node"
	"ltcsolo/template"
)

// Options is what the user said about the node. What is left empty is looked up.
type Options struct {
	Chain        *template.Chain // whose node it is; nil: Litecoin
	Network      string          // "main", "test", "regtest"
	DataDir      string          // the node's -datadir
	Conf         string          // path of its litecoin.conf, or dogecoin.conf
	URLs         []string        // of RPC servers; the first serves templates
	User         string          // with Password or PasswordFile
	Password     string
	PasswordFile string
	CookieFile   string

	Getenv func(string) string // nil: os.Getenv
}

// Found is what was found without talking to the node.
type Found struct {
	Chain           *template.Chain
	Network         string
	DataDir         string
	Conf            string        // "" if there is no litecoin.conf, or dogecoin.conf
	Nodes           []node.Config // one for each URL, ready for node.New
	CredentialsFrom string        // for people: "cookie /path", "rpcpassword of /path"
	FallbackFrom    string        // the same for what is tried when the node refuses those; "" if there is none

	// FromConf has the settings that the configuration file decided, by Litecoin's names for them: network, datadir, rpc, rpc-user, rpc-cookie, and
	// rpc-password, whose value is not kept.
	FromConf map[string]string
}

// Find looks for the network, data directory, RPC address and credentials of a chain's node where litecoind and
// litecoin-cli look (util/system.cpp, chainparamsbase.cpp, httprpc.cpp), or the same programs of the other chain. Options
// beat the configuration file; given credentials beat the cookie,
// which beats rpcpassword. The error is a *node.ConfigError.
func Find(o Options) (*Found, error) {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Chain == nil {
		o.Chain = template.Litecoin
	}
	if o.Network != "" {
		if err := node.CheckNetwork(o.Network); err != nil {
			return nil, err
		}
	}
	d := &Found{Chain: o.Chain, Network: o.Network, DataDir: o.DataDir}
	if d.DataDir == "" {
		d.DataDir = defaultDataDir(o.Chain, runtime.GOOS, o.Getenv)
	} else if err := checkDir(d.DataDir); err != nil {
		return nil, &node.ConfigError{
			Setting: o.setting("datadir"), Reason: fmt.Sprintf("cannot use the data directory %s: %v", d.DataDir, err),
			Remedy: fmt.Sprintf("give %s %s's data directory", o.flag("datadir"), o.Chain.Daemon),
		}
	}
	where := o.place(d.DataDir)
	c, err := where.load(o.Network, o.Conf != "")
	switch {
	case err != nil && o.Conf == "" && o.complete():
		c = &conf{chain: o.Chain} // nothing depends on it
	case err != nil:
		return nil, err
	}
	if d.Network == "" {
		if d.Network, err = c.network(); err != nil {
			return nil, confError(o.Chain, c.path, err)
		}
	}
	d.Conf = c.path
	if moved := c.text(d.Network, "datadir"); moved != "" && o.DataDir == "" {
		d.DataDir = moved
	}
	credentials, fallback, err := o.credentials(d, c, where)
	if err != nil {
		return nil, err
	}
	urls := o.URLs
	var also []string
	if len(urls) == 0 && node.DefaultPort(o.Chain, d.Network) == 0 && c.get(d.Network, "rpcport") == nil {
		return nil, &node.ConfigError{
			Setting: o.setting("rpc"), Reason: fmt.Sprintf("ltcsolo does not know the RPC port of %s", o.Chain.Daemon),
			Remedy: fmt.Sprintf("give %s, or set rpcport in %s", o.flag("rpc"), node.ConfFile(o.Chain)),
		}
	}
	if len(urls) == 0 {
		addresses, err := c.addresses(d.Network)
		if err != nil {
			return nil, err
		}
		urls, also = []string{"http://" + escapeZone(addresses[0])}, addresses[1:]
	}
	for _, text := range urls {
		u, err := node.ParseURL(o.Chain, withScheme(text), node.DefaultPort(o.Chain, d.Network))
		if err != nil {
			return nil, err
		}
		d.Nodes = append(d.Nodes, node.Config{Chain: o.Chain, URL: u.String(), Also: also, Credentials: credentials, Fallback: fallback, Network: d.Network})
	}
	d.FromConf = o.fromConf(d, c)
	return d, nil
}

// withScheme makes a URL of host:port or an address, as for -rpcconnect. Any other text stays as it is: a word may be
// anything.
func withScheme(text string) string {
	host, _, _ := strings.Cut(text, "/")
	_, port, _ := net.SplitHostPort(host)
	_, err := strconv.ParseUint(port, 10, 16)
	if _, ip := parseIP(strings.Trim(host, "[]")); err != nil && !ip || strings.Contains(text, "://") {
		return text
	}
	return "http://" + text
}

// PlainURL reports whether a text is a node's URL, which holds no password.
func PlainURL(text string) bool {
	_, err := node.ParseURL(nil, withScheme(text), node.DefaultPort(nil, "main"))
	return err == nil
}

// setting is what a ConfigError calls a setting, by Litecoin's name for it.
func (o Options) setting(name string) string { return node.Setting(o.Chain, name) }

// flag is how the user gives it.
func (o Options) flag(name string) string { return node.Flag(o.Chain, name) }

// fromConf returns what the configuration file decided because o left it open.
func (o Options) fromConf(d *Found, c *conf) map[string]string {
	from := map[string]string{}
	for _, key := range []string{"testnet", "regtest", "signet", "chain"} {
		if o.Network == "" && c.get("", key) != nil {
			from["network"] = d.Network
		}
	}
	if o.DataDir == "" && c.text(d.Network, "datadir") != "" {
		from["datadir"] = d.DataDir
	}
	if len(o.URLs) == 0 && (c.bound(d.Network) || c.get(d.Network, "rpcport") != nil || c.get(d.Network, "rpcconnect") != nil) {
		from["rpc"] = d.Nodes[0].URL
	}
	if o.Password != "" || o.PasswordFile != "" || o.CookieFile != "" {
		return from
	}
	if path := c.text(d.Network, "rpccookiefile"); path != "" {
		from["rpc-cookie"] = path
	}
	if user := c.text(d.Network, "rpcuser"); user != "" {
		from["rpc-user"] = user
	}
	if c.text(d.Network, "rpcpassword") != "" {
		from["rpc-password"] = "set"
	}
	return from
}

// place says where the configuration file is. A relative name that is no file here is relative to the data directory, as
// the node's -conf.
func (o Options) place(dataDir string) place {
	path := o.Conf
	if path == "" {
		path = node.ConfFile(o.Chain)
	}
	if !filepath.IsAbs(path) {
		if _, err := os.Stat(path); o.Conf == "" || err != nil {
			return place{chain: o.Chain, path: filepath.Join(dataDir, path), dir: dataDir}
		}
	}
	return place{chain: o.Chain, path: path, dir: dataDir, moves: o.DataDir == ""}
}

// complete reports whether nothing is left to find.
func (o Options) complete() bool {
	return o.Network != "" && len(o.URLs) > 0 && (o.Password != "" || o.PasswordFile != "" || o.CookieFile != "")
}

// credentials chooses their source and a fallback, which may be nil.
func (o Options) credentials(d *Found, c *conf, where place) (source, fallback node.Credentials, err error) {
	if source, err := o.given(d); source != nil || err != nil {
		return source, nil, err
	}
	path := ".cookie"
	if s := c.get(d.Network, "rpccookiefile"); s != nil {
		path = s.value
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.DataDir, folders(o.Chain)[d.Network], path)
	}
	fromCookie := Cookie(o.Chain, path)
	if c.text(d.Network, "rpcpassword") == "" {
		d.CredentialsFrom = "cookie " + path
		return fromCookie, nil, nil
	}
	// The node writes no cookie if rpcpassword is set. A cookie that exists was left by a start without rpcpassword or
	// by a crash, so both are tried.
	password := confPassword(where, d.Network)
	d.CredentialsFrom = "rpcpassword of " + c.path
	if _, _, err := fromCookie(); err == nil {
		d.FallbackFrom = d.CredentialsFrom
		d.CredentialsFrom = "cookie " + path
	} else if !errors.Is(err, fs.ErrNotExist) {
		return password, nil, nil
	}
	return firstOf(fromCookie, password), password, nil
}

// given returns the credentials that the user gave; nil if none.
func (o Options) given(d *Found) (node.Credentials, error) {
	given := 0
	for _, s := range []string{o.Password, o.PasswordFile, o.CookieFile} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		setting := "rpc-cookie"
		if o.CookieFile == "" {
			setting = "rpc-password-file"
		}
		return nil, &node.ConfigError{
			Setting: o.setting(setting), Reason: "more than one of password, password file and cookie is given", Remedy: "give one of them",
		}
	case strings.Contains(o.User, ":"):
		return nil, &node.ConfigError{
			Setting: o.setting("rpc-user"), Reason: o.flag("rpc-user") + " contains a colon, which no user name may (RFC 7617)",
			Remedy: "give the name alone; the password belongs in a file, with " + o.flag("rpc-password-file") + " FILE",
		}
	case o.User != "" && o.Password == "" && o.PasswordFile == "":
		return nil, &node.ConfigError{
			Setting: o.setting("rpc-user"), Reason: o.flag("rpc-user") + " is given without a password", Remedy: "give " + o.flag("rpc-password-file") + " too",
		}
	case o.CookieFile != "":
		d.CredentialsFrom = "cookie " + o.CookieFile
		return Cookie(o.Chain, o.CookieFile), nil
	case o.PasswordFile != "":
		d.CredentialsFrom = "password file " + o.PasswordFile
		source := PasswordFile(o.Chain, o.User, o.PasswordFile)
		if _, _, err := source(); err != nil {
			var bad *node.Error
			errors.As(err, &bad)
			return nil, &node.ConfigError{Setting: o.setting("rpc-password-file"), Reason: bad.Reason, Remedy: bad.Remedy}
		}
		return source, nil
	case o.Password != "":
		d.CredentialsFrom = "the given password"
		return fixedPassword(o.User, o.Password), nil
	}
	return nil, nil
}

func checkDir(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		return errors.New("it is not a directory")
	}
	return cause(err)
}

// defaultDataDir is the node's GetDefaultDataDir.
func defaultDataDir(chain *template.Chain, goos string, getenv func(string) string) string {
	switch goos {
	case "windows":
		return filepath.Join(getenv("APPDATA"), title(chain))
	case "darwin":
		return filepath.Join(home(getenv), "Library", "Application Support", title(chain))
	}
	return filepath.Join(home(getenv), "."+chain.Name)
}

func home(getenv func(string) string) string {
	if h := getenv("HOME"); h != "" {
		return h
	}
	return "/"
}
