package settings

import (
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// expandHomes writes the user's home directory for ~ at the start of every path that is set. A shell does that for
// --state ~/x alone: not for --state=~/x, in the environment, or in a file.
func expandHomes(ctx *cli.Context) error {
	for _, f := range ctx.Command.Flags {
		name := f.Names()[0]
		text := ctx.String(name)
		if !takesPath(f) || !strings.HasPrefix(text, "~") {
			continue
		}
		path, err := expandHome(name, text)
		if err != nil {
			return err
		}
		if err := ctx.Set(name, path); err != nil {
			return err
		}
	}
	return nil
}

func expandHome(flag, text string) (string, error) {
	rest := text[1:]
	if rest != "" && !os.IsPathSeparator(rest[0]) {
		return "", terminal.Usage(flag, "write the whole path, or ./~ for a file whose name begins so",
			"--%s begins with ~ and a name, which only a shell expands", flag)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", terminal.Usage(flag, "write the whole path", "--%s begins with ~, and no home directory is known: %v", flag, err)
	}
	return home + rest, nil
}

// takesPath reports whether a flag's value begins with a path, by the name of the value in its help.
func takesPath(f cli.Flag) bool {
	value, _ := FlagText(f)
	return value == "FILE" || value == "DIR" || value == "COMMAND"
}
