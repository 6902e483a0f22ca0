package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Nothing of what follows repeats a value or a stray argument that was typed: people paste private keys where an
// address is asked for, and what is printed ends in logs and mails.

const seeHelp = "ltcsolo --help tells the commands"

// arrange finds the command, refuses what it does not know, and puts flags before arguments, the only order that
// the cli package reads. "help COMMAND" and "--version" become what they stand for.
func arrange(app *cli.App, args []string) ([]string, error) {
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
	flags, positional, err := sortArguments(command, rest)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(flags, "--help") {
		if err := countArguments(strings.Join(path[1:], " "), command.ArgsUsage, len(positional)); err != nil {
			return nil, err
		}
	}
	return slices.Concat(path, flags, []string{"--"}, positional), nil
}

// countArguments compares the number of arguments with what the command's usage asks for: HASH [FILE].
func countArguments(name, argsUsage string, n int) error {
	want := strings.Fields(argsUsage)
	least := len(want)
	for least > 0 && strings.HasPrefix(want[least-1], "[") {
		least--
	}
	see := fmt.Sprintf("ltcsolo %s --help tells its flags and arguments", name)
	switch {
	case n >= least && n <= len(want):
		return nil
	case len(want) == 0:
		return usage(see, "%s takes no argument but flags, and there is one", name)
	case len(want) == 1 && least == 1:
		return usage(see, "%s takes one argument, %s, and there are %d", name, want[0], n)
	}
	return usage(see, "%s takes %d to %d arguments, %s, and there are %d", name, least, len(want), argsUsage, n)
}

func unknownCommand(commands []*cli.Command, typed string) error {
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	if strings.HasPrefix(typed, "-") {
		return usage(seeHelp, "a command stands before its flags")
	}
	if near := nearest(typed, names); near != "" {
		return usage(fmt.Sprintf("did you mean %q? %s", near, seeHelp), "there is no command %q", typed)
	}
	return usage(seeHelp, "there is no such command")
}

// sortArguments tells flags, with their values, from other arguments.
func sortArguments(command *cli.Command, args []string) (flags, positional []string, err error) {
	see := fmt.Sprintf("ltcsolo %s --help tells its flags", command.Name)
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
		f := flagNamed(command, name)
		switch {
		case name == "help":
			flags = append(flags, "--help")
			continue
		case f == nil:
			if near := nearest(name, flagNames(command.Flags)); near != "" {
				return nil, nil, usage(fmt.Sprintf("did you mean --%s? %s", near, see), "%s has no flag --%s", command.Name, name)
			}
			return nil, nil, usage(see, "%s has no such flag as the %s of its arguments", command.Name, ordinal(i+1))
		}
		flags = append(flags, arg)
		if _, isBool := f.(*cli.BoolFlag); isBool || hasValue {
			continue
		}
		if i++; i == len(args) {
			return nil, nil, usage(see, "--%s needs a value: %s", name, wants(f))
		}
		flags = append(flags, args[i])
	}
	return flags, positional, nil
}

func flagNamed(command *cli.Command, name string) cli.Flag {
	for _, f := range command.Flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

func flagNames(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()[0])
	}
	return names
}

var namedFlag = regexp.MustCompile(`for flag -([a-z0-9-]+): [^"]*$`)

// usageError turns what the cli package says of a flag's value into two lines without that value.
func usageError(ctx *cli.Context, err error, _ bool) error {
	see := "ltcsolo --help tells the commands, and ltcsolo COMMAND --help their flags"
	if m := namedFlag.FindStringSubmatch(err.Error()); m != nil {
		if f := flagNamed(ctx.Command, m[1]); f != nil {
			return usage("give "+wants(f), "the value of --%s cannot be read", m[1])
		}
	}
	return usage(see, "the arguments cannot be read")
}

// wants says what a flag's value is.
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

func ordinal(n int) string {
	switch n {
	case 1:
		return "first"
	case 2:
		return "second"
	case 3:
		return "third"
	}
	return fmt.Sprintf("%dth", n)
}

// nearest is the name that typed was probably meant to be; empty if none is near.
func nearest(typed string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		if len(typed) >= 4 && strings.HasPrefix(name, typed) {
			return name
		}
		if d := distance(typed, name); d < least && d*3 <= max(len(name), 3) {
			best, least = name, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out, replaced or swapped with their neighbour.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
