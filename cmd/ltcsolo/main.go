// Command ltcsolo mines Litecoin alone, on the user's own litecoind.
package main

import (
	"os"
	"runtime"

	"github.com/urfave/cli/v2"
)

// The first thread is the one whose priority ps and top show as the program's. Only the command itself runs on it, so
// that --nice can set it without putting back what speaks with the node.
func init() { runtime.LockOSThread() }

func main() {
	os.Exit(runApp(os.Args))
}

// runApp is the program: it parses, runs one command and says how it ended.
func runApp(args []string) (code int) {
	app := newApp()
	if len(args) > 1 && args[1] == completeWord {
		complete(os.Stdout, app.Commands, args[2:])
		return exitDone
	}
	args, err := arrange(app, args)
	if err == nil {
		err = app.Run(args)
	}
	return report(os.Stderr, err)
}

func newApp() *cli.App {
	cli.FlagStringer = flagHelp // the cli package has no other place for it
	app := &cli.App{
		Name:                  "ltcsolo",
		Usage:                 "mine Litecoin alone, on your own litecoind",
		UsageText:             "ltcsolo COMMAND [--flag value ...]",
		CustomAppHelpTemplate: appHelp,
		Commands: []*cli.Command{
			mineCommand(),
			templateCommand(),
			blocksCommand(),
			addressCommand(),
			inspectCommand(),
			statusCommand(),
			configCommand(),
			doctorCommand(),
			oddsCommand(),
			benchCommand(),
			completionCommand(),
			manCommand(),
			rpcauthCommand(),
			versionCommand(),
		},
		HideHelpCommand:           true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		Metadata:                  map[string]any{},
		// What went wrong is said by report alone, and only main ends the process.
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   usageError,
	}
	for _, c := range allCommands(app.Commands) {
		c.HideHelpCommand = true
		c.CustomHelpTemplate = commandHelp
		c.OnUsageError = usageError
		if c.Before == nil {
			c.Before = func(ctx *cli.Context) error { return fillIn(ctx, app.Commands) }
		}
		c.Action = blamed(c.Action)
	}
	return app
}

// allCommands are the commands and those below them.
func allCommands(commands []*cli.Command) []*cli.Command {
	var all []*cli.Command
	for _, c := range commands {
		all = append(append(all, c), allCommands(c.Subcommands)...)
	}
	return all
}
