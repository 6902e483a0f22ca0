package limits_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"ltcsolo/solo/limits"
)

func TestReadTemperature(t *testing.T) {
	type chip struct{ name, millidegrees string }
	for _, tt := range []struct {
		name   string
		chips  []chip
		want   float64
		sensor string
	}{
		{"processor among others", []chip{{"nvme", "88000"}, {"k10temp", "61500"}, {"coretemp", "72000"}, {"acpitz", "90000"}}, 72, "coretemp"},
		{"unknown sensors", []chip{{"nvme", "41000"}, {"it8728", "43000"}}, 43, "it8728"},
		{"not connected", []chip{{"coretemp", "0"}, {"coretemp", "-128000"}, {"nct6775", "127500"}, {"it8728", "255000"}}, 127.5, "nct6775"},
		{"none", nil, 0, ""},
	} {
		sys := t.TempDir()
		for i, c := range tt.chips {
			dir := filepath.Join(sys, "class", "hwmon", "hwmon"+string(rune('0'+i)))
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			for file, text := range map[string]string{"name": c.name, "temp1_input": c.millidegrees} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		t.Setenv("HOST_SYS", sys)
		got, sensor, err := limits.ReadTemperature()
		if got != tt.want || sensor != tt.sensor || (err != nil) != (tt.sensor == "") {
			t.Errorf("%s: ReadTemperature() = %v, %q, %v, want %v, %q", tt.name, got, sensor, err, tt.want, tt.sensor)
		}
		if err != nil && !errors.Is(err, limits.ErrNoSensor) {
			t.Errorf("%s: %v is not ErrNoSensor", tt.name, err)
		}
	}
}
