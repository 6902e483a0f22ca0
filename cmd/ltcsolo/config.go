package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/urfave/cli/v2"

	"ltcsolo/template"
	"ltcsolo/wallet"
)

// envPrefix begins the environment's name of every flag: LTCSOLO_RPC_USER for --rpc-user.
const envPrefix = "LTCSOLO_"

// envPassword has no flag: what stands on a command line can be read by everyone on the machine.
const envPassword = envPrefix + "RPC_PASSWORD"

// maxConfig is the longest configuration file, in bytes: a device given by mistake has no end.
const maxConfig = 64 << 10

// exclusive flags: if one of them is set, a lower layer cannot set another.
var exclusive = []string{"address", "descriptor", "address-from-wallet"}

// fillIn sets the flags that were not typed, from the environment, else from the configuration file.
func fillIn(ctx *cli.Context, commands []*cli.Command) error {
	known := knownNames(commands)
	if err := checkEnvironment(known); err != nil {
		return err
	}
	if err := fillFromEnvironment(ctx); err != nil {
		return err
	}
	if err := refuseSecrets(ctx); err != nil { // before --config is opened and named
		return err
	}
	if flagNamed(ctx.Command, "config") == nil {
		return nil
	}
	path, required := ctx.String("config"), true
	if path == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil // without a home there is no default file
		}
		path, required = filepath.Join(dir, "ltcsolo", "config.toml"), false
	}
	values, err := readConfig(path, required, known)
	if err != nil {
		return err
	}
	if err := fillFromFile(ctx, path, values); err != nil {
		return err
	}
	return refuseSecrets(ctx)
}

// refuseSecrets refuses private keys wherever they were put by mistake: a path comes into errors, a tag into the
// chain.
func refuseSecrets(ctx *cli.Context) error {
	for _, f := range ctx.Command.Flags {
		if _, ok := f.(*cli.StringFlag); ok {
			if err := wallet.CheckNoSecret(ctx.String(f.Names()[0])); err != nil {
				return err
			}
		}
	}
	for i, arg := range ctx.Args().Slice() {
		if takesHash(ctx.Command, i) && isHash(arg) {
			continue // it looks like a key in hex, and the blocks commands repeat it as little
		}
		if err := wallet.CheckNoSecret(arg); err != nil {
			return err
		}
	}
	return nil
}

// takesHash reports whether the nth argument can be a block hash. Those of a command with others below it are theirs.
func takesHash(c *cli.Command, n int) bool {
	if len(c.Subcommands) > 0 {
		return slices.ContainsFunc(c.Subcommands, func(below *cli.Command) bool { return takesHash(below, 0) })
	}
	args := strings.Fields(c.ArgsUsage)
	return n < len(args) && strings.Trim(args[n], "[]") == "HASH"
}

func isHash(text string) bool {
	_, err := template.ParseHash(text)
	return err == nil
}

// knownNames are the flags that file and environment can set: those of every command, since one file serves all.
func knownNames(commands []*cli.Command) []string {
	var known []string
	for _, c := range commands {
		for _, name := range flagNames(c.Flags) {
			if name != "help" && !slices.Contains(known, name) {
				known = append(known, name)
			}
		}
	}
	slices.Sort(known)
	return known
}

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// checkEnvironment refuses a variable that looks like a mistyped one of ours.
func checkEnvironment(known []string) error {
	names := []string{envPassword}
	for _, name := range known {
		names = append(names, envName(name))
	}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, envPrefix) || slices.Contains(names, name) {
			continue
		}
		rest := func(s string) string { return strings.TrimPrefix(s, envPrefix) }
		short := make([]string, len(names))
		for i := range names {
			short[i] = rest(names[i])
		}
		if near := nearest(rest(name), short); near != "" {
			return usage(fmt.Sprintf("did you mean %s%s? unset %s or correct it", envPrefix, near, name),
				"the environment has %s, which ltcsolo does not know", name)
		}
	}
	return nil
}

// unset are the command's flags that a layer may still set.
func unset(ctx *cli.Context) []cli.Flag {
	closed := slices.ContainsFunc(exclusive, ctx.IsSet)
	var open []cli.Flag
	for _, f := range ctx.Command.Flags {
		name := f.Names()[0]
		if name == "help" || ctx.IsSet(name) || closed && slices.Contains(exclusive, name) {
			continue
		}
		open = append(open, f)
	}
	return open
}

func fillFromEnvironment(ctx *cli.Context) error {
	for _, f := range unset(ctx) {
		name := f.Names()[0]
		value, ok := os.LookupEnv(envName(name))
		if !ok || value == "" {
			continue
		}
		values := []string{value}
		if _, list := f.(*cli.StringSliceFlag); list {
			values = strings.Fields(strings.ReplaceAll(value, ",", " "))
		}
		for _, v := range values {
			if err := ctx.Set(name, v); err != nil {
				return usage("give "+wants(f), "the value of %s in the environment cannot be read", envName(name))
			}
		}
	}
	return nil
}

// readConfig reads the file. Its errors name a line, never what stands on it.
func readConfig(path string, required bool, known []string) (map[string]any, error) {
	text, err := readFileWithin(path, maxConfig)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return nil, nil
	}
	if err != nil {
		return nil, usage("give a file that can be read with --config, or none", "the configuration file cannot be read: %v", withoutPath(err))
	}
	values := map[string]any{}
	if err := toml.Unmarshal(text, &values); err != nil {
		var at toml.ParseError
		line := 0
		if errors.As(err, &at) {
			line = at.Position.Line
		}
		return nil, usage(`a line is: name = value; a text stands in quotes: address = "ltc1..."`,
			"line %d of %s is not TOML", line, path)
	}
	for key := range values {
		if slices.Contains(known, key) && key != "config" {
			continue
		}
		if near := nearest(key, known); near != "" {
			return nil, usage(fmt.Sprintf("did you mean %s?", near), "%s sets %s, which ltcsolo does not know", path, key)
		}
		return nil, usage("the names in it are those of the flags without --: ltcsolo COMMAND --help tells them",
			"%s sets a name that ltcsolo does not know", path)
	}
	return values, nil
}

// readFileWithin reads a file of at most so many bytes.
func readFileWithin(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, fmt.Errorf("it is longer than %d bytes", most)
	}
	return text, err
}

func fillFromFile(ctx *cli.Context, path string, values map[string]any) error {
	for _, f := range unset(ctx) {
		name := f.Names()[0]
		value, ok := values[name]
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
			switch v.(type) {
			case string, int64, bool:
				if ctx.Set(name, fmt.Sprint(v)) == nil {
					continue
				}
			}
			return usage("give "+wants(f), "the value of %s in %s cannot be read", name, path)
		}
	}
	return nil
}
