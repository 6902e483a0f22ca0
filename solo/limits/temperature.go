package limits

import (
	"fmt"
	"time"
)

// temperatureHysteresis is how far, in degrees Celsius, the processor must cool below the limit before mining resumes, so
// that mining does not start and stop every few seconds.
const temperatureHysteresis = 5

// MaxTemp pauses above limit, in degrees Celsius, until the temperature is 5 degrees below it. read returns that of the
// hottest sensor.
func MaxTemp(setting string, limit float64, read func() (float64, error)) Rule {
	hot := false
	return Rule{Name: "max-temp", Setting: setting, Check: func(time.Time) (string, error) {
		celsius, err := read()
		if err != nil {
			return "", err
		}
		hot = celsius > limit || hot && celsius > limit-temperatureHysteresis
		if !hot {
			return "", nil
		}
		return fmt.Sprintf("%.0f °C, resumes at %.0f °C", celsius, limit-temperatureHysteresis), nil
	}}
}
