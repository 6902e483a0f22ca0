package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
)

func initConfigCommand() *cli.Command {
	return &cli.Command{
		Name:  "init",
		Usage: "write a configuration file with every flag explained, for this machine",
		Description: `Writes a configuration file in which every flag of mine is explained and none is set: it means the defaults, as they
are on this machine, until you take the # before a name away. A file that is there stays as it is, unless --force.

Examples:
  ltcsolo config init
  ltcsolo config init --config /etc/ltcsolo/config.toml
  ltcsolo config init --force`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "config", Usage: "write this `FILE` (default: ltcsolo/config.toml in your configuration directory)"},
			&cli.BoolFlag{Name: "force", Usage: "replace a file that is there"},
		},
		// The file is not read: it is about to be written.
		Before: func(ctx *cli.Context) error {
			if err := fillFromEnvironment(ctx, map[string]origin{}); err != nil {
				return err
			}
			return refuseSecrets(ctx)
		},
		Action: initConfig,
	}
}

func initConfig(ctx *cli.Context) error {
	path, named := configPath(ctx)
	if path == "" {
		return usage("give one with --config FILE", "there is no default place for the configuration file: no home is known")
	}
	text, err := configTemplate()
	if err != nil {
		return err
	}
	if err := writeConfig(path, text, ctx.Bool("force")); errors.Is(err, fs.ErrExist) {
		return usage("edit it, or replace it with --force", "the configuration file is already there: %s", path)
	} else if err != nil {
		return usage("give a file that can be written with --config FILE", "the configuration file cannot be written: %v", withoutPath(err))
	}
	look := "ltcsolo config"
	if named {
		look += " --config " + path
	}
	_, err = fmt.Fprintf(ctx.App.Writer, "wrote %s\nset address in it; %s shows what is then in force\n", oneLine(path), oneLine(look))
	return err
}

// writeConfig writes the file. The error is fs.ErrExist if one is there and shall stay. Only its owner may read it.
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
	return os.Rename(f.Name(), path)
}

// writeAll writes and closes f, or leaves none.
func writeAll(f *os.File, text []byte) error {
	_, err := f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

const configHead = `# Configuration of ltcsolo. "ltcsolo config" shows what is in force, and where each value came from.
#
# A name here is that of a flag without its --. Take the # before a name away to set it, and put your value in the place
# of a word in capitals. A text stands in quotes. A flag beats the environment (LTCSOLO_ADDRESS for address), which beats
# this file, which beats what is found in litecoin.conf. There is no place for a password here: rpc-password-file.
`

// configTemplate is a file that sets nothing: each flag of mine with its help, and its value on this machine.
func configTemplate() ([]byte, error) {
	flags := mineFlags()
	set := flag.NewFlagSet("mine", flag.ContinueOnError)
	for _, f := range flags {
		if err := f.Apply(set); err != nil {
			return nil, err
		}
	}
	untouched := cli.NewContext(nil, set, nil)
	found, _ := findNode(untouched, slog.New(slog.DiscardHandler)) // or nil: then the names of values stand there
	var b bytes.Buffer
	b.WriteString(configHead)
	for _, f := range flags {
		name := f.Names()[0]
		if name == "config" || name == "json" {
			continue
		}
		placeholder, text := flagText(f)
		line := name + " = " + placeholder
		if value, _ := valueUnset(untouched, f, found); value != nil {
			line = tomlLine(name, value)
		} else if !isNumber(f) {
			line = tomlLine(name, placeholder)
		}
		fmt.Fprintf(&b, "\n%s\n#%s\n", hang("# ", "# ", text), line)
	}
	return b.Bytes(), nil
}
