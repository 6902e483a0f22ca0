package run

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/net/netutil"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/metrics"
)

// Files in the state directory during a run.
const (
	StatusFile = "status" // says where the run answers: unix:NAME of a socket beside it, or a URL
	socketFile = "socket"
)

// web serves the dashboard of a run.
type web struct {
	end    context.CancelFunc
	served sync.WaitGroup
	file   string
}

// openWeb serves the dashboard: always to those who can read the state directory, and on --http. Failure of the former
// does not stop a run; what the user asked for must work.
func (r *run) openWeb() (*web, error) {
	log := r.log.Logger
	hosts := r.Settings.HTTPHosts
	if host, _, err := net.SplitHostPort(r.Settings.HTTP); err == nil {
		hosts = append([]string{host}, hosts...)
	}
	d, err := dashboard.New(dashboard.Config{
		Stats: r.stats, Version: r.Build.Version, Hosts: hosts, Log: log,
		Metrics:   metrics.Handler(metrics.Config{Stats: r.stats, Version: r.Build.Version, Revision: r.Build.Commit, Log: log}),
		AddressOf: addressOf(r.network),
	})
	if err != nil {
		return nil, err
	}
	var listeners []net.Listener
	if r.Settings.HTTP != "" {
		l, err := net.Listen("tcp", r.Settings.HTTP)
		if err != nil {
			return nil, terminal.Usage("http", "give another address with --http, or stop the program that uses this one", "the dashboard cannot listen: %v", err)
		}
		listeners = append(listeners, l)
		log.Info("dashboard", "url", "http://"+l.Addr().String()+"/")
		if a, err := netip.ParseAddrPort(l.Addr().String()); err == nil && !a.Addr().IsLoopback() {
			log.Warn("the dashboard can be read by everyone who reaches this address: it shows the payout address and all found blocks", "address", a)
		}
	}
	w := &web{file: filepath.Join(r.state, StatusFile)}
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
	most := connections(descriptorLimit())
	for _, l := range listeners {
		w.served.Go(func() {
			if err := d.Serve(ctx, netutil.LimitListener(l, most)); err != nil {
				log.Error("the dashboard has failed", "address", l.Addr(), "err", err)
			}
		})
	}
	return w, nil
}

// close ends the service and removes the status file.
func (w *web) close() {
	os.Remove(w.file)
	w.end()
	w.served.Wait()
}

// listenLocally listens on a socket in the state directory or, if that fails, on a port that only this machine reaches.
// where is for the status file. The caller holds the directory's lock.
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

// writeStatusFile replaces the file atomically. It is not synced: the run does not survive a power loss either.
func writeStatusFile(path, where string) error {
	fresh := path + ".new"
	if err := os.WriteFile(fresh, []byte(where+"\n"), 0o600); err != nil {
		return fmt.Errorf("write status file: %w", terminal.WithoutPath(err))
	}
	return os.Rename(fresh, path)
}
