package settings

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// Sources of a setting, the strongest first. Before the default comes the node's own file, whose name is the source:
// litecoin.conf.
const (
	fromFlag        = "flag"
	fromEnvironment = "environment"
	fromFile        = "file"
	fromDefault     = "default"
)

// origin is where the value of a setting came from.
type origin struct {
	Source   string `json:"source"`
	Variable string `json:"variable,omitempty"` // of the environment
	Path     string `json:"path,omitempty"`     // of the file
	Line     int    `json:"line,omitempty"`     // in the file, from 1
}

func (o origin) String() string {
	switch o.Source {
	case fromEnvironment:
		return o.Source + " " + o.Variable
	case fromFile:
		return fmt.Sprintf("%s %s, line %d", o.Source, o.Path, o.Line)
	}
	if o.Path != "" { // a node's configuration file
		return o.Path
	}
	return o.Source
}

// originsKey is where the app's metadata has the origins of the flags that are set, by name.
const originsKey = "origins"

func originsOf(ctx *cli.Context) map[string]origin {
	origins, _ := ctx.App.Metadata[originsKey].(map[string]origin)
	return origins
}

// WithOrigin returns a command's action whose errors about a value that was not typed say where it was set.
func WithOrigin(action cli.ActionFunc) cli.ActionFunc {
	return func(ctx *cli.Context) error {
		err := action(ctx)
		if err == nil {
			return nil
		}
		e := terminal.Explain(err)
		o, ok := originsOf(ctx)[e.Setting]
		if e.Code != terminal.ExitUsage || !ok {
			return err
		}
		switch o.Source {
		case fromEnvironment:
			e.Reason = fmt.Sprintf("%s; %s in the environment sets it", e.Reason, o.Variable)
		case fromFile:
			e.Reason = fmt.Sprintf("%s; line %d of %s sets it", e.Reason, o.Line, o.Path)
		}
		return e
	}
}
