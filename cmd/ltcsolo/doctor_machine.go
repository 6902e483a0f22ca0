package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"

	"ltcsolo/solo/limits"
	"ltcsolo/solo/scrypt"
)

// machineChecks are those of the machine. maxTemp says that the temperature is to be limited.
func machineChecks(maxTemp bool) []check {
	return []check{
		{"kernels", checkKernels},
		{"large pages", checkLargePages},
		{"temperature", func(context.Context) finding { return checkTemperature(maxTemp, limits.ReadTemperature) }},
	}
}

func checkKernels(context.Context) finding { return judgeKernels(scrypt.Kernels(), scrypt.Broken()) }

func judgeKernels(good []*scrypt.Kernel, broken []error) finding {
	const remedy = "test the memory and the cooling of this machine; if these are well, please report it with the output of ltcsolo version"
	var names []string
	for _, k := range good {
		names = append(names, k.Name())
	}
	switch {
	case len(good) == 0:
		return failed(&failure{exitUsage, "no kernel passed its self-test", remedy})
	case len(broken) > 0:
		return warned(remedy, "%d kernels compute wrong and are left out: %v; these passed their self-test: %s", len(broken),
			errors.Join(broken...), strings.Join(names, ", "))
	}
	return passed("%s, all passed their self-test on %s", strings.Join(names, ", "), processor())
}

// hugePages is where Linux says whether programs get large pages: "always [madvise] never".
const hugePages = "/sys/kernel/mm/transparent_hugepage/enabled"

// checkLargePages looks whether scratchpads can have large pages. They are read at random, and with small pages much
// of the time goes into finding them.
func checkLargePages(context.Context) finding {
	if runtime.GOOS != "linux" {
		return passed("not asked for on this system")
	}
	text, err := os.ReadFile(hugePages)
	return judgeLargePages(string(text), err)
}

func judgeLargePages(setting string, err error) finding {
	switch {
	case err != nil:
		return warned("use a kernel with transparent huge pages (CONFIG_TRANSPARENT_HUGEPAGE), if you can choose",
			"this system has none: scratchpads lie in small pages, which is slower")
	case strings.Contains(setting, "[never]"):
		return warned("as root: echo madvise > "+hugePages, "they are switched off: scratchpads lie in small pages, which is slower")
	}
	return passed("the system gives them to scratchpads")
}

// tooHot is a temperature in degrees Celsius at which processors slow down, and do not live long.
const tooHot = 90

func checkTemperature(wanted bool, read func() (float64, string, error)) finding {
	celsius, sensor, err := read()
	switch {
	case err != nil && wanted:
		return failed(usage("leave out --max-temp, or load the driver of the sensors (modprobe coretemp or k10temp)", "--max-temp is given, and %v", err))
	case err != nil:
		return warned("nothing, in a virtual machine; else load the driver (modprobe coretemp or k10temp) if you want --max-temp", "%v", err)
	case celsius > tooHot:
		return warned("clean and mend the cooling, or mine with --cpu 50 or --max-temp 80", "%.0f °C (%s): that is hot", celsius, sensor)
	}
	return passed("%.0f °C (%s)", celsius, sensor)
}
