package settings

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// tableSetting is the name of the tables of merged chains in the configuration file.
const tableSetting = "merged"

// tablesKey is where the app's metadata has the tables, as []Merged.
const tablesKey = "merged"

func tablesOf(ctx *cli.Context) []Merged {
	tables, _ := ctx.App.Metadata[tablesKey].([]Merged)
	return tables
}

// table is the text of a [[merged]]. Its keys are those of Merged.
type table struct {
	path  string         // of the file
	lines map[string]int // of the keys, from 1
	texts map[string]*string
	rpc   []string
}

// readTables reads the tables of merged chains. Errors name a line, never its text.
func readTables(path string, meta toml.MetaData, value toml.Primitive) ([]Merged, error) {
	var raw []map[string]toml.Primitive
	if err := meta.PrimitiveDecode(value, &raw); err != nil {
		return nil, terminal.Usage(tableSetting, `a chain is a table: [[merged]], then lines such as chain = "dogecoin"`,
			"merged, in %s, is not a list of tables", path)
	}
	var all []Merged
	for _, keys := range raw {
		m, err := readTable(path, meta, keys)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

func readTable(path string, meta toml.MetaData, keys map[string]toml.Primitive) (Merged, error) {
	var m Merged
	chain := ""
	t := table{path: path, lines: map[string]int{}, texts: map[string]*string{
		"chain": &chain, "address": &m.Address, "datadir": &m.DataDir, "conf": &m.Conf,
		"rpc-user": &m.RPCUser, "rpc-password-file": &m.RPCPasswordFile, "rpc-cookie": &m.RPCCookie,
	}}
	for key, value := range keys {
		t.lines[key] = lineOf(meta.PrimitiveDecode(value, &refusing{}))
	}
	inOrder := slices.SortedFunc(maps.Keys(keys), func(a, b string) int { return t.lines[a] - t.lines[b] })
	for _, key := range inOrder {
		if err := t.take(key, func(v any) error { return meta.PrimitiveDecode(keys[key], v) }); err != nil {
			return m, err
		}
	}
	m.RPC = t.rpc
	if chain == "" {
		return m, terminal.Usage(tableSetting, `give chain = "..." in it, one of `+strings.Join(MergedNames(), ", "), "a table [[merged]] in %s names no chain", path)
	}
	c, known := template.ChainNamed(chain)
	if !known || !c.AuxPoW {
		return m, terminal.Usage(tableSetting, "give one of "+strings.Join(MergedNames(), ", "),
			"line %d of %s names a chain that ltcsolo cannot merge", t.lines["chain"], path)
	}
	m.Chain = c
	if c == template.Dogecoin {
		m.RPCPassword = os.Getenv(EnvDogePassword)
	}
	return m, nil
}

// take reads the value of a key.
func (t *table) take(key string, decode func(any) error) error {
	if key == "rpc" {
		var one string
		if decode(&one) == nil {
			t.rpc = []string{one}
		} else if decode(&t.rpc) != nil {
			return terminal.Usage(tableSetting, `give a text in quotes, or several: rpc = ["...", "..."]`, "the value of rpc cannot be read, on line %d of %s", t.lines[key], t.path)
		}
		return secretsIn(t.rpc...)
	}
	text, known := t.texts[key]
	if !known {
		return t.unknown(key)
	}
	if decode(text) != nil {
		return terminal.Usage(tableSetting, fmt.Sprintf(`give a text in quotes: %s = "..."`, key), "the value of %s cannot be read, on line %d of %s", key, t.lines[key], t.path)
	}
	if err := secretsIn(*text); err != nil {
		return err
	}
	if f := FlagNamed(DogeNodeFlags(), dogePrefix+key); f != nil && takesPath(f) && len(*text) > 0 && (*text)[0] == '~' {
		path, err := expandHome(key, *text)
		*text = path
		return terminal.About(tableSetting, err)
	}
	return nil
}

// unknown is the error about a key that no table has.
func (t *table) unknown(key string) error {
	names := append(slices.Sorted(maps.Keys(t.texts)), "rpc")
	if near := nearest(key, names); near != "" {
		return terminal.Usage(tableSetting, fmt.Sprintf("did you mean %s?", near), "line %d of %s sets %s, which a table [[merged]] does not have", t.lines[key], t.path, key)
	}
	return terminal.Usage(tableSetting, "a table has chain, address, rpc, datadir, conf, rpc-user, rpc-password-file and rpc-cookie",
		"line %d of %s sets a name that a table [[merged]] does not have", t.lines[key], t.path)
}

// secretsIn refuses private keys.
func secretsIn(texts ...string) error {
	for _, text := range texts {
		if err := wallet.CheckNoSecret(text); err != nil {
			return err
		}
	}
	return nil
}
