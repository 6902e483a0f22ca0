package limits

import (
	"fmt"
	"time"
)

// cooler is by how many degrees Celsius the processor must have cooled before the search goes on, so that it does not
// start and stop every few seconds.
const cooler = 5

// MaxTemp pauses above a temperature in degrees Celsius, until it is 5 degrees lower. Read gives that of the hottest
// sensor.
func MaxTemp(setting string, most float64, read func() (float64, error)) Rule {
	hot := false
	return Rule{Name: "max-temp", Setting: setting, Check: func(time.Time) (string, error) {
		celsius, err := read()
		if err != nil {
			return "", err
		}
		hot = celsius > most || hot && celsius > most-cooler
		if !hot {
			return "", nil
		}
		return fmt.Sprintf("%.0f °C, goes on at %.0f °C", celsius, most-cooler), nil
	}}
}
