package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/robustio"
	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

func configCommand() *cli.Command {
	return &cli.Command{
		Name:  "config",
		Usage: "show the configuration in force and where each value came from; init writes a file",
		Description: `Shows what mine or serve would run with, and where each value came from: a flag, the environment, the configuration
file, litecoin.conf, or nowhere (default). It takes their flags: replace mine or serve with config in a command line.
What is not set stands behind a #. A password is never shown: set is printed instead. A value that they would
refuse is shown, and then refused with exit code 2.

  ltcsolo config init    write a configuration file with every flag explained, for this machine

Examples:
  ltcsolo config
  ltcsolo config --network test --threads 2
  ltcsolo config --json`,
		Flags:       settings.AllFlags(),
		Action:      showConfig,
		Subcommands: []*cli.Command{initConfigCommand()},
	}
}

func showConfig(ctx *cli.Context) error {
	report, refused := settings.Show(ctx)
	print := report.Print
	if ctx.Bool("json") {
		print = report.PrintJSON
	}
	if err := print(ctx.App.Writer); err != nil {
		return err
	}
	return refused
}

func initConfigCommand() *cli.Command {
	return &cli.Command{
		Name:  "init",
		Usage: "write a configuration file with every flag explained, for this machine",
		Description: `Writes a configuration file in which every flag of mine and serve is explained and none is set: it means the defaults, as they
are on this machine, until you remove the # before a name. A file that exists stays as it is, unless --force is given.

Examples:
  ltcsolo config init
  ltcsolo config init --config /etc/ltcsolo/config.toml
  ltcsolo config init --force`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "config", Usage: "write this `FILE` (default: ltcsolo/config.toml in your configuration directory)"},
			&cli.BoolFlag{Name: "force", Usage: "replace a file that exists"},
		},
		Before: settings.FillFromEnvironment,
		Action: initConfig,
	}
}

func initConfig(ctx *cli.Context) error {
	path, named := settings.ConfigPath(ctx)
	if path == "" {
		return terminal.Usage("config", "give one with --config FILE", "there is no default place for the configuration file: no home directory is known")
	}
	text, err := settings.Template()
	if err != nil {
		return err
	}
	if err := writeConfig(path, text, ctx.Bool("force")); errors.Is(err, fs.ErrExist) {
		return terminal.Usage("config", "edit it, or replace it with --force", "the configuration file is already there: %s", path)
	} else if err != nil {
		return terminal.Usage("config", "give a file that can be written with --config FILE", "the configuration file cannot be written: %v", terminal.WithoutPath(err))
	}
	show := "ltcsolo config"
	if named {
		show += " --config " + path
	}
	_, err = fmt.Fprintf(ctx.App.Writer, "wrote %s\nset address in it; %s shows what is then in force\n", terminal.OneLine(path), terminal.OneLine(show))
	return err
}

// writeConfig writes the file, readable by its owner alone. The error is fs.ErrExist if there is one and replace is
// false.
func writeConfig(path string, text []byte, replace bool) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if !replace {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		return writeAll(f, text)
	}
	f, err := os.CreateTemp(dir, ".config-*")
	if err != nil {
		return err
	}
	if err := writeAll(f, text); err != nil {
		return err
	}
	return robustio.Rename(f.Name(), path)
}

// writeAll writes, syncs and closes f. It removes the file if that fails.
func writeAll(f *os.File, text []byte) error {
	_, err := f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
