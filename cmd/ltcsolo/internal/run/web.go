package run

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/rogpeppe/go-internal/robustio"
	"golang.org/x/net/netutil"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/metrics"
)

// Files in the state directory during a run.
const (
	StatusFile = "status" // says where the run answers: unix:NAME of a socket, beside it or with its path, or a URL
	socketFile = "socket"
)

// web serves the dashboard of a run.
type web struct {
	url    string // where browsers reach the dashboard; empty: nowhere
	end    context.CancelFunc
	served sync.WaitGroup
	disk   *disk.Writer
	files  []string // to be removed at the end
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
		AddressOf: r.addressOf, History: r.history,
	})
	if err != nil {
		return nil, err
	}
	w := &web{disk: r.Disk}
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
		w.url = dashboardURL(l)
	}
	if l, where, err := listenLocally(r.state); err != nil {
		log.Warn("ltcsolo status will not work", "err", err)
	} else {
		listeners = append(listeners, l)
		status := filepath.Join(r.state, StatusFile)
		w.files = append(w.files, status)
		if l, ok := l.(*net.UnixListener); ok {
			l.SetUnlinkOnClose(false)
			w.files = append(w.files, l.Addr().String())
		}
		if err := writeStatusFile(status, where); err != nil {
			log.Warn("ltcsolo status will not work", "err", err)
		}
	}
	var ctx context.Context
	ctx, w.end = context.WithCancel(context.Background())
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

// dashboardURL returns a URL of the dashboard on l, with an address of this machine in place of the unspecified one.
func dashboardURL(l net.Listener) string {
	at, err := netip.ParseAddrPort(l.Addr().String())
	if err != nil {
		return ""
	}
	own, _ := net.InterfaceAddrs()
	return fmt.Sprintf("http://%s/", netip.AddrPortFrom(reachable(at.Addr(), own, true)[0], at.Port()))
}

// close ends the service and removes its files, as far as the disk does so in time.
func (w *web) close() {
	late, cancel := context.WithTimeout(context.Background(), diskLimit)
	defer cancel()
	for _, f := range w.files {
		inTime(late, func() (string, error) { return f, w.disk.Remove(f) })
	}
	w.end()
	w.served.Wait()
}

// listenLocally listens on a socket that only this user can use: in the state directory or, where its path is too long for
// one, in the user's runtime directory. where is for the status file. The caller holds the directory's lock.
func listenLocally(state string) (l net.Listener, where string, err error) {
	l, err = listenSocket(filepath.Join(state, socketFile))
	if err == nil {
		return l, "unix:" + socketFile, nil
	}
	if runtime.GOOS == "windows" { // an older one has no sockets
		l, tcpErr := net.Listen("tcp", "127.0.0.1:0")
		if tcpErr != nil {
			return nil, "", errors.Join(err, tcpErr)
		}
		return l, "http://" + l.Addr().String(), nil
	}
	dir, ok := runtimeDir()
	if !ok {
		return nil, "", fmt.Errorf("%w; there is no runtime directory either (XDG_RUNTIME_DIR): give a shorter path with --state DIR", err)
	}
	if state, err = filepath.Abs(state); err != nil {
		return nil, "", err
	}
	name := sha256.Sum256([]byte(state))
	path := filepath.Join(dir, fmt.Sprintf("ltcsolo-%.8x", name[:]))
	if l, err = listenSocket(path); err != nil {
		return nil, "", err
	}
	return l, "unix:" + path, nil
}

func listenSocket(path string) (net.Listener, error) {
	const most = 103 // bytes that every system has room for (sun_path)
	if len(path) > most {
		return nil, fmt.Errorf("the path of its socket has %d bytes, and a socket's may have %d", len(path), most)
	}
	os.Remove(path) // of a run that was killed
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// runtimeDir returns the user's directory for sockets.
func runtimeDir() (string, bool) {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = fmt.Sprintf("/run/user/%d", os.Geteuid())
	}
	_, err := os.Stat(dir)
	return dir, err == nil && filepath.IsAbs(dir) && checkOwner(dir) == nil
}

// writeStatusFile replaces the file atomically. It is not synced: the run does not survive a power loss either.
func writeStatusFile(path, where string) error {
	fresh := path + ".new"
	os.Remove(fresh) // of a run that was killed; a link in its place is not followed
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(where + "\n")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("write status file: %w", terminal.WithoutPath(err))
	}
	return robustio.Rename(fresh, path)
}
