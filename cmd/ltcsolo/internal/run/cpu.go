package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/limits"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/units"
)

// cpu is this machine's CPU as a source of shares, with the limits that pause it.
type cpu struct {
	*cpuminer.Miner
	settings *settings.CPU
	kernels  *scrypt.Trusted
	expected float64 // H/s, from a measurement of the kernel and the settings
	limiter  *limits.Limiter
	sensors  atomic.Pointer[solo.Rig] // nil: none is known
	log      *slog.Logger
}

var _ local = (*cpu)(nil)

// newCPU chooses the kernels. The cpu cannot run before connect.
func newCPU(s *settings.CPU, state string, b Build, refuted func(k, next *scrypt.Kernel), log *slog.Logger) (*cpu, error) {
	kernels, rate, err := ChooseKernels(s.Kernel, s.Threads, state, b, log)
	if err != nil {
		return nil, err
	}
	c := &cpu{settings: s, expected: rate * float64(s.Percent) / 100, log: log}
	if c.kernels, err = scrypt.NewTrusted(kernels, refuted); err != nil {
		return nil, err
	}
	log.Info("searching", "kernel", c.kernels.InUse(), "threads", s.Threads, "hash_rate", units.HashRate(rate), "state", state)
	return c, nil
}

// connect makes the miner, with the limits between it and the engine.
func (c *cpu) connect(e *solo.Engine) (err error) {
	c.limiter, err = limits.New(limits.Config{Upstream: e, Rules: c.settings.Rules, Log: c.log})
	if err != nil {
		return UnusableLimit(err)
	}
	c.Miner, err = cpuminer.New(cpuminer.Config{
		Upstream: c.limiter, Extranonce1: e.Extranonce1, Threads: c.settings.Threads, Kernels: c.kernels, CPU: c.settings.Percent,
		Nice: c.settings.Nice, Pin: c.settings.Pin, Log: c.log,
	})
	return err
}

// UnusableLimit makes the error of a limit that does not work on this machine one of usage.
func UnusableLimit(err error) error {
	var refused *limits.RuleError
	if errors.As(err, &refused) {
		return terminal.Usage(refused.Name, fmt.Sprintf("leave --%s out, or mine on a machine where it works", refused.Name), "%v", err)
	}
	return err
}

// Run searches, asks the limits and reads the temperature until ctx ends.
func (c *cpu) Run(ctx context.Context) error {
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { c.limiter.Run(ctx) })
	beside.Go(func() { c.readTemperature(ctx) })
	return c.Miner.Run(ctx)
}

const temperatureEvery = 10 * time.Second

func (c *cpu) readTemperature(ctx context.Context) {
	tick := time.NewTicker(temperatureEvery)
	defer tick.Stop()
	for {
		var sensors *solo.Rig
		if celsius, _, err := limits.ReadTemperature(); err == nil {
			sensors = &solo.Rig{Chip: celsius, When: time.Now()}
		}
		c.sensors.Store(sensors)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Paused returns the limit that pauses the CPU, empty if none does.
func (c *cpu) Paused() string {
	for _, l := range c.limiter.Limits() {
		if l.Holding {
			flag := strings.TrimSuffix("--"+l.Name+" "+l.Setting, " true")
			return fmt.Sprintf("paused by %s: %s", flag, l.Why)
		}
	}
	return ""
}

// limits returns the limits that were asked for, as they are now.
func (c *cpu) limits() []solo.Limit {
	var all []solo.Limit
	if percent := c.settings.Percent; percent < 100 {
		all = append(all, solo.Limit{Name: "cpu", Setting: fmt.Sprintf("%d %%", percent), Holding: true,
			Why: fmt.Sprintf("each thread rests %d %% of its time", 100-percent)})
	}
	if most := settings.AvailableProcessors(); c.settings.Threads < most {
		all = append(all, solo.Limit{Name: "threads", Setting: strconv.Itoa(c.settings.Threads), Holding: true,
			Why: fmt.Sprintf("%d of %d processors", c.settings.Threads, most)})
	}
	return append(all, c.limiter.Limits()...)
}
