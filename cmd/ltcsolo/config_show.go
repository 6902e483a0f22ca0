package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/urfave/cli/v2"

	"ltcsolo/solo/node/discover"
	"ltcsolo/wallet"
)

func configCommand() *cli.Command {
	return &cli.Command{
		Name:  "config",
		Usage: "show the configuration in force and where each value came from; init writes a file",
		Description: `Shows what mine would run with, and where each value came from: a flag, the environment, the configuration file,
litecoin.conf, or nowhere (default). It takes mine's flags: put config in the place of mine in a command line. What is
not set stands behind a #. A password is never shown: set is said instead. A value that mine would refuse is shown, and
then refused with exit code 2.

  ltcsolo config init    write a configuration file with every flag explained, for this machine

Examples:
  ltcsolo config
  ltcsolo config --network test --threads 2
  ltcsolo config --json`,
		Flags:       mineFlags(),
		Action:      showConfig,
		Subcommands: []*cli.Command{initConfigCommand()},
	}
}

// configReport is what config --json prints.
type configReport struct {
	File        string    `json:"file"` // empty: there is no place for one
	FileFound   bool      `json:"file_found"`
	Credentials string    `json:"credentials,omitempty"` // whence; empty if nobody knows
	Settings    []setting `json:"settings"`
}

// setting is a flag's value, or null if it has none.
type setting struct {
	Name  string `json:"name"`
	Value any    `json:"value"` // texts as text, durations in seconds, several as a list
	origin

	secret bool   // Value is no value
	absent string // what holds without a value
}

// secretIsSet is shown in the place of a secret.
const secretIsSet = "set"

func showConfig(ctx *cli.Context) error {
	path, _ := configPath(ctx)
	report := configReport{File: path, Settings: []setting{}}
	_, err := os.Stat(path)
	report.FileFound = err == nil
	found, refused := findNode(ctx, slog.New(slog.DiscardHandler))
	if refused == nil {
		report.Credentials = found.CredentialsFrom
	}
	for _, f := range ctx.Command.Flags {
		name := f.Names()[0]
		o, set := originsOf(ctx)[name]
		if name == "help" || name == "config" || name == "json" && o.Source == fromFlag {
			continue
		}
		s := setting{Name: name, origin: o}
		if set {
			s.Value = publicValue(ctx, f)
		} else {
			s.Value, s.origin = valueUnset(ctx, f, found)
		}
		if s.Value == nil {
			s.absent = defaultText(f)
		}
		report.Settings = append(report.Settings, s)
		if name == "rpc-user" {
			report.Settings = append(report.Settings, passwordSetting(found))
		}
	}
	if ctx.Bool("json") {
		for i := range report.Settings {
			if d, ok := report.Settings[i].Value.(time.Duration); ok {
				report.Settings[i].Value = d.Seconds()
			}
		}
		err = printJSON(ctx.App.Writer, report)
	} else {
		err = report.print(ctx.App.Writer)
	}
	if err != nil {
		return err
	}
	if refused == nil {
		refused = checkExclusive(ctx)
	}
	if refused == nil {
		_, refused = readMineSettings(ctx)
	}
	return refused
}

// publicValue is the value of a flag as it is shown.
func publicValue(ctx *cli.Context, f cli.Flag) any {
	name := f.Names()[0]
	switch f.(type) {
	case *cli.StringSliceFlag:
		var list []string
		for _, text := range ctx.StringSlice(name) {
			if u, err := url.Parse(text); name == "rpc" && (err != nil || u.User != nil) {
				text = secretIsSet // and refused: it may hold a password
			}
			list = append(list, text)
		}
		return list
	case *cli.DurationFlag:
		return ctx.Duration(name)
	}
	return ctx.Value(name)
}

// valueUnset is the value of a flag that nobody set: litecoin.conf's, that of this machine, or the flag's own; nil if
// there is none.
func valueUnset(ctx *cli.Context, f cli.Flag, found *discover.Found) (any, origin) {
	name := f.Names()[0]
	byDefault := origin{Source: fromDefault}
	if found != nil {
		if value, ok := found.FromConf[name]; ok {
			if name == "rpc" {
				return []string{value}, origin{Source: fromConf, Path: found.Conf}
			}
			return value, origin{Source: fromConf, Path: found.Conf}
		}
		switch name {
		case "network":
			return found.Network, byDefault
		case "datadir":
			return found.DataDir, byDefault
		case "conf":
			if found.Conf != "" {
				return found.Conf, byDefault
			}
		case "rpc":
			return []string{found.Nodes[0].URL}, byDefault
		case "state":
			if dir, err := stateDir(wallet.Network(found.Network)); err == nil {
				return dir, byDefault
			}
		}
	}
	switch value := ctx.Value(name); {
	case name == "threads":
		return availableProcessors(), byDefault
	case name == "wait", value != "" && value != 0 && value != 0.0 && value != time.Duration(0):
		if _, list := f.(*cli.StringSliceFlag); !list {
			return value, byDefault
		}
	}
	return nil, byDefault
}

// passwordSetting is the password at the node, which has no flag.
func passwordSetting(found *discover.Found) setting {
	s := setting{Name: "rpc-password", origin: origin{Source: fromDefault}}
	if os.Getenv(envPassword) != "" {
		s.secret, s.origin = true, origin{Source: fromEnvironment, Variable: envPassword}
	} else if found != nil && found.FromConf["rpc-password"] != "" {
		s.secret, s.origin = true, origin{Source: fromConf, Path: found.Conf}
	}
	if s.secret {
		s.Value = secretIsSet
	}
	return s
}

// commentAt is the column where origins begin, if there is room.
const commentAt = 36

// print writes the settings as in a configuration file, each with its origin.
func (r *configReport) print(w io.Writer) error {
	var b bytes.Buffer
	switch {
	case r.File == "":
		fmt.Fprintf(&b, "# configuration file: none, and no home to look for one\n")
	case r.FileFound:
		fmt.Fprintf(&b, "# configuration file: %s\n", oneLine(r.File))
	default:
		fmt.Fprintf(&b, "# configuration file: %s (absent)\n", oneLine(r.File))
	}
	if r.Credentials != "" {
		fmt.Fprintf(&b, "# credentials at the node: %s\n", oneLine(r.Credentials))
	}
	b.WriteByte('\n')
	for _, s := range r.Settings {
		text := s.text()
		b.WriteString(text)
		if s.Value != nil {
			fmt.Fprintf(&b, "%s # %s", strings.Repeat(" ", max(0, commentAt-len(text))), oneLine(s.origin.String()))
		}
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}

// text is the line of a setting, without its origin.
func (s *setting) text() string {
	switch {
	case s.secret:
		return fmt.Sprintf("# %s: %s", s.Name, secretIsSet)
	case s.Value != nil:
		return tomlLine(s.Name, s.Value)
	case s.absent != "":
		return fmt.Sprintf("# %s: %s", s.Name, s.absent)
	}
	return fmt.Sprintf("# %s: not set", s.Name)
}

// tomlLine is a line of a configuration file.
func tomlLine(name string, value any) string {
	if d, ok := value.(time.Duration); ok {
		value = d.String()
	}
	text, err := toml.Marshal(map[string]any{name: value})
	if err != nil {
		return "# " + name // a flag has no such value
	}
	return strings.TrimSpace(string(text))
}
