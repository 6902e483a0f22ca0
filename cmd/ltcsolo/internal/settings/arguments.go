package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

const seeHelp = "ltcsolo --help lists the commands"

// Arrange finds the command, refuses unknown commands, flags and arguments, and puts flags before arguments, the only
// order that the cli package reads. It replaces "help COMMAND" and "--version" with what they stand for.
func Arrange(app *cli.App, args []string) ([]string, error) {
	rest := args[1:]
	if len(rest) > 0 && rest[0] == "help" {
		rest = append(slices.Clone(rest[1:]), "--help")
	}
	if len(rest) == 0 || rest[0] == "--help" || rest[0] == "-h" {
		return []string{args[0], "--help"}, nil
	}
	if rest[0] == "--version" || rest[0] == "-v" {
		rest = append([]string{"version"}, rest[1:]...)
	}
	command := app.Command(rest[0])
	if command == nil {
		return nil, unknownCommand(app.Commands, rest[0])
	}
	path := []string{args[0], command.Name} // what is typed before flags
	rest = rest[1:]
	for len(command.Subcommands) > 0 && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		i := slices.IndexFunc(command.Subcommands, func(c *cli.Command) bool { return c.HasName(rest[0]) })
		if i < 0 {
			return nil, unknownCommand(command.Subcommands, rest[0])
		}
		command, rest = command.Subcommands[i], rest[1:]
		path = append(path, command.Name)
	}
	flags, positional, err := splitArguments(command, rest)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(flags, "--help") {
		if err := countArguments(strings.Join(path[1:], " "), command, len(positional)); err != nil {
			return nil, err
		}
	}
	return slices.Concat(path, flags, []string{"--"}, positional), nil
}

// countArguments compares the number of arguments with the command's usage, such as HASH [FILE].
func countArguments(name string, command *cli.Command, n int) error {
	want := strings.Fields(command.ArgsUsage)
	least := len(want)
	for least > 0 && strings.HasPrefix(want[least-1], "[") {
		least--
	}
	see := fmt.Sprintf("ltcsolo %s --help lists its flags and arguments", name)
	switch {
	case n >= least && n <= len(want):
		return nil
	case len(want) == 0 && FlagNamed(command.Flags, "address") != nil:
		return terminal.Usage("", fmt.Sprintf("if it is the address to pay: ltcsolo %s --address ADDRESS. %s", name, see),
			"%s takes no argument but flags, and there is one", name)
	case len(want) == 0:
		return terminal.Usage("", see, "%s takes no argument but flags, and there is one", name)
	case len(want) == 1 && least == 1:
		return terminal.Usage("", see, "%s takes one argument, %s, and there are %d", name, want[0], n)
	}
	return terminal.Usage("", see, "%s takes %d to %d arguments, %s, and there are %d", name, least, len(want), command.ArgsUsage, n)
}

func unknownCommand(commands []*cli.Command, typed string) error {
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	if strings.HasPrefix(typed, "-") {
		return terminal.Usage("", "ltcsolo mine --address ADDRESS is the usual one. "+seeHelp, "the command must come before its flags")
	}
	if near := nearest(typed, names); near != "" {
		return terminal.Usage("", fmt.Sprintf("did you mean %q? %s", near, seeHelp), "there is no command %q", typed)
	}
	return terminal.Usage("", seeHelp, "there is no such command")
}

// splitArguments separates flags and their values from other arguments.
func splitArguments(command *cli.Command, args []string) (flags, positional []string, err error) {
	see := fmt.Sprintf("ltcsolo %s --help lists its flags", command.Name)
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return flags, append(positional, args[i+1:]...), nil
		}
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			positional = append(positional, arg)
			continue
		}
		name, _, hasValue := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
		if name == "h" {
			name = "help"
		}
		f := FlagNamed(command.Flags, name)
		switch {
		case name == "help":
			flags = append(flags, "--help")
			continue
		case f == nil:
			return nil, nil, unknownFlag(command, name, i)
		}
		flags = append(flags, arg)
		if _, isBool := f.(*cli.BoolFlag); isBool || hasValue {
			continue
		}
		if i++; i == len(args) {
			return nil, nil, terminal.Usage(name, see, "--%s needs a value: %s", name, wants(f))
		}
		flags = append(flags, args[i])
	}
	return flags, positional, nil
}

// cliFlagError finds the flag in an error of the cli package, which has no other place for it.
var cliFlagError = regexp.MustCompile(`for flag -([a-z0-9-]+): [^"]*$`)

// UsageError replaces the cli package's error about a flag's value, which repeats the value, with one that does not.
func UsageError(ctx *cli.Context, err error, _ bool) error {
	if m := cliFlagError.FindStringSubmatch(err.Error()); m != nil {
		if f := FlagNamed(ctx.Command.Flags, m[1]); f != nil {
			return terminal.Usage(m[1], "give "+wants(f), "the value of --%s cannot be read", m[1])
		}
	}
	return terminal.Usage("", "ltcsolo --help lists the commands, and ltcsolo COMMAND --help their flags", "the arguments cannot be read")
}

// wants says what a flag's value looks like.
func wants(f cli.Flag) string {
	switch f.(type) {
	case *cli.IntFlag:
		return "a whole number"
	case *cli.Float64Flag:
		return "a number such as 0.5 or 80"
	case *cli.DurationFlag:
		return "a time such as 90s, 10m or 8h"
	case *cli.BoolFlag:
		return "true or false"
	}
	return "a text"
}
