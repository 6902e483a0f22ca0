package node

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// maxConf bounds what is read as litecoin.conf; a larger file is something else.
const maxConf = 1 << 20

// networkOnly are the settings that count for test and regtest only in their own section (init.cpp, NETWORK_ONLY).
var networkOnly = []string{"addnode", "bind", "connect", "port", "rpcbind", "rpcport", "wallet", "walletdir"}

// conf is a parsed litecoin.conf with what it includes (util/system.cpp, util/settings.cpp).
type conf struct {
	path     string // "" if there is no file
	settings []setting
}

type setting struct {
	section string // "" before the first [section]
	key     string
	value   string
	negated bool // written as nokey=1
}

// parseConf reads the text of a litecoin.conf as litecoind does. The error tells a line, never its content, which may
// be a password.
func parseConf(text string) ([]setting, error) {
	var all []setting
	section := ""
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, comment := strings.Cut(line, "#")
		line = trim(line)
		switch {
		case line == "":
			continue
		case line[0] == '[' && line[len(line)-1] == ']':
			section = line[1 : len(line)-1]
			continue
		case line[0] == '-':
			return nil, fmt.Errorf("line %d begins with -, which only the command line has", number)
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("line %d is not key=value", number)
		}
		if comment && strings.Contains(key, "rpcpassword") {
			return nil, fmt.Errorf("line %d has a # in rpcpassword, which litecoind refuses", number)
		}
		all = append(all, newSetting(section, trim(key), trim(value)))
	}
	return all, nil
}

// newSetting splits section.key and turns nokey=1 into a negated key, nokey=0 into key=1.
func newSetting(section, key, value string) setting {
	if section == "" {
		if before, after, ok := strings.Cut(key, "."); ok {
			section, key = before, after
		}
	}
	s := setting{section: section, key: key, value: value}
	if rest, ok := strings.CutPrefix(key, "no"); ok {
		s.key, s.negated, s.value = rest, isTrue(value), "1"
	}
	return s
}

func trim(s string) string { return strings.Trim(s, " \t\r\n") }

// isTrue is litecoind's InterpretBool: empty counts as 1, and text that is no number as 0.
func isTrue(value string) bool {
	if value == "" {
		return true
	}
	digits := strings.TrimLeft(value, "+-")
	end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		digits = digits[:end]
	}
	return strings.Trim(digits, "0") != ""
}

// of is the values of a key in a section, without those that a later nokey took back.
func (c *conf) of(section, key string) (values []string) {
	for _, s := range c.settings {
		if s.section != section || s.key != key {
			continue
		}
		if s.negated {
			values = nil
			continue
		}
		values = append(values, s.value)
	}
	return values
}

// get is the value that counts for a network: the first of its section, else the first of the head, which does not
// count for some keys. It is "" if there is none.
func (c *conf) get(network, key string) string {
	if v := c.of(network, key); len(v) > 0 {
		return v[0]
	}
	if network != "main" && slices.Contains(networkOnly, key) {
		return ""
	}
	if v := c.of("", key); len(v) > 0 {
		return v[0]
	}
	return ""
}

// network is the one that the head chooses. Here the last value of testnet, regtest and signet counts, but the first of
// chain. Without a choice it is main.
func (c *conf) network() (string, error) {
	var chosen []string
	for key, name := range map[string]string{"testnet": "test", "regtest": "regtest", "signet": "signet"} {
		if v := c.of("", key); len(v) > 0 && isTrue(v[len(v)-1]) {
			chosen = append(chosen, name)
		}
	}
	if v := c.of("", "chain"); len(v) > 0 {
		chosen = append(chosen, v[0])
	}
	switch len(chosen) {
	case 0:
		return "main", nil
	case 1:
		if _, ok := networks[chosen[0]]; !ok {
			return "", fmt.Errorf("it chooses the network %q, on which ltcsolo cannot mine", excerpt(chosen[0]))
		}
		return chosen[0], nil
	}
	return "", errors.New("it chooses more than one of testnet, regtest, signet and chain")
}

// loadConf reads a litecoin.conf and the files that it includes, whose names count from dataDir: those of the
// network's section first, then those of the head; includes of included files do not count. A file that is absent is
// an empty conf, unless must. The error is a *ConfigError.
func loadConf(path, dataDir, network string, must bool) (*conf, error) {
	settings, err := readConf(path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return &conf{}, nil
	}
	if err != nil {
		return nil, confError(path, err)
	}
	c := &conf{path: path, settings: settings}
	if network == "" {
		if network, err = c.network(); err != nil {
			return nil, confError(path, err)
		}
	}
	names := append(c.of(network, "includeconf"), c.of("", "includeconf")...)
	for _, name := range names {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dataDir, name)
		}
		more, err := readConf(name)
		if err != nil {
			return nil, confError(name, err)
		}
		c.settings = append(c.settings, more...)
	}
	return c, nil
}

func readConf(path string) ([]setting, error) {
	text, err := readSmall(path, maxConf)
	if err != nil {
		return nil, err
	}
	return parseConf(text)
}

// readSmall reads a regular file up to a limit in bytes.
func readSmall(path string, limit int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return "", errors.New("it is a directory")
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return "", err
	}
	if int64(len(b)) > limit {
		return "", fmt.Errorf("it is larger than %d bytes", limit)
	}
	return string(b), nil
}

func confError(path string, err error) *ConfigError {
	remedy := "correct the file, or name another one with --conf"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		remedy = "check the name: --conf is a file, --datadir the folder that holds litecoin.conf"
	case errors.Is(err, fs.ErrPermission):
		remedy = "run ltcsolo as the user who runs litecoind, or give --conf a file that you may read"
	}
	return &ConfigError{fmt.Sprintf("cannot use %s: %v", path, cause(err)), remedy}
}

// cause is err without the path that the message has already.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// port reads a TCP port.
func port(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("port %.10q is not 1 to 65535", text)
	}
	return int(n), nil
}
