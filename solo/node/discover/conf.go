package discover

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"ltcsolo/solo/node"
	"ltcsolo/solo/textfile"
	"ltcsolo/template"
)

// maxConf bounds a litecoin.conf, in bytes; a larger file is something else.
const maxConf = 1 << 20

// networkOnly lists the settings that test and regtest read from their own section only (init.cpp, NETWORK_ONLY).
var networkOnly = []string{"addnode", "bind", "connect", "port", "rpcbind", "rpcport", "wallet", "walletdir"}

// conf is a parsed litecoin.conf with its includes (util/system.cpp, util/settings.cpp), or the file of another chain's
// node (util.cpp, ReadConfigFile), which has neither includes nor sections.
type conf struct {
	chain    *template.Chain
	path     string // "" if there is no file
	settings []setting
}

type setting struct {
	section string // "" before the first [section]
	key     string
	value   string // as GetArg returns it: "0" of nokey=1, "1" of nokey=0
	negated bool   // written as nokey=1
	path    string // the file
	line    int    // in the file, from 1
}

// blame says that a setting cannot be used: it names its line.
func (c *conf) blame(s *setting, err error) error {
	return confError(c.chain, s.path, fmt.Errorf("line %d, %s: %w", s.line, s.key, err))
}

// parseConf reads the text of a configuration file as the chain's node does (GetConfigOptions; Boost's
// config_file_iterator). The error names a line and never quotes it: it may hold a password.
func parseConf(chain *template.Chain, path, text string) ([]setting, error) {
	var all []setting
	prefix := "" // the section and a dot
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, comment := strings.Cut(line, "#")
		line = trim(line)
		switch {
		case line == "":
			continue
		case line[0] == '[' && line[len(line)-1] == ']':
			prefix = line[1:len(line)-1] + "."
			continue
		case line[0] == '-' && !inherits(chain):
			return nil, fmt.Errorf("line %d begins with -, which is for the command line only", number)
		}
		key, value, ok := strings.Cut(line, "=")
		switch {
		case !ok && textfile.IsUTF16([]byte(text)):
			return nil, textfile.ErrUTF16
		case !ok && number == 1 && strings.HasPrefix(line, string(textfile.Mark)):
			return nil, errors.New("line 1 is not key=value: it begins with an invisible byte-order mark (EF BB BF), which " +
				chain.Daemon + " refuses: save the file as UTF-8 without it")
		case !ok:
			return nil, fmt.Errorf("line %d is not key=value", number)
		case comment && strings.Contains(key, "rpcpassword") && !inherits(chain):
			return nil, fmt.Errorf("line %d has a # in rpcpassword, which %s refuses", number, chain.Daemon)
		}
		s := newSetting(prefix+trim(key), trim(value))
		s.path, s.line = path, number
		all = append(all, s)
	}
	return all, nil
}

