package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/cpuid/v2"

	"ltcsolo/solo/scrypt"
)

// measureEach is how long each kernel is measured at the start.
const measureEach = 150 * time.Millisecond

var kernelName = regexp.MustCompile(`^[a-z0-9]{1,16}$`)

// readKernel is nil for auto.
func readKernel(name string) (*scrypt.Kernel, error) {
	if name == "auto" {
		return nil, nil
	}
	names := []string{"auto"}
	for _, k := range scrypt.Kernels() {
		names = append(names, k.Name())
	}
	remedy := "give one of " + strings.Join(names, ", ")
	if !kernelName.MatchString(name) {
		return nil, usage(remedy, "--kernel names no kernel")
	}
	k, err := scrypt.ByName(name)
	if err != nil {
		return nil, usage(remedy, "--kernel: %v", err)
	}
	return k, nil
}

// chooseKernels gives the kernel to search with, then those that take over if the reference refutes it, and the hash
// rate of the first in H/s. What auto measured is kept in the state directory.
func chooseKernels(named *scrypt.Kernel, threads int, state string, log *slog.Logger) ([]*scrypt.Kernel, float64, error) {
	for _, err := range scrypt.Broken() {
		log.Warn("kernel is left out", "err", err)
	}
	all := scrypt.Kernels()
	if len(all) == 0 {
		return nil, 0, &failure{exitFailed, "no kernel passed its self-test", "this processor or its memory is faulty, or please report it"}
	}
	chosen, rate := named, 0.0
	if named == nil {
		chosen, rate = autoKernel(all, threads, state, log)
	}
	if rate == 0 {
		rate = chosen.HashRate(threads, measureEach)
	}
	others := slices.DeleteFunc(all, func(k *scrypt.Kernel) bool { return k == chosen })
	return append([]*scrypt.Kernel{chosen}, others...), rate, nil
}

// autoKernel is the fastest kernel here: by an earlier measurement on this processor, else by one now.
func autoKernel(all []*scrypt.Kernel, threads int, state string, log *slog.Logger) (*scrypt.Kernel, float64) {
	path := filepath.Join(state, "kernel.json")
	now := keptChoice{Program: release + " " + commit(), Processor: processor(), Threads: threads}
	for _, k := range all {
		now.Kernels = append(now.Kernels, k.Name())
	}
	if kept, err := readChoice(path); err != nil {
		log.Debug("no kept choice of a kernel", "err", err)
	} else if k := find(all, kept.Kernel); k != nil && kept.fits(now) {
		log.Debug("kernel of an earlier measurement on this processor", "kernel", k, "threads", threads, "hash_rate", hashRate(kept.HashRate), "file", path)
		return k, kept.HashRate
	}
	chosen, measured := scrypt.Best(threads, measureEach)
	for _, m := range measured {
		log.Debug("kernel measured", "kernel", m.Kernel, "threads", threads, "hash_rate", hashRate(m.HashRate))
		if m.Kernel == chosen {
			now.HashRate = m.HashRate
		}
	}
	now.Kernel = chosen.Name()
	log.Debug("kernel chosen: the fastest measured", "kernel", chosen, "threads", threads)
	if now.HashRate > 0 {
		if err := now.keep(path); err != nil {
			log.Debug("choice of the kernel is not kept", "err", err)
		}
	}
	return chosen, now.HashRate
}

func find(all []*scrypt.Kernel, name string) *scrypt.Kernel {
	if i := slices.IndexFunc(all, func(k *scrypt.Kernel) bool { return k.Name() == name }); i >= 0 {
		return all[i]
	}
	return nil
}

// keptChoice is what auto chose, and for what. It may be deleted at any time: it is measured again.
type keptChoice struct {
	Program   string   `json:"program"`
	Processor string   `json:"processor"`
	Threads   int      `json:"threads"`
	Kernels   []string `json:"kernels"` // to choose from
	Kernel    string   `json:"kernel"`
	HashRate  float64  `json:"hash_rate"` // H/s of all threads
}

// fits reports whether the same question was asked.
func (c keptChoice) fits(now keptChoice) bool {
	return c.Program == now.Program && c.Processor == now.Processor && c.Threads == now.Threads && c.HashRate > 0 &&
		slices.Equal(c.Kernels, now.Kernels)
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

// keep writes c. Losing it in a crash costs one measurement.
func (c keptChoice) keep(path string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encode choice of the kernel: %w", err)
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// processor is the name that the processor gives itself.
func processor() string {
	if name := strings.TrimSpace(cpuid.CPU.BrandName); name != "" {
		return name
	}
	return runtime.GOARCH
}
