package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/scrypt"
)

// release is the version. A release build sets it: -ldflags "-X main.release=1.2.3".
var release = "dev"

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
	v := struct {
		Version string   `json:"version"`
		Commit  string   `json:"commit"`
		Go      string   `json:"go"`
		System  string   `json:"system"`
		Kernels []string `json:"kernels"`
	}{Version: release, Commit: commit(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Kernels: []string{}}
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

// commit returns the revision that the go command wrote into the program, with a + if the tree had changes.
func commit() string {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, changed := "unknown", ""
	for _, s := range b.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	return revision + changed
}
