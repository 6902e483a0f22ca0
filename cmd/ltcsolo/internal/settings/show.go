package settings

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// Report is the configuration in force, as config --json prints it.
type Report struct {
	File        string       `json:"file"` // empty: no place for one is known
	FileFound   bool         `json:"file_found"`
	Credentials string       `json:"credentials,omitempty"` // where they come from; empty: not known
	Settings    []setting    `json:"settings"`
	Merged      []shownTable `json:"merged,omitempty"` // the tables of the file
}

// setting is a flag's value, or null if it has none.
type setting struct {
	Name  string `json:"name"`
	Value any    `json:"value"` // texts as text, durations in seconds, several as a list
	origin

	secret bool   // Value only says that there is one
	absent string // what holds without a value
}

// secretIsSet is shown in place of a secret.
const secretIsSet = "set"

// Show reports the values of the flags of mine and serve and their origins. The error is the first thing that they would refuse, a
// missing payee apart; the report is complete all the same.
func Show(ctx *cli.Context) (*Report, error) {
	path, _ := ConfigPath(ctx)
	r := &Report{File: path, Settings: []setting{}}
	_, err := os.Stat(path)
	r.FileFound = err == nil
	found, refused := Discover(ctx, slog.New(slog.DiscardHandler))
	var doge *discover.Found
	if refused == nil {
		r.Credentials = found.CredentialsFrom
		doge = r.addMerged(ctx, wallet.Network(found.Network))
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
			if plain, isDoge := strings.CutPrefix(name, dogePrefix); isDoge && doge != nil {
				s.Value, s.origin = foundValue(plain, doge)
			}
		}
		if s.Value == nil {
			s.absent = defaultText(f)
		}
		r.Settings = append(r.Settings, s)
		switch {
		case name == "rpc-user":
			r.Settings = append(r.Settings, passwordSetting("rpc-password", EnvPassword, found))
		case name == dogePrefix+"rpc-user" && doge != nil:
			r.Settings = append(r.Settings, passwordSetting(dogePrefix+"rpc-password", EnvDogePassword, doge))
		}
	}
	if refused == nil {
		_, refused = ReadPayee(ctx)
	}
	if refused == nil {
		_, refused = ReadAll(ctx)
	}
	return r, refused
}

// publicValue returns the value of a flag as it may be shown.
func publicValue(ctx *cli.Context, f cli.Flag) any {
	name := f.Names()[0]
	switch f.(type) {
	case *cli.StringSliceFlag:
		var list []string
		for _, text := range ctx.StringSlice(name) {
			if strings.TrimPrefix(name, dogePrefix) == "rpc" && !discover.PlainURL(text) {
				text = secretIsSet // it may hold a password, and is refused
			}
			list = append(list, text)
		}
		return list
	case *cli.DurationFlag:
		return ctx.Duration(name)
	case *cli.StringFlag:
		return publicText(name, ctx.String(name))
	}
	return ctx.Value(name)
}

// publicText hides what may be a password in the wrong place: it is refused, and not repeated.
func publicText(name, text string) string {
	switch strings.TrimPrefix(name, dogePrefix) {
	case "rpc-user":
		if strings.Contains(text, ":") {
			return secretIsSet
		}
	case "rpc-password-file":
		if _, err := os.Stat(text); text != "" && err != nil {
			return secretIsSet
		}
	}
	return text
}

// valueUnset returns the value of a flag that nobody set: litecoin.conf's, that of this machine, or the flag's own; nil
// if there is none. found may be nil.
func valueUnset(ctx *cli.Context, f cli.Flag, found *discover.Found) (any, origin) {
	name := f.Names()[0]
	byDefault := origin{Source: fromDefault}
	if found != nil {
		if value, from := foundValue(name, found); value != nil {
			return value, from
		}
	}
	switch value := ctx.Value(name); {
	case name == "threads" && serves(ctx):
		return 0, byDefault
	case name == "threads":
		return AvailableProcessors(), byDefault
	case name == "check-workers":
		return defaultCheckWorkers(), byDefault
	case name == "listen":
		return ctx.StringSlice(name), byDefault
	case name == "wait", value != "" && value != 0 && value != 0.0 && value != time.Duration(0):
		if _, list := f.(*cli.StringSliceFlag); !list {
			return value, byDefault
		}
	}
	return nil, byDefault
}

