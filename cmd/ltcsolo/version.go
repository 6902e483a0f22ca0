package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/scrypt"
)

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "version, commit, Go version, kernels of this machine",
		Description: `Prints what this program was built from and which kernels run on this machine.

Examples:
  ltcsolo version
  ltcsolo version --json`,
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "print the result as JSON"}},
		Action: version,
	}
}

func version(ctx *cli.Context) error {
	b := build()
	v := struct {
		Version string   `json:"version"`
		Commit  string   `json:"commit"`
		Go      string   `json:"go"`
		System  string   `json:"system"`
		Kernels []string `json:"kernels"`
	}{Version: b.Version, Commit: b.Commit, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Kernels: []string{}}
	for _, k := range scrypt.Kernels() {
		v.Kernels = append(v.Kernels, k.Name())
	}
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, v)
	}
	_, err := fmt.Fprintf(ctx.App.Writer, "ltcsolo %s\ncommit:  %s\ngo:      %s %s\nkernels: %s\n",
		v.Version, v.Commit, v.Go, v.System, strings.Join(v.Kernels, ", "))
	if err == nil {
		for _, broken := range scrypt.Broken() {
			fmt.Fprintf(ctx.App.ErrWriter, "ltcsolo: %s\n", terminal.OneLine(broken.Error()))
		}
	}
	return err
}

// build says what this program was built from.
func build() run.Build {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		b = &debug.BuildInfo{}
	}
	return builtFrom(b)
}

// builtFrom reads what the go command has written into a program. The version is the main module's: 1.2.3 at the tag v1.2.3
// and for a module that was downloaded, 1.2.4-0.20261126180725-0123456789ab at a later commit (a pseudo-version), with
// +dirty if the tree had changes, and dev where the go command did not know it, as with -buildvcs=false. The commit has a +
// if the tree had changes; a downloaded module does not tell it.
func builtFrom(b *debug.BuildInfo) run.Build {
	version := strings.TrimPrefix(b.Main.Version, "v")
	if version == "" || version == "(devel)" {
		version = "dev"
	}
	commit, changed := "unknown", ""
	for _, s := range b.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	return run.Build{Version: version, Commit: commit + changed}
}
