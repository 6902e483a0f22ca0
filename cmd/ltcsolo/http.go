package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/metrics"
	"ltcsolo/wallet"
)

func httpFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "http", Usage: "`ADDR`: dashboard, /api/stats, /metrics, /healthz and /readyz on this address; a port alone means on 127.0.0.1 (default: none)"},
		&cli.StringSliceFlag{Name: "http-host", Usage: "`NAME` by which browsers may ask for the dashboard, besides IP addresses and localhost; may be given again"},
	}
}

// httpAddress is the address of --http, with its host; empty if there is none.
func httpAddress(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	const remedy = "give a port, such as 8080, or HOST:PORT, such as 192.168.1.5:8080"
	if !strings.Contains(text, ":") {
		text = ":" + text
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", usage(remedy, "--http is no address")
	}
	if _, err := net.LookupPort("tcp", port); err != nil {
		return "", usage(remedy, "--http has no valid port")
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// hostName is what --http-host may be: a name of DNS, or one of the local network.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$`)

func checkHostNames(names []string) error {
	for _, name := range names {
		if !hostName.MatchString(name) {
			return usage("give a name as browsers ask for it, without scheme and port, such as miner.lan", "--http-host is no name of a machine")
		}
	}
	return nil
}

// Names in the state directory, while a run goes on.
const (
	statusFile = "status" // says where the run can be asked: unix:NAME of a socket beside it, or a URL
	socketFile = "socket"
)

// web is where a run can be asked what it does.
type web struct {
	end    context.CancelFunc
	served sync.WaitGroup
	file   string
}

// openWeb has the run answer: always to those who can read the state directory, and on --http. That this machine's
// status can be asked is a comfort, and its failure none to stop for; what the user asked for must work.
func (r *miningRun) openWeb(network wallet.Network) (*web, error) {
	log := r.log.Logger
	hosts := r.settings.httpHosts
	if host, _, err := net.SplitHostPort(r.settings.http); err == nil {
		hosts = append([]string{host}, hosts...)
	}
	d, err := dashboard.New(dashboard.Config{
		Stats: r.stats, Version: release, Hosts: hosts, Log: log,
		Metrics: metrics.Handler(metrics.Config{Stats: r.stats, Version: release, Revision: commit(), Log: log}),
		AddressOf: func(script []byte) string {
			a, _ := wallet.FromScript(script, network)
			return a.Text
		},
	})
	if err != nil {
		return nil, err
	}
	var listeners []net.Listener
	if r.settings.http != "" {
		l, err := net.Listen("tcp", r.settings.http)
		if err != nil {
			return nil, usage("give another address with --http, or end what uses this one", "the dashboard cannot listen: %v", err)
		}
		listeners = append(listeners, l)
		log.Info("dashboard", "url", "http://"+l.Addr().String()+"/")
		if a, err := netip.ParseAddrPort(l.Addr().String()); err == nil && !a.Addr().IsLoopback() {
			log.Warn("the dashboard can be read by everyone who reaches this address: it shows the payout address and all found blocks", "address", a)
		}
	}
	w := &web{file: filepath.Join(r.state, statusFile)}
	if l, where, err := listenLocally(r.state); err != nil {
		log.Warn("ltcsolo status will not work", "err", err)
	} else {
		listeners = append(listeners, l)
		if err := writeStatusFile(w.file, where); err != nil {
			log.Warn("ltcsolo status will not work", "err", err)
		}
	}
	var ctx context.Context
	ctx, w.end = context.WithCancel(context.Background())
	w.served.Go(func() { d.Run(ctx) })
	for _, l := range listeners {
		w.served.Go(func() {
			if err := d.Serve(ctx, l); err != nil {
				log.Error("dashboard has failed", "address", l.Addr(), "err", err)
			}
		})
	}
	return w, nil
}

// close ends it and takes the signpost away.
func (w *web) close() {
	os.Remove(w.file)
	w.end()
	w.served.Wait()
}

// listenLocally listens on a socket in the state directory, or, where that cannot be, on a port that only this machine
// reaches. where is what the status file says. The caller holds the directory's lock.
func listenLocally(state string) (l net.Listener, where string, err error) {
	path := filepath.Join(state, socketFile)
	os.Remove(path) // of a run that was killed
	l, err = net.Listen("unix", path)
	if err == nil {
		if err = os.Chmod(path, 0o600); err == nil {
			return l, "unix:" + socketFile, nil
		}
		l.Close()
	}
	l, tcpErr := net.Listen("tcp", "127.0.0.1:0")
	if tcpErr != nil {
		return nil, "", errors.Join(err, tcpErr)
	}
	return l, "http://" + l.Addr().String(), nil
}

// writeStatusFile replaces the file at once. It need not survive a power loss: the run does not either.
func writeStatusFile(path, where string) error {
	fresh := path + ".new"
	if err := os.WriteFile(fresh, []byte(where+"\n"), 0o600); err != nil {
		return fmt.Errorf("write status file: %w", withoutPath(err))
	}
	return os.Rename(fresh, path)
}
