package settings

import (
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/rigs"
)

// Serve says how this machine serves other miners.
type Serve struct {
	Listen         []string // host:port
	Public         bool     // miners at public addresses may connect
	Difficulty     float64  // of every miner, fixed; 0: each has its own
	MinDifficulty  float64  // 0: what the kind of miner allows
	MaxDifficulty  float64  // 0: none
	ShareEvery     time.Duration
	CheckWorkers   int
	MaxConnections int
	MaxPerAddress  int
	TLSCert        string // PEM file; empty: no TLS
	TLSKey         string
	NoRigs         bool     // miners are not asked for their temperatures and the like
	Rigs           []string // more machines to be asked: an IP address or a host name, with a port or without
	RigMaxTemp     float64  // °C above which there is an alert
}

const stratumPort = "3333"

// highestDifficulty is far above the network's.
const highestDifficulty = 1 << 50

// serveFlags are those of serve alone.
func serveFlags() []cli.Flag {
	return inGroup(groupMiners,
		&cli.StringSliceFlag{Name: "listen", Usage: "`ADDR` where miners connect, such as 192.168.1.5 or 192.168.1.5:3333, 0.0.0.0 for every address of this machine; may be given again", Value: cli.NewStringSlice("127.0.0.1:" + stratumPort)},
		&cli.BoolFlag{Name: "public", Usage: "let miners from outside of the local network connect too"},
		&cli.Float64Flag{Name: "difficulty", Usage: "fixed difficulty `D` of every miner's shares, as miners count it: 1 takes 65,536 hashes (default: each miner's own, from its hash rate)"},
		&cli.Float64Flag{Name: "min-difficulty", Usage: "least difficulty `D` (default: by the kind of miner)"},
		&cli.Float64Flag{Name: "max-difficulty", Usage: "highest difficulty `D` (default: none)"},
		&cli.DurationFlag{Name: "share-every", Usage: "`TIME` between two shares of a miner, on average", Value: 10 * time.Second},
		&cli.IntFlag{Name: "check-workers", Usage: "`N`: threads that check shares (default: half of the processors)"},
		&cli.IntFlag{Name: "max-connections", Usage: "`N`: miners that may be connected", Value: 10_000},
		&cli.IntFlag{Name: "max-per-address", Usage: "`N`: miners that may be connected from one address", Value: 1000},
		&cli.StringFlag{Name: "tls-cert", Usage: "PEM `FILE` with a certificate: miners may then use TLS on the same port"},
		&cli.StringFlag{Name: "tls-key", Usage: "PEM `FILE` with its key"},
		&cli.BoolFlag{Name: "no-rigs", Usage: "do not ask the miners of the local network for their temperatures, fans and hash rates"},
		&cli.StringSliceFlag{Name: "rig", Usage: "`ADDR` of a miner that is asked although it does not connect here: 192.168.1.20, or with the port of its API 192.168.1.20:4028; may be given again"},
		&cli.Float64Flag{Name: "rig-max-temp", Usage: "tell of miners above this many degrees Celsius (`C`), by their own sensors", Value: rigs.DefaultMaxTemp},
	)
}

// ServeFlags are those of serve.
func ServeFlags() []cli.Flag {
	flags := MineFlags()
	threads := FlagNamed(flags, "threads").(*cli.IntFlag)
	threads.Usage = "`N`: threads with which this machine hashes too, at most one a processor (default: 0, it serves only)"
	return Join(serveFlags(), flags)
}

// AllFlags are those of mine and of serve, for commands that examine a command line of either.
func AllFlags() []cli.Flag { return Join(MineFlags(), serveFlags()) }

// ReadAll reads the flags of AllFlags, like ReadServe if one of serve's own is set, and else like ReadMine.
func ReadAll(ctx *cli.Context) (*Mine, error) {
	if serves(ctx) {
		return ReadServe(ctx)
	}
	return ReadMine(ctx)
}

// serves reports whether a flag that only serve has is set.
func serves(ctx *cli.Context) bool { return slices.ContainsFunc(flagNames(serveFlags()), ctx.IsSet) }

// ReadServe reads serve's flags, like ReadMine. Without --threads this machine does not hash.
func ReadServe(ctx *cli.Context) (*Mine, error) {
	m, err := readMine(ctx)
	m.Serve = &Serve{}
	if err == nil && ctx.Int("threads") != 0 {
		m.CPU = &CPU{}
		err = m.CPU.read(ctx)
	}
	if err == nil {
		err = m.Serve.read(ctx)
	}
	return m, err
}

