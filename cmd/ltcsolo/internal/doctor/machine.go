package doctor

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/limits"
	"ltcsolo/solo/scrypt"
)

// machineChecks returns the checks of the machine; c says how it is to hash, nil if it is not.
func machineChecks(c *settings.CPU) []check {
	maxTemp, rules := false, []limits.Rule(nil)
	if c != nil {
		maxTemp = c.MaxTemp
		rules = slices.DeleteFunc(slices.Clone(c.Rules), func(r limits.Rule) bool { return r.Name == "max-temp" }) // has its own check
	}
	checks := []check{
		{"kernels", checkKernels},
		{"large pages", checkLargePages},
		{"temperature", func(context.Context) finding { return checkTemperature(maxTemp, limits.ReadTemperature, runtime.GOOS) }},
	}
	if len(rules) > 0 {
		checks = append(checks, check{"limits", func(context.Context) finding { return checkLimits(rules) }})
	}
	return checks
}

func checkKernels(context.Context) finding { return kernelsFinding(scrypt.Kernels(), scrypt.Broken()) }

func kernelsFinding(good []*scrypt.Kernel, broken []error) finding {
	const remedy = "test the memory and the cooling of this machine; if both are fine, please report it with the output of ltcsolo version"
	var names []string
	for _, k := range good {
		names = append(names, k.Name())
	}
	switch {
	case len(good) == 0:
		return failed(terminal.Usage("", remedy, "no kernel passed its self-test"))
	case len(broken) > 0:
		return warned(remedy, "%d kernels compute wrong results and are left out: %v; these passed their self-test: %s", len(broken),
			errors.Join(broken...), strings.Join(names, ", "))
	}
	return passed("%s, all passed their self-test on %s", strings.Join(names, ", "), run.Processor())
}

// hugePages is the file in which Linux says whether programs get large pages: "always [madvise] never".
const hugePages = "/sys/kernel/mm/transparent_hugepage/enabled"

// checkLargePages reports whether scratchpads can have large pages. They are read at random, and with small pages address
// translation takes much of the time.
func checkLargePages(context.Context) finding {
	if runtime.GOOS != "linux" {
		return passed("not asked for on this system")
	}
	text, err := os.ReadFile(hugePages)
	return largePagesFinding(string(text), err)
}

func largePagesFinding(setting string, err error) finding {
	switch {
	case err != nil:
		return warned("use a kernel with transparent huge pages (CONFIG_TRANSPARENT_HUGEPAGE), if you can choose",
			"this system has none: scratchpads are in small pages, which is slower")
	case strings.Contains(setting, "[never]"):
		return warned("as root: echo madvise > "+hugePages, "they are switched off: scratchpads are in small pages, which is slower")
	}
	return passed("the system gives them to scratchpads")
}

// tooHot is a temperature in degrees Celsius at which processors slow down and age fast.
const tooHot = 90

// checkTemperature examines the processor's sensors. wanted says that the temperature is limited; system is a GOOS.
func checkTemperature(wanted bool, read func() (float64, string, error), system string) finding {
	celsius, sensor, err := read()
	switch {
	case err != nil && wanted:
		return failed(terminal.Usage("max-temp", "leave out --max-temp"+map[string]string{
			"linux":   ", or load the driver of the sensors (modprobe coretemp or k10temp)",
			"windows": ", or mine as administrator: Windows tells nobody else, and not of every machine",
		}[system], "--max-temp is given, and %v", err))
	case err != nil && system == "linux":
		return warned("nothing, in a virtual machine; else load the driver (modprobe coretemp or k10temp) if you want --max-temp", "%v", err)
	case err != nil && system == "windows":
		return warned("nothing, unless you want --max-temp: Windows tells administrators alone, and not of every machine", "%v", err)
	case err != nil:
		return warned("nothing, unless you want --max-temp, which this machine cannot do", "%v", err)
	case celsius > tooHot:
		return warned("clean or repair the cooling, or mine with --cpu 50 or --max-temp 80", "%.0f °C (%s): that is hot", celsius, sensor)
	}
	return passed("%.0f °C (%s)", celsius, sensor)
}

// checkLimits reports whether this machine has what the rules look at.
func checkLimits(rules []limits.Rule) finding {
	if err := limits.Check(rules, time.Now()); err != nil {
		return failed(run.UnusableLimit(err))
	}
	var names []string
	for _, r := range rules {
		names = append(names, "--"+r.Name)
	}
	return passed("%s can be followed on this machine", strings.Join(names, ", "))
}
