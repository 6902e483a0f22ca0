package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/neterr"
	"ltcsolo/wallet"
)

func statusCommand() *cli.Command {
	return &cli.Command{
		Name:  "status",
		Usage: "what a running ltcsolo is doing",
		Description: `Asks an ltcsolo that runs on this machine what it is doing. It needs no configuration: where to ask is in the state
directory of the run, of any network or of the system service.

Exit codes: 0 something is searched, 1 none runs there, 6 one runs, but searches nothing now: it starts, waits for the node,
or is paused.

On a terminal that is too small for everything, it fits what matters most: how the run stands, alerts, hash rate, the miners
that need a look and the fastest ones, chains, found blocks and nodes.

Examples:
  ltcsolo status
  ltcsolo status --watch
  ltcsolo status --all
  ltcsolo status --network test --json`,
		Flags: settings.Join([]cli.Flag{
			&cli.StringFlag{Name: "state", Usage: "state `DIR` of the run (default: that of --network, else of the only run)"},
			settings.NetworkFlag("that of the only run"),
			&cli.BoolFlag{Name: "watch", Usage: "repeat it every second until it is stopped (ctrl-C), or the run ends"},
			&cli.BoolFlag{Name: "all", Usage: "print everything, on a terminal that is too small for it too"},
		}, settings.CommonFlags()),
		Action: status,
	}
}

const watchEvery = time.Second

func status(ctx *cli.Context) error {
	running, stop := terminal.Interruptible(ctx.Context)
	defer stop()
	dir, err := runningState(running, ctx.String("state"), ctx.String("network"))
	if err != nil {
		return err
	}
	c := terminal.Open(os.Stdout)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		report, raw, err := askRun(running, dir)
		if terminal.StoppedBySignal(running) {
			return nil
		}
		if err != nil {
			return err
		}
		var text string
		switch {
		case ctx.Bool("json"):
			text = string(raw)
		case c.Terminal() && !ctx.Bool("all"):
			text = statusFor(report, c.Width(), c.Height())
		default:
			text = statusText(report, c.Width())
		}
		if ctx.Bool("watch") && !ctx.Bool("json") {
			if c.Terminal() {
				text = "\x1b[H\x1b[2J" + text // home, and clear (ECMA-48)
			} else {
				text += "\n"
			}
		}
		if _, err := io.WriteString(ctx.App.Writer, text); err != nil {
			return err
		}
		if !ctx.Bool("watch") {
			return idle(report)
		}
		select {
		case <-tick.C:
		case <-running.Done():
			return nil
		}
	}
}

// idle is an error that only gives the exit code, for scripts and for the health check of a container, if the run searches
// nothing.
func idle(r *dashboard.Report) error {
	if r.Searching {
		return nil
	}
	return &terminal.Error{Code: terminal.ExitIdle, Reason: r.Idle, Silent: true}
}

// runningState returns the state directory to ask: the named one, that of the named network, or the only one of all
// networks' default directories on which an ltcsolo runs.
func runningState(ctx context.Context, dir, network string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	networks := settings.Networks
	if network != "" {
		n, err := settings.ParseNetwork(network)
		if err != nil {
			return "", err
		}
		networks = []wallet.Network{n}
	}
	var searched, found []string
	for _, n := range networks {
		d, err := settings.StateDir(n)
		if err != nil {
			return "", err
		}
		searched = append(searched, d)
		if _, _, err := askRun(ctx, d); err == nil {
			found = append(found, d)
		}
	}
	switch r, _, err := askRun(ctx, settings.ServiceState); {
	case err == nil && (network == "" || r.Network == string(networks[0])):
		found = append(found, settings.ServiceState)
	case errors.Is(err, errNotAllowed) && len(found) == 0:
		return "", err
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return "", terminal.Usage("", "choose one with --network NAME, or with --state DIR", "several ltcsolo run: on %s", strings.Join(found, " and "))
	case len(searched) == 1:
		return searched[0], nil
	}
	return "", noRun(strings.Join(searched, ", "))
}

func noRun(where string) error {
	return terminal.Failed("start one: ltcsolo mine. If one runs, name its state directory with --state DIR, or its network with --network NAME",
		"no ltcsolo runs on %s", where)
}

// maxReport bounds a report in bytes. That of 10,000 miners has some 10 MB.
const maxReport = 32 << 20

// askRun asks the run on a state directory. It is not misled by the files of a run that was killed.
func askRun(ctx context.Context, dir string) (*dashboard.Report, []byte, error) {
	where, err := os.ReadFile(filepath.Join(dir, run.StatusFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, noRun(dir)
	}
	if err != nil {
		return nil, nil, notAllowed(dir, terminal.WithoutPath(err))
	}
	base, socket := strings.TrimSpace(string(where)), ""
	if name, ok := strings.CutPrefix(base, "unix:"); ok {
		base, socket = "http://localhost", name
		if !filepath.IsAbs(name) {
			socket = filepath.Join(dir, filepath.Base(name))
		}
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
		return nil, nil, notAllowed(dir, fs.ErrPermission)
	case neterr.Refused(err), errors.Is(err, fs.ErrNotExist):
		return nil, nil, noRun(dir)
	case err != nil:
		return nil, nil, noAnswer(dir, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxReport))
	if err != nil {
		return nil, nil, noAnswer(dir, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, nil, noAnswer(dir, errors.New(answer.Status))
	}
	var r dashboard.Report
	if err := json.Unmarshal(raw, &r); err != nil || r.Network == "" {
		return nil, nil, noRun(dir) // another program has its port now
	}
	return &r, raw, nil
}

// errNotAllowed says that another user's run cannot be asked.
var errNotAllowed = errors.New("this user may not ask the run")

// notAllowed is the error of a state directory that this user cannot read.
func notAllowed(dir string, err error) error {
	e := terminal.Failed("run status as the user who runs that ltcsolo", "the run on %s cannot be asked: %v", dir, err)
	if dir == settings.ServiceState {
		e.Remedy = "it is the system service's: sudo ltcsolo status"
	}
	e.Err = errNotAllowed
	return e
}

func noAnswer(dir string, err error) error {
	return terminal.Failed("look into its log; if it hangs, please report it", "the ltcsolo on %s does not answer: %v", dir, err)
}
