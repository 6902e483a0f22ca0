package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/BurntSushi/toml"
	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/textfile"
)

// maxConfig bounds a configuration file, in bytes: a device given by mistake has no end.
const maxConfig = 64 << 10

// configFile is a TOML file with values for the flags.
type configFile struct {
	path   string // empty: no place for one is known
	found  bool
	values map[string]any
	lines  map[string]int // of the keys, from 1
	merged []Merged       // its tables of merged chains
}

// ConfigPath returns the path of a command's configuration file, and whether the user gave it. The path is empty if
// none was given and no home is known.
func ConfigPath(ctx *cli.Context) (path string, named bool) {
	if path := ctx.String("config"); path != "" {
		return path, true
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", false
	}
	return filepath.Join(dir, "ltcsolo", "config.toml"), false
}

// readConfig reads the file. Its errors name a line, never its text.
func readConfig(path string, required bool, known []string) (*configFile, error) {
	c := &configFile{path: path, values: map[string]any{}, lines: map[string]int{}}
	if path == "" {
		return c, nil
	}
	text, err := textfile.Read(path, maxConfig)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return c, nil
	}
	if err == nil {
		text, err = textfile.UTF8(text)
	}
	if err != nil {
		which := "" // what was given may be a secret that was put there by mistake
		if !required {
			which = " " + path
		}
		return nil, terminal.Usage("config", "give a file that can be read with --config, or none; ltcsolo config init writes one",
			"the configuration file%s cannot be read: %v", which, terminal.WithoutPath(err))
	}
	c.found = true
	keys := map[string]toml.Primitive{}
	meta, err := toml.Decode(string(text), &keys)
	if err != nil {
		return nil, terminal.Usage("config", howToWrite(text, lineOf(err)), "line %d of %s is not TOML", lineOf(err), path)
	}
	for key, value := range keys {
		if key == tableSetting {
			if c.merged, err = readTables(path, meta, value); err != nil {
				return nil, err
			}
			continue
		}
		c.lines[key] = lineOf(meta.PrimitiveDecode(value, &refusing{}))
		var v any
		if err := meta.PrimitiveDecode(value, &v); err != nil {
			v = nil // no flag takes it
		}
		c.values[key] = v
	}
	return c, c.checkNames(known)
}

// howToWrite says how to write a line, from 1, that is not TOML. In double quotes a backslash begins an escape.
func howToWrite(text []byte, line int) string {
	remedy := `a line is: name = value; a text stands in quotes: address = "ltc1..."`
	if lines := bytes.Split(text, []byte("\n")); 0 < line && line <= len(lines) && bytes.ContainsRune(lines[line-1], '\\') {
		remedy += `, one with backslashes in single ones: state = 'D:\ltcsolo'`
	}
	return remedy
}

// refusing takes no value. The decoder then names the line in its error, which it does nowhere else.
type refusing struct{}

func (*refusing) UnmarshalTOML(any) error { return errors.New("refused") }

func lineOf(err error) int {
	var at toml.ParseError
	errors.As(err, &at)
	return at.Position.Line
}

// checkNames refuses a name that no flag has: the first one in the file.
func (c *configFile) checkNames(known []string) error {
	var unknown []string
	for key := range c.values {
		if !slices.Contains(known, key) || key == "config" {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	key := slices.MinFunc(unknown, func(a, b string) int { return c.lines[a] - c.lines[b] })
	if near := nearest(key, slices.DeleteFunc(slices.Clone(known), func(name string) bool { return name == "config" })); near != "" {
		return terminal.Usage("", fmt.Sprintf("did you mean %s?", near), "line %d of %s sets %s, which ltcsolo does not know", c.lines[key], c.path, key)
	}
	return terminal.Usage("", "the names in it are those of the flags without --: ltcsolo COMMAND --help lists them",
		"line %d of %s sets a name that ltcsolo does not know", c.lines[key], c.path)
}

// fill sets the flags that nothing stronger has set.
func (c *configFile) fill(ctx *cli.Context, origins map[string]origin) error {
	for _, f := range unset(ctx) {
		name := f.Names()[0]
		value, ok := c.values[name]
		if !ok {
			continue
		}
		list, isList := value.([]any)
		if _, wantList := f.(*cli.StringSliceFlag); !isList {
			list = []any{value}
		} else if !wantList {
			list = []any{nil} // refused below
		}
		for _, v := range list {
			if !suits(f, v) || ctx.Set(name, fmt.Sprint(v)) != nil {
				return terminal.Usage(name, "give "+wantsInFile(f), "the value of %s cannot be read, on line %d of %s", name, c.lines[name], c.path)
			}
		}
		if len(list) > 0 {
			origins[name] = origin{Source: fromFile, Path: c.path, Line: c.lines[name]}
		}
	}
	return nil
}

// suits reports whether a TOML value has the type of a flag.
func suits(f cli.Flag, value any) bool {
	_, isBool := value.(bool)
	_, isInt := value.(int64)
	_, isFloat := value.(float64)
	_, isText := value.(string)
	switch f.(type) {
	case *cli.BoolFlag:
		return isBool
	case *cli.IntFlag:
		return isInt
	case *cli.Float64Flag:
		return isInt || isFloat
	}
	return isText
}

func isNumber(f cli.Flag) bool { return suits(f, int64(0)) }

// wantsInFile says what a flag's value looks like in TOML.
func wantsInFile(f cli.Flag) string {
	switch f.(type) {
	case *cli.DurationFlag:
		return `a time in quotes, such as "90s", "10m" or "8h"`
	case *cli.StringFlag:
		return `a text in quotes: ` + f.Names()[0] + ` = "..."`
	case *cli.StringSliceFlag:
		return `texts in quotes: ` + f.Names()[0] + ` = ["...", "..."]`
	}
	return wants(f) + ", without quotes"
}
