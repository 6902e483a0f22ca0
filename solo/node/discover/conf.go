package discover

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ltcsolo/solo/node"
)

// maxConf bounds a litecoin.conf, in bytes; a larger file is something else.
const maxConf = 1 << 20

// networkOnly lists the settings that test and regtest read from their own section only (init.cpp, NETWORK_ONLY).
var networkOnly = []string{"addnode", "bind", "connect", "port", "rpcbind", "rpcport", "wallet", "walletdir"}

// conf is a parsed litecoin.conf with its includes (util/system.cpp, util/settings.cpp).
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

// parseConf reads the text of a litecoin.conf as litecoind does. The error names a line and never quotes it: it may hold
// a password.
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
			return nil, fmt.Errorf("line %d begins with -, which is for the command line only", number)
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

// newSetting splits section.key, and turns nokey=1 into a negated key and nokey=0 into key=1.
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

// isTrue is litecoind's InterpretBool: empty text counts as 1, and text that is not a number as 0.
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

// of returns the values of a key in a section, without those that a later nokey revokes.
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

// get returns the value in force for a network: the first in its section, else the first in the head (the lines before
// any section), which some keys ignore. It is "" if there is none.
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

// network returns the network that the head chooses, by default main. The last value of testnet, regtest and signet
// counts, but the first of chain.
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
			return "", fmt.Errorf("it chooses the network %.80q, on which ltcsolo cannot mine", chosen[0])
		}
		return chosen[0], nil
	}
	return "", errors.New("it chooses more than one of testnet, regtest, signet and chain")
}

// loadConf reads a litecoin.conf and the files that it includes, whose names are relative to dataDir: those of the
// network's section first, then those of the head. Includes in included files are ignored. A missing file is an empty
// conf, unless must is set. The error is a *node.ConfigError.
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

// readSmall reads a file of at most limit bytes.
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

func confError(path string, err error) *node.ConfigError {
	remedy := "correct the file, or name another one with --conf"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		remedy = "check the name: --conf is a file, --datadir the directory that holds litecoin.conf"
	case errors.Is(err, fs.ErrPermission):
		remedy = "run ltcsolo as the user who runs litecoind, or give --conf a file that you may read"
	}
	return &node.ConfigError{Setting: "conf", Reason: fmt.Sprintf("cannot use %s: %v", path, cause(err)), Remedy: remedy}
}

// cause strips the path from err; the caller's message has it.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
