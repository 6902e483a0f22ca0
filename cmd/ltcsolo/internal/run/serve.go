package run

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/wallet"
)

// measureKernels is for how long the kernels that check shares are measured at the start.
const measureKernels = 50 * time.Millisecond

// house serves the miners of the house: a source whose shares come through Stratum and are checked in batches.
type house struct {
	*stratum.Server
	settings    *settings.Serve
	pool        *scrypt.Pool
	listeners   []net.Listener
	certificate *stratum.Certificate // nil: no TLS
	engine      *solo.Engine
	state       *houseState
	checked     pace // headers by pool
	log         *slog.Logger
}

var _ Source = (*house)(nil)

// openHouse opens the ports, so that a port that is taken stops the run before anything else is done. Nobody is served
// before Run.
func openHouse(s *settings.Serve, state *houseState, refuted func(*scrypt.Kernel), log *slog.Logger) (h *house, err error) {
	h = &house{settings: s, state: state, log: log}
	if s.TLSCert != "" {
		if h.certificate, err = stratum.LoadCertificate(s.TLSCert, s.TLSKey); err != nil {
			return nil, UnusableCertificate(err)
		}
	}
	if h.listeners, err = listenForMiners(s, log); err != nil {
		return nil, err
	}
	h.pool = scrypt.NewPool(scrypt.PoolConfig{Workers: s.CheckWorkers, Measure: measureKernels, Distrusted: refuted, Log: log})
	return h, nil
}

// connect makes the server, for miners of earlier runs too. own reports whether this run pays an address.
func (h *house) connect(e *solo.Engine, past stratum.Past, dashboard, version string, own func(address string) bool) (err error) {
	h.engine = e
	most := h.settings.MaxConnections
	if limit, remedy := MostMiners(most); limit < most {
		h.log.Warn("fewer miners can connect than --max-connections says", "connections", limit, "remedy", remedy)
		most = limit
	}
	h.Server, err = stratum.New(stratum.Config{
		Upstream: e, Log: h.log, Version: version, Difficulty: h.settings.Difficulty, MinDifficulty: h.settings.MinDifficulty,
		MaxDifficulty: h.settings.MaxDifficulty, ShareEvery: h.settings.ShareEvery, MaxConnections: most, MaxPerAddress: h.settings.MaxPerAddress,
		Certificate: h.certificate, Dashboard: dashboard, Own: own, Foreign: foreignAddress,
		Past: past, KeepWorkers: h.state.keep(workersFile), KeepSessions: h.state.keep(sessionsFile),
	})
	return err
}

// foreignAddress warns of a user name that is an address, with or without a worker's name after a dot: malware in the local
// network sets miners to its own.
func foreignAddress(user string) (warning string) {
	if address, _, _ := strings.Cut(user, "."); !wallet.IsAddress(address) {
		return ""
	}
	return "its user name is an address that this run does not pay: look whether somebody else has set up this miner"
}

func (h *house) Name() string { return "stratum" }

// Run serves until ctx ends and what had arrived by then is answered. Meanwhile, and at the end, it keeps what the next
// run needs to go on with these miners.
func (h *house) Run(ctx context.Context) error {
	for _, url := range stratumURLs(h.listeners, h.settings.Public) {
		h.log.Info("miners may connect", "url", url, "user", "any name", "password", "any")
	}
	checking, endChecks := context.WithCancel(context.WithoutCancel(ctx))
	var helpers sync.WaitGroup
	helpers.Go(func() { h.pool.Run(checking) })
	keeping, endKeeping := context.WithCancel(context.WithoutCancel(ctx))
	defer endKeeping()
	helpers.Go(func() { h.state.jobs.follow(keeping, h.engine) })
	err := h.Serve(ctx, h.listeners...)
	endChecks()
	endKeeping()
	helpers.Wait()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), diskLimit)
	defer cancel()
	h.state.jobs.finish(late, h.engine)
	return err
}

// Stats describes the server.
func (h *house) Stats() *solo.Stratum {
	s := h.Server.Stats()
	s.Checks = h.checked.of(time.Now(), h.pool.Stats().Hashed)
	return &s
}

// close closes the ports of a server that does not run.
func (h *house) close() { closeAll(h.listeners) }

// UnusableCertificate is the error of a certificate or key that cannot be read.
func UnusableCertificate(err error) error {
	return terminal.Usage("tls-cert", "give PEM files that belong together and that this user can read", "%v", err)
}

// reloadCertificate reads the certificate again. If that fails, miners are shown the old one.
func (h *house) reloadCertificate() {
	if err := h.certificate.Reload(); err != nil {
		h.log.Error("the certificate stays the old one: the new one cannot be used", "err", err)
		return
	}
	h.log.Info("certificate read again")
}