// newSetting splits section.key at the first dot, and turns nokey=1 into a negated key and nokey=0 into key=1
// (InterpretOption).
func newSetting(name, value string) setting {
	section, key, ok := strings.Cut(name, ".")
	if !ok {
		section, key = "", name
	}
	s := setting{section: section, key: key, value: value}
	if rest, ok := strings.CutPrefix(key, "no"); ok {
		s.key, s.negated, s.value = rest, isTrue(value), "1"
		if s.negated {
			s.value = "0"
		}
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

// of returns a section's lines for a key after the last nokey=1, and that line if nothing follows it (SettingsSpan).
// Without sections, a nokey=1 is a line like others.
func (c *conf) of(section, key string) (lines []setting, negation *setting) {
	for _, s := range c.settings {
		switch {
		case s.section != section || s.key != key:
		case s.negated && !inherits(c.chain):
			lines, negation = nil, &s
		default:
			lines, negation = append(lines, s), nil
		}
	}
	return lines, negation
}

// get returns the line in force for a network, nil if there is none: the first in its section, else the first in the head
// (the lines before any section), which some keys ignore. A nokey=1 counts even there (GetSetting).
func (c *conf) get(network, key string) *setting {
	for _, section := range c.sections(network) {
		lines, negation := c.of(section, key)
		if negation != nil {
			return negation
		}
		if len(lines) > 0 && !(section == "" && c.ownOnly(network, key)) {
			return &lines[0]
		}
	}
	return nil
}

// text returns the value in force for a network, "" if there is none.
func (c *conf) text(network, key string) string {
	if s := c.get(network, key); s != nil {
		return s.value
	}
	return ""
}

// all returns the lines of a key that may be repeated: those of the network's section and of the head (GetSettingsList).
func (c *conf) all(network, key string) (lines []setting) {
	for _, section := range c.sections(network) {
		if section == "" && c.ownOnly(network, key) {
			break
		}
		more, negation := c.of(section, key)
		lines = append(lines, more...)
		if negation != nil {
			break
		}
	}
	return lines
}

// sections returns those that count for a network, the first in force first; "" is the head.
func (c *conf) sections(network string) []string {
	if inherits(c.chain) {
		return []string{""}
	}
	return []string{network, ""}
}

// ownOnly reports whether the network reads a key from its own section only.
func (c *conf) ownOnly(network, key string) bool {
	return !inherits(c.chain) && network != "main" && slices.Contains(networkOnly, key)
}

// network returns the network that the head chooses, by default main. The last value of testnet, regtest and signet
// counts, but the first of chain. Without sections, only testnet and regtest choose, by their first value.
func (c *conf) network() (string, error) {
	var chosen []string
	keys := map[string]string{"testnet": "test", "regtest": "regtest"}
	if !inherits(c.chain) {
		keys["signet"] = "signet"
	}
	for key, name := range keys {
		lines, _ := c.of("", key)
		if len(lines) == 0 {
			continue
		}
		decides := lines[len(lines)-1]
		if inherits(c.chain) {
			decides = lines[0]
		}
		if isTrue(decides.value) {
			chosen = append(chosen, name)
		}
	}
	if s := c.get("", "chain"); s != nil && !inherits(c.chain) {
		chosen = append(chosen, s.value)
	}
	switch len(chosen) {
	case 0:
		return "main", nil
	case 1:
		if node.CheckNetwork(chosen[0]) != nil {
			return "", fmt.Errorf("it chooses the network %.80q, on which ltcsolo cannot mine", chosen[0])
		}
		return chosen[0], nil
	}
	return "", errors.New("it chooses more than one of testnet, regtest, signet and chain")
}

// place is where the configuration file is and where the node looks for the files that it includes.
type place struct {
	chain *template.Chain
	path  string
	dir   string // of files with relative names
	// moves: litecoind was started with an absolute -conf and without -datadir. Then nothing needs the data directory
	// before the file is read, and a datadir in its head counts for its includes too (GetConfigFile, GetDataDir).
	moves bool
}

// load reads the configuration file and the files that it includes: those of the network's section first, then those of the head.
// Includes in included files are ignored. A missing file is an empty conf, unless must is set. The error is a
// *node.ConfigError.
func (p place) load(network string, must bool) (*conf, error) {
	settings, err := p.readConf(p.path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return &conf{chain: p.chain}, nil
	}
	if err != nil {
		return nil, confError(p.chain, p.path, err)
	}
	c := &conf{chain: p.chain, path: p.path, settings: settings}
	if inherits(p.chain) {
		return c, nil
	}
	if network == "" {
		if network, err = c.network(); err != nil {
			return nil, confError(p.chain, p.path, err)
		}
	}
	dir := p.dir
	if moved := c.text("", "datadir"); p.moves && moved != "" {
		dir = moved
	}
	names, _ := c.of(network, "includeconf")
	head, _ := c.of("", "includeconf")
	for _, s := range append(names, head...) {
		name := s.value
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		more, err := p.readConf(name)
		if err != nil {
			return nil, confError(p.chain, name, err)
		}
		c.settings = append(c.settings, more...)
	}
	return c, nil
}

func (p place) readConf(path string) ([]setting, error) {
	text, err := textfile.Read(path, maxConf)
	if err != nil {
		return nil, err
	}
	return parseConf(p.chain, path, string(text))
}

func confError(chain *template.Chain, path string, err error) *node.ConfigError {
	flag := func(name string) string { return node.Flag(chain, name) }
	remedy := "correct the file, or name another one with " + flag("conf")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		remedy = fmt.Sprintf("check the name: %s is a file, %s the directory that holds %s", flag("conf"), flag("datadir"), node.ConfFile(chain))
	case errors.Is(err, fs.ErrPermission):
		remedy = fmt.Sprintf("run ltcsolo as the user who runs %s; or do without the file: give --network, %s, and %s or %s with %s",
			chain.Daemon, flag("rpc"), flag("rpc-cookie"), flag("rpc-user"), flag("rpc-password-file"))
	}
	return &node.ConfigError{Setting: node.Setting(chain, "conf"), Reason: fmt.Sprintf("cannot use %s: %v", path, cause(err)), Remedy: remedy}
}

// cause strips the path from err; the caller's message has it.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
