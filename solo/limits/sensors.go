package limits

import (
	"errors"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/sensors"
)

// processorSensors are how the names of processors' sensors begin: the drivers of Intel, AMD, and of the systems on a
// chip of small boards.
var processorSensors = []string{"coretemp", "k10temp", "k8temp", "zenpower", "cpu", "soc", "x86_pkg_temp", "tdie", "pacc", "eacc"}

// Readings outside of these degrees Celsius come from sensors that are not connected.
const (
	coldest = 0
	hottest = 150
)

// ErrNoSensor says that this machine shows no temperature, as most virtual ones.
var ErrNoSensor = errors.New("this machine shows no temperature sensor")

// ReadTemperature gives the degrees Celsius of the hottest sensor of the processor, or, if none is known to be the
// processor's, of the hottest of all; and that sensor's name. It is safe for concurrent use.
func ReadTemperature() (celsius float64, sensor string, err error) {
	all, err := sensors.SensorsTemperatures() // the error is about single sensors; the others are there
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
