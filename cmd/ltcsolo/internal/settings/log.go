package settings

import (
	"log/slog"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/disk"
)

// OpenLog opens the log that a command's flags ask for, on the console or in a file that w writes.
func OpenLog(ctx *cli.Context, c *terminal.Console, w *disk.Writer) (*terminal.Log, error) {
	level, err := logLevel(ctx.String("log-level"), ctx.Bool("quiet"))
	if err != nil {
		return nil, err
	}
	form := ctx.String("log-format")
	if form != "" && form != "text" && form != "json" {
		return nil, terminal.Usage("log-format", "give text or json", "there is no such --log-format")
	}
	return terminal.NewLog(c, terminal.LogConfig{
		Level: level, JSON: form == "json", File: ctx.String("log-file"), Disk: w, Quiet: ctx.Bool("quiet"),
	})
}

func logLevel(name string, quiet bool) (slog.Level, error) {
	level, ok := map[string]slog.Level{
		"": slog.LevelInfo, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}[name]
	if !ok {
		return 0, terminal.Usage("log-level", "give debug, info, warn or error", "there is no such --log-level")
	}
	if quiet {
		level = max(level, slog.LevelWarn)
	}
	return level, nil
}