func defaultCheckWorkers() int { return max(1, AvailableProcessors()/2) }

// read reads serve's own flags.
func (s *Serve) read(ctx *cli.Context) error {
	*s = Serve{
		Public: ctx.Bool("public"), Difficulty: ctx.Float64("difficulty"), MinDifficulty: ctx.Float64("min-difficulty"),
		MaxDifficulty: ctx.Float64("max-difficulty"), ShareEvery: ctx.Duration("share-every"), CheckWorkers: defaultCheckWorkers(),
		MaxConnections: ctx.Int("max-connections"), MaxPerAddress: ctx.Int("max-per-address"),
		TLSCert: ctx.String("tls-cert"), TLSKey: ctx.String("tls-key"),
		NoRigs: ctx.Bool("no-rigs"), Rigs: ctx.StringSlice("rig"), RigMaxTemp: ctx.Float64("rig-max-temp"),
	}
	if ctx.IsSet("check-workers") {
		s.CheckWorkers = ctx.Int("check-workers")
	}
	if err := s.check(ctx.IsSet); err != nil {
		return err
	}
	for _, text := range ctx.StringSlice("listen") {
		at, err := listenAddress(text, s.Public)
		if err != nil {
			return err
		}
		s.Listen = append(s.Listen, at)
	}
	return nil
}

// check refuses values that make no sense. given reports whether a flag is set.
func (s *Serve) check(given func(flag string) bool) error {
	for _, d := range []struct {
		flag  string
		value float64
	}{{"difficulty", s.Difficulty}, {"min-difficulty", s.MinDifficulty}, {"max-difficulty", s.MaxDifficulty}} {
		if given(d.flag) && !(d.value > 0 && d.value <= highestDifficulty) {
			return terminal.Usage(d.flag, "give a number above 0, such as 32768", "--%s is %v", d.flag, d.value)
		}
	}
	switch most := runtime.NumCPU(); {
	case s.MaxDifficulty > 0 && s.MinDifficulty > s.MaxDifficulty:
		return terminal.Usage("min-difficulty", "give a --min-difficulty that is not above --max-difficulty",
			"--min-difficulty is %v, and --max-difficulty %v", s.MinDifficulty, s.MaxDifficulty)
	case s.ShareEvery < 100*time.Millisecond || s.ShareEvery > time.Hour:
		return terminal.Usage("share-every", "give a time from 100ms to 1h, such as 10s", "--share-every is %v", s.ShareEvery)
	case s.CheckWorkers < 1 || s.CheckWorkers > most:
		return terminal.Usage("check-workers", fmt.Sprintf("give 1 to %d", most), "--check-workers is %d, and this machine has %d processors", s.CheckWorkers, most)
	case s.MaxConnections < 1:
		return terminal.Usage("max-connections", "give 1 or more", "--max-connections is %d", s.MaxConnections)
	case s.MaxPerAddress < 1:
		return terminal.Usage("max-per-address", "give 1 or more", "--max-per-address is %d", s.MaxPerAddress)
	case (s.TLSCert == "") != (s.TLSKey == ""):
		return terminal.Usage("tls-cert", "give both --tls-cert and --tls-key, or none of them", "a certificate works only together with its key")
	}
	return s.checkRigs()
}

// listenAddress returns an address of --listen with its port.
func listenAddress(text string, public bool) (string, error) {
	const remedy = "give an address of this machine, such as 192.168.1.5 or 192.168.1.5:3333, or 0.0.0.0 for all of them"
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = text, stratumPort
		if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
			host = host[1 : n-1]
		}
	}
	if _, err := net.LookupPort("tcp", port); err != nil {
		return "", terminal.Usage("listen", remedy, "--listen has no valid port")
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return "", terminal.Usage("listen", remedy, "--listen is not an IP address")
	}
	if !public && !a.IsUnspecified() && !IsLocal(a) {
		return "", terminal.Usage("listen", "give an address of the local network, or --public if miners outside of it are to connect",
			"--listen %s can be reached from the internet", a)
	}
	return net.JoinHostPort(host, port), nil
}

// carrierGrade is for networks behind a provider's address translation (RFC 6598). VPNs use it too.
var carrierGrade = netip.MustParsePrefix("100.64.0.0/10")

// IsLocal reports whether an address is this machine's own or of a local network.
func IsLocal(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || carrierGrade.Contains(a)
}