// foundValue returns the value of a setting that the node's configuration file has, else the one that Discover decided; nil
// if there is none.
func foundValue(name string, found *discover.Found) (any, origin) {
	if value, ok := found.FromConf[name]; ok {
		byConf := origin{Source: node.ConfFile(found.Chain), Path: found.Conf}
		if name == "rpc" {
			return []string{value}, byConf
		}
		return value, byConf
	}
	return discovered(name, found), origin{Source: fromDefault}
}

// discovered returns what Discover decided for a flag, nil if nothing.
func discovered(name string, found *discover.Found) any {
	switch name {
	case "network":
		return found.Network
	case "datadir":
		return found.DataDir
	case "conf":
		if found.Conf != "" {
			return found.Conf
		}
	case "rpc":
		return []string{found.Nodes[0].URL}
	case "state":
		if found.Chain != template.Litecoin {
			return nil
		}
		if dir, err := StateDir(wallet.Network(found.Network)); err == nil {
			return dir
		}
	}
	return nil
}

// passwordSetting reports the password at a node, which has no flag.
func passwordSetting(name, variable string, found *discover.Found) setting {
	s := setting{Name: name, origin: origin{Source: fromDefault}}
	if os.Getenv(variable) != "" {
		s.secret, s.origin = true, origin{Source: fromEnvironment, Variable: variable}
	} else if found != nil && found.FromConf["rpc-password"] != "" {
		s.secret, s.origin = true, origin{Source: node.ConfFile(found.Chain), Path: found.Conf}
	}
	if s.secret {
		s.Value = secretIsSet
	}
	return s
}

// PrintJSON writes the report as one line.
func (r *Report) PrintJSON(w io.Writer) error {
	for i := range r.Settings {
		if d, ok := r.Settings[i].Value.(time.Duration); ok {
			r.Settings[i].Value = d.Seconds()
		}
	}
	return terminal.PrintJSON(w, r)
}

// commentAt is the column where origins begin, if there is room.
const commentAt = 36

// Print writes the settings as in a configuration file, each with its origin.
func (r *Report) Print(w io.Writer) error {
	var b bytes.Buffer
	switch {
	case r.File == "":
		fmt.Fprintf(&b, "# configuration file: none, and no home directory to look for one\n")
	case r.FileFound:
		fmt.Fprintf(&b, "# configuration file: %s\n", terminal.OneLine(r.File))
	default:
		fmt.Fprintf(&b, "# configuration file: %s (absent)\n", terminal.OneLine(r.File))
	}
	if r.Credentials != "" {
		fmt.Fprintf(&b, "# credentials at the node: %s\n", terminal.OneLine(r.Credentials))
	}
	b.WriteByte('\n')
	for _, s := range r.Settings {
		text := s.text()
		b.WriteString(text)
		if s.Value != nil {
			fmt.Fprintf(&b, "%s # %s", strings.Repeat(" ", max(0, commentAt-len(text))), terminal.OneLine(s.origin.String()))
		}
		b.WriteByte('\n')
	}
	for _, t := range r.Merged {
		t.print(&b)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// text returns the line of a setting without its origin.
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

// tomlLine returns a line of a configuration file.
func tomlLine(name string, value any) string {
	if d, ok := value.(time.Duration); ok {
		value = d.String()
	}
	text, err := toml.Marshal(map[string]any{name: value})
	if err != nil {
		return "# " + name // no flag has such a value
	}
	return strings.TrimSpace(string(text))
}
