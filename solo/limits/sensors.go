package limits

import (
	"errors"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/sensors"
)

// processorSensors lists prefixes of the names of processor sensors: of the drivers for Intel, AMD and the systems on chip
// of small boards.
var processorSensors = []string{"coretemp", "k10temp", "k8temp", "zenpower", "cpu", "soc", "x86_pkg_temp", "tdie", "pacc", "eacc"}

// Readings outside of these bounds, in degrees Celsius, come from sensors that are not connected.
const (
	coldest = 0
	hottest = 150
)

// ErrNoSensor means that this machine has no temperature sensor, like most virtual machines.
var ErrNoSensor = errors.New("this machine has no temperature sensor")

// ReadTemperature returns the temperature in degrees Celsius and the name of the processor's hottest sensor, or of the
// hottest sensor of all if none is known to be the processor's. The error is ErrNoSensor, or wraps it. It is safe for
// concurrent use.
func ReadTemperature() (celsius float64, sensor string, err error) {
	all, err := sensors.SensorsTemperatures() // the error is about some sensors; the others are in the list
	best := false
	for _, s := range all {
		if s.Temperature <= coldest || s.Temperature >= hottest {
			continue
		}
		name := strings.ToLower(s.SensorKey)
		processors := slices.ContainsFunc(processorSensors, func(p string) bool { return strings.HasPrefix(name, p) })
		if sensor == "" || processors && !best || processors == best && s.Temperature > celsius {
			celsius, sensor, best = s.Temperature, s.SensorKey, processors
		}
	}
	switch {
	case sensor != "":
		return celsius, sensor, nil
	case err != nil:
		return 0, "", errors.Join(ErrNoSensor, err)
	}
	return 0, "", ErrNoSensor
}
