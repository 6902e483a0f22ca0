package limits

import "time"

// OnBattery pauses while the machine runs on its battery. read is ReadBattery, except in tests.
func OnBattery(read func() (onBattery bool, err error)) Rule {
	return Rule{Name: "pause-on-battery", Setting: "true", Check: func(time.Time) (string, error) {
		on, err := read()
		if err != nil || !on {
			return "", err
		}
		return "on battery, resumes on mains power", nil
	}}
}
