// Command ltcsolo mines Litecoin alone, on the user's own litecoind.
//
// Each command has a file of its own name with its flags and words. What they share is below internal: settings reads
// flags, environment and files, run mines, doctor examines, terminal talks to people.
package main

import (
	"os"
	"runtime"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/disk"
)

// The first thread is the one whose priority ps and top show as the program's. Only the command itself runs on it, so
// that --nice can set it without slowing what talks to the node.
func init() { runtime.LockOSThread() }

// writerWord is the hidden command that a run starts to have its files written.
const writerWord = "__writer"

func main() {
	setZone()
	os.Exit(runApp(os.Args))
}

// runApp parses the arguments, runs one command and reports its error. It returns the exit code.
func runApp(args []string) int {
	if len(args) > 1 && args[1] == writerWord {
		disk.Serve(os.Stdin, os.Stdout)
		return terminal.ExitDone
	}
	app := newApp()
	if len(args) > 1 && args[1] == completeWord {
		complete(os.Stdout, app.Commands, args[2:])
		return terminal.ExitDone
	}
	args, err := settings.Arrange(app, args)
	if err == nil {
		err = app.Run(args)
	}
	return terminal.Report(os.Stderr, err)
}

func newApp() *cli.App {
	// The cli package has no other place for these.
	cli.FlagStringer, cli.HelpPrinter = settings.FlagHelp, settings.PrintHelp
	app := &cli.App{
		Name:                  "ltcsolo",
		Usage:                 "mine Litecoin alone, on your own litecoind",
		UsageText:             "ltcsolo COMMAND [--flag value ...]",
		CustomAppHelpTemplate: appHelp,
		Commands: []*cli.Command{
			mineCommand(),
			serveCommand(),
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
		// Only terminal.Report writes errors, and only main ends the process.
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   settings.UsageError,
	}
	for _, c := range allCommands(app.Commands) {
		c.HideHelpCommand = true
		c.CustomHelpTemplate = commandHelp
		c.OnUsageError = settings.UsageError
		if c.Before == nil {
			c.Before = func(ctx *cli.Context) error { return settings.Fill(ctx, app.Commands) }
		}
		c.Action = settings.WithOrigin(c.Action)
	}
	return app
}

// allCommands returns the commands and their subcommands.
func allCommands(commands []*cli.Command) []*cli.Command {
	var all []*cli.Command
	for _, c := range commands {
		all = append(append(all, c), allCommands(c.Subcommands)...)
	}
	return all
}

const appHelp = `ltcsolo: {{.Usage}}

Usage: {{.UsageText}}

Commands:{{range .VisibleCommands}}
  {{.Name}}{{"\t"}}{{.Usage}}{{end}}

ltcsolo COMMAND --help lists the flags of a command, with examples.

Every flag can also be set by environment (LTCSOLO_ADDRESS for --address) and in a TOML file (address = "...";
--config, by default ltcsolo/config.toml in your configuration directory). Flag beats environment beats file
beats what is found in litecoin.conf.
`

const commandHelp = `{{.HelpName}}: {{.Usage}}

Usage: {{.HelpName}}{{if .ArgsUsage}} {{.ArgsUsage}}{{end}} [--flag value ...]

{{.Description}}

{{groups .VisibleFlags}}`
