package settings

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// envPrefix begins the environment's name of every flag: LTCSOLO_RPC_USER for --rpc-user.
const envPrefix = "LTCSOLO_"

// EnvPassword is the variable with the password at the node. It has no flag: everyone on the machine can read a command
// line.
const EnvPassword = envPrefix + "RPC_PASSWORD"

// exclusive flags: if one of them is set, a weaker source cannot set another.
var exclusive = []string{"address", "descriptor", "address-from-wallet"}

// Fill sets the flags that were not typed from the environment, else from the configuration file, and notes the origin
// of each value.
func Fill(ctx *cli.Context, commands []*cli.Command) error {
	if len(ctx.Command.Subcommands) > 0 && ctx.Args().Present() {
		return nil // the subcommand fills in its own
	}
	known := knownNames(commands)
	if err := checkEnvironment(known); err != nil {
		return err
	}
	origins := map[string]origin{}
	ctx.App.Metadata[originsKey] = origins
	for _, name := range ctx.LocalFlagNames() {
		origins[name] = origin{Source: fromFlag}
	}
	if err := fillFromEnvironment(ctx, origins); err != nil {
		return err
	}
	if err := refuseSecrets(ctx); err != nil { // before --config is opened and named
		return err
	}
	if err := expandHomes(ctx); err != nil {
		return err
	}
	if FlagNamed(ctx.Command.Flags, "config") == nil {
		return nil
	}
	path, named := ConfigPath(ctx)
	file, err := readConfig(path, named, known)
	if err != nil {
		return err
	}
	ctx.App.Metadata[tablesKey] = file.merged
	if err := file.fill(ctx, origins); err != nil {
		return err
	}
	if err := refuseSecrets(ctx); err != nil {
		return err
	}
	return expandHomes(ctx)
}

// FillFromEnvironment is Fill for a command that writes the configuration file instead of reading it.
func FillFromEnvironment(ctx *cli.Context) error {
	if err := fillFromEnvironment(ctx, map[string]origin{}); err != nil {
		return err
	}
	if err := refuseSecrets(ctx); err != nil {
		return err
	}
	return expandHomes(ctx)
}

// knownNames returns the flags that file and environment can set: those of every command, since one file serves all.
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
	names := []string{EnvPassword, EnvDogePassword}
	for _, name := range known {
		names = append(names, envName(name))
	}
	short := make([]string, len(names)) // without the prefix
	for i := range names {
		short[i] = strings.TrimPrefix(names[i], envPrefix)
	}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		rest, ours := strings.CutPrefix(name, envPrefix)
		if !ours || slices.Contains(names, name) {
			continue
		}
		if near := nearest(rest, short); near != "" {
			return terminal.Usage("", fmt.Sprintf("did you mean %s%s? unset %s or correct it", envPrefix, near, name),
				"the environment has %s, which ltcsolo does not know", name)
		}
	}
	return nil
}

// unset returns the command's flags that a source may still set.
func unset(ctx *cli.Context) []cli.Flag {
	given := ctx.LocalFlagNames() // ctx.IsSet searches all flags, and takes milliseconds for all of them
	closed := slices.ContainsFunc(exclusive, func(name string) bool { return slices.Contains(given, name) })
	var open []cli.Flag
	for _, f := range ctx.Command.Flags {
		name := f.Names()[0]
		if name == "help" || slices.Contains(given, name) || closed && slices.Contains(exclusive, name) {
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
				return terminal.Usage(name, "give "+wants(f), "the value of %s in the environment cannot be read", envName(name))
			}
		}
		origins[name] = origin{Source: fromEnvironment, Variable: envName(name)}
	}
	return nil
}
