package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/dashboard"
	"ltcsolo/wallet"
)

func statusCommand() *cli.Command {
	return &cli.Command{
		Name:  "status",
		Usage: "what a running ltcsolo is doing",
		Description: `Asks an ltcsolo that runs on this machine what it does. It needs no configuration: the address is in the state
directory of the run. Exit code 1 says that none runs there.

Examples:
  ltcsolo status
  ltcsolo status --watch
  ltcsolo status --network test --json`,
		Flags: join([]cli.Flag{
			&cli.StringFlag{Name: "state", Usage: "state `DIR` of the run (default: that of --network, else of the only run)"},
			networkFlag("that of the only run"),
			&cli.BoolFlag{Name: "watch", Usage: "show it anew every second until it is stopped (ctrl-C), or the run ends"},
		}, commonFlags()),
		Action: status,
	}
}

const watchEvery = time.Second

func status(ctx *cli.Context) error {
	run, stop := stopBySignal(ctx.Context, stopSignals(false), func() int { return exitDone })
	defer stop()
	dir, err := runningState(run, ctx.String("state"), ctx.String("network"))
	if err != nil {
		return err
	}
	c := newConsole(os.Stdout)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		report, raw, err := askRun(run, dir)
		if stoppedBySignal(run) {
			return nil
		}
		if err != nil {
			return err
		}
		var text string
		switch {
		case ctx.Bool("json"):
			text = string(raw)
		case ctx.Bool("watch") && c.terminal:
			text = "\x1b[H\x1b[2J" + statusText(report, c.width()) // home, and clear (ECMA-48)
		case ctx.Bool("watch"):
			text = statusText(report, c.width()) + "\n"
		default:
			text = statusText(report, c.width())
		}
		if _, err := io.WriteString(ctx.App.Writer, text); err != nil || !ctx.Bool("watch") {
			return err
		}
		select {
		case <-tick.C:
		case <-run.Done():
			return nil
		}
	}
}

// runningState is the state directory to ask: the one that is named, that of the named network, or of all networks'
// default directories the only one on which an ltcsolo runs.
func runningState(ctx context.Context, dir, network string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	networks := []wallet.Network{wallet.Main, wallet.Test, wallet.Regtest}
	if network != "" {
		n, err := wallet.ParseNetwork(network)
		if err != nil {
			return "", err
		}
		networks = []wallet.Network{n}
	}
	var looked, run []string
	for _, n := range networks {
		d, err := stateDir(n)
		if err != nil {
			return "", err
		}
		looked = append(looked, d)
		if _, _, err := askRun(ctx, d); err == nil {
			run = append(run, d)
		}
	}
	switch {
	case len(run) == 1:
		return run[0], nil
	case len(run) > 1:
		return "", usage("choose one with --network NAME, or with --state DIR", "several ltcsolo run: on %s", strings.Join(run, " and "))
	case len(looked) == 1:
		return looked[0], nil
	}
	return "", noRun(strings.Join(looked, ", "))
}

func noRun(where string) error {
	return &failure{exitFailed, "no ltcsolo runs on " + where,
		"start one: ltcsolo mine. If one runs, name its state directory with --state DIR, or its network with --network NAME"}
}

// mostReport is the longest report in bytes, by far.
const mostReport = 4 << 20

// askRun asks the run on a state directory. What a run that was killed has left behind says that none runs.
func askRun(ctx context.Context, dir string) (*dashboard.Report, []byte, error) {
	where, err := os.ReadFile(filepath.Join(dir, statusFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, noRun(dir)
	}
	if err != nil {
		return nil, nil, &failure{exitFailed, fmt.Sprintf("the run on %s cannot be asked: %v", dir, withoutPath(err)), "run status as the user whom that ltcsolo runs as"}
	}
	base, socket := strings.TrimSpace(string(where)), ""
	if name, ok := strings.CutPrefix(base, "unix:"); ok {
		base, socket = "http://localhost", filepath.Join(dir, filepath.Base(name))
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if socket != "" {
				network, address = "unix", socket
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/stats", nil)
	if err != nil {
		return nil, nil, noRun(dir)
	}
	answer, err := client.Do(request)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, nil, &failure{exitFailed, fmt.Sprintf("the run on %s may not be asked by this user", dir), "run status as the user whom that ltcsolo runs as"}
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil, nil, noRun(dir)
	case err != nil:
		return nil, nil, noAnswer(dir, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, mostReport))
	if err != nil {
		return nil, nil, noAnswer(dir, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, nil, noAnswer(dir, errors.New(answer.Status))
	}
	var r dashboard.Report
	if err := json.Unmarshal(raw, &r); err != nil || r.Network == "" {
		return nil, nil, noRun(dir) // something else has got its port
	}
	return &r, raw, nil
}

func noAnswer(dir string, err error) error {
	return &failure{exitFailed, fmt.Sprintf("the ltcsolo on %s does not answer: %v", dir, err), "look into its log; if it hangs, please report it"}
}
