package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/template"
	"ltcsolo/wallet"
)

// envPrefix begins the environment's name of every flag: LTCSOLO_RPC_USER for --rpc-user.
const envPrefix = "LTCSOLO_"

// envPassword has no flag: what stands on a command line can be read by everyone on the machine.
const envPassword = envPrefix + "RPC_PASSWORD"

// exclusive flags: if one of them is set, a lower layer cannot set another.
var exclusive = []string{"address", "descriptor", "address-from-wallet"}

// fillIn sets the flags that were not typed, from the environment, else from the configuration file, and notes where
// each value came from.
func fillIn(ctx *cli.Context, commands []*cli.Command) error {
	if len(ctx.Command.Subcommands) > 0 && ctx.Args().Present() {
		return nil // the command below fills in its own
	}
	known := knownNames(commands)
	if err := checkEnvironment(known); err != nil {
		return err
	}
	origins := map[string]origin{}
	ctx.App.Metadata[originsKey] = origins
	for _, name := range flagNames(ctx.Command.Flags) {
		if ctx.IsSet(name) {
			origins[name] = origin{Source: fromFlag}
		}
	}
	if err := fillFromEnvironment(ctx, origins); err != nil {
		return err
	}
	if err := refuseSecrets(ctx); err != nil { // before --config is opened and named
		return err
	}
	if flagNamed(ctx.Command, "config") == nil {
		return nil
	}
	path, named := configPath(ctx)
	file, err := readConfig(path, named, known)
	if err != nil {
		return err
	}
	if err := file.fill(ctx, origins); err != nil {
		return err
	}
	return refuseSecrets(ctx)
}

// refuseSecrets refuses private keys wherever they were put by mistake: a path comes into errors, a tag into the
// chain.
func refuseSecrets(ctx *cli.Context) error {
	for _, f := range ctx.Command.Flags {
		var texts []string
		switch f.(type) {
		case *cli.StringFlag:
			texts = []string{ctx.String(f.Names()[0])}
		case *cli.StringSliceFlag:
			texts = ctx.StringSlice(f.Names()[0])
		}
		for _, text := range texts {
			if err := wallet.CheckNoSecret(text); err != nil {
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

// takesHash reports whether the nth argument can be a block hash.
func takesHash(c *cli.Command, n int) bool {
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

func fillFromEnvironment(ctx *cli.Context, origins map[string]origin) error {
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
		origins[name] = origin{Source: fromEnvironment, Variable: envName(name)}
	}
	return nil
}
