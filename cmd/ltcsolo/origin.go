package main

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/node"
	"ltcsolo/wallet"
)

// Sources of a setting, the strongest first.
const (
	fromFlag        = "flag"
	fromEnvironment = "environment"
	fromFile        = "file"
	fromConf        = "litecoin.conf"
	fromDefault     = "default"
)

// origin is where the value of a setting came from.
type origin struct {
	Source   string `json:"source"`
	Variable string `json:"variable,omitempty"` // of the environment
	Path     string `json:"path,omitempty"`     // of the file
	Line     int    `json:"line,omitempty"`     // in the file, the first is 1
}

func (o origin) String() string {
	switch o.Source {
	case fromEnvironment:
		return o.Source + " " + o.Variable
	case fromFile:
		return fmt.Sprintf("%s %s, line %d", o.Source, o.Path, o.Line)
	case fromConf:
		return o.Path
	}
	return o.Source
}

// originsKey is where the app keeps the origins of the flags that are set, by name.
const originsKey = "origins"

func originsOf(ctx *cli.Context) map[string]origin {
	origins, _ := ctx.App.Metadata[originsKey].(map[string]origin)
	return origins
}

var flagInReason = regexp.MustCompile(`--([a-z][a-z-]*)`)

// blamed runs a command's action. An error about a value that was not typed says where it was set.
func blamed(action cli.ActionFunc) cli.ActionFunc {
	return func(ctx *cli.Context) error {
		err := action(ctx)
		if err == nil {
			return nil
		}
		f := failureOf(err)
		o, ok := originsOf(ctx)[guilty(ctx, err)]
		if f.code != exitUsage || !ok {
			return err
		}
		switch o.Source {
		case fromEnvironment:
			return usage(f.remedy, "%s; %s in the environment sets it", f.reason, o.Variable)
		case fromFile:
			return usage(f.remedy, "%s; line %d of %s sets it", f.reason, o.Line, o.Path)
		}
		return err
	}
}

// guilty is the flag that an error is about; empty if that is not known.
func guilty(ctx *cli.Context, err error) string {
	var config *node.ConfigError
	if errors.As(err, &config) {
		return config.Setting
	}
	if m := flagInReason.FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	var refusal *wallet.Error
	if !errors.As(err, &refusal) || ctx.Args().Present() {
		return ""
	}
	if name := ctx.String("network"); name != "" {
		if _, err := wallet.ParseNetwork(name); err != nil {
			return "network"
		}
	}
	for _, name := range exclusive {
		if flagNamed(ctx.Command, name) != nil && ctx.IsSet(name) {
			return name
		}
	}
	return ""
}
