package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/cpuid/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/units"
)

// MeasureEach is how long each kernel is measured at the start.
const MeasureEach = 150 * time.Millisecond

// maxNoise is the noise of a measurement (scrypt.Measured) up to which its choice holds for later starts.
const maxNoise = 0.1

// ChooseKernels returns the kernel to search with, followed by those that take over if the reference refutes it, and the
// hash rate of the first in H/s on the processors that there are. named is nil for auto, whose measurement is kept in the
// state directory.
func ChooseKernels(named *scrypt.Kernel, threads int, state string, b Build, log *slog.Logger) ([]*scrypt.Kernel, float64, error) {
	for _, err := range scrypt.Broken() {
		log.Warn("kernel is left out", "err", err)
	}
	all := scrypt.Kernels()
	if len(all) == 0 {
		return nil, 0, terminal.Failed("this processor or its memory is faulty; if it is not, please report it", "no kernel passed its self-test")
	}
	chosen, rate := named, 0.0
	if named == nil {
		chosen, rate = autoKernel(all, threads, state, b, scrypt.Best, log)
	}
	if rate == 0 {
		rate = chosen.HashRate(threads, MeasureEach)
	}
	if scrypt.CountsThreadTime() {
		rate = sharing(rate, threads, settings.AvailableProcessors())
	}
	others := slices.DeleteFunc(all, func(k *scrypt.Kernel) bool { return k == chosen })
	return append([]*scrypt.Kernel{chosen}, others...), rate, nil
}

// sharing returns the hash rate of threads that share processors, from that of as many with a processor each.
func sharing(rate float64, threads, processors int) float64 {
	return rate * float64(min(threads, processors)) / float64(threads)
}

// autoKernel returns the fastest kernel on this processor, by an earlier measurement or else by best now, and its hash
// rate.
func autoKernel(all []*scrypt.Kernel, threads int, state string, b Build, best measurement, log *slog.Logger) (*scrypt.Kernel, float64) {
	path := filepath.Join(state, "kernel.json")
	now := keptChoice{Program: b.Version + " " + b.Commit, Processor: Processor(), Threads: threads}
	for _, k := range all {
		now.Kernels = append(now.Kernels, k.Name())
	}
	if kept, err := readChoice(path); err != nil {
		log.Debug("no kept choice of a kernel", "err", err)
	} else if k := find(all, kept.Kernel); k != nil && kept.fits(now) {
		log.Debug("kernel of an earlier measurement on this processor", "kernel", k, "threads", threads, "hash_rate", units.HashRate(kept.HashRate), "file", path)
		return k, kept.HashRate
	}
	chosen, measured := best(threads, MeasureEach)
	for _, m := range measured {
		log.Debug("kernel measured", "kernel", m.Kernel, "threads", threads, "hash_rate", units.HashRate(m.HashRate), "noise", m.Noise)
		now.Noise = max(now.Noise, m.Noise)
		if m.Kernel == chosen {
			now.HashRate = m.HashRate
		}
	}
	now.Kernel = chosen.Name()
	log.Debug("kernel chosen: the fastest measured", "kernel", chosen, "threads", threads, "noise", now.Noise)
	if now.HashRate > 0 {
		if err := now.keep(path); err != nil {
			log.Debug("the choice of the kernel cannot be kept", "err", err)
		}
	}
	return chosen, now.HashRate
}

// measurement is scrypt.Best.
type measurement func(threads int, each time.Duration) (*scrypt.Kernel, []scrypt.Measured)

// find returns the kernel with a name, nil if there is none.
func find(all []*scrypt.Kernel, name string) *scrypt.Kernel {
	if i := slices.IndexFunc(all, func(k *scrypt.Kernel) bool { return k.Name() == name }); i >= 0 {
		return all[i]
	}
	return nil
}

// keptChoice is what auto chose, and in which situation. Its file may be deleted at any time: auto then measures again.
type keptChoice struct {
	Program   string   `json:"program"`
	Processor string   `json:"processor"`
	Threads   int      `json:"threads"`
	Kernels   []string `json:"kernels"` // to choose from
	Kernel    string   `json:"kernel"`
	HashRate  float64  `json:"hash_rate"` // H/s of all threads
	Noise     float64  `json:"noise"`     // the most of any kernel's measurement
}

// fits reports whether c was made in the same situation as now, and without much noise.
func (c keptChoice) fits(now keptChoice) bool {
	return c.Program == now.Program && c.Processor == now.Processor && c.Threads == now.Threads && c.HashRate > 0 &&
		c.Noise <= maxNoise && slices.Equal(c.Kernels, now.Kernels)
}

func readChoice(path string) (c keptChoice, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, errors.New("there is none")
	}
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	return c, err
}

// keep writes c. It is not synced: to lose it in a crash costs one measurement.
func (c keptChoice) keep(path string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encode choice of the kernel: %w", err)
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// Processor returns the name that the processor gives itself.
func Processor() string {
	if name := strings.TrimSpace(cpuid.CPU.BrandName); name != "" {
		return name
	}
	return runtime.GOARCH
}
