package limits_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"ltcsolo/solo/limits"
)

func TestBattery(t *testing.T) {
	type supply map[string]string
	mains := func(online string) supply { return supply{"type": "Mains", "online": online} }
	battery := func(status string) supply { return supply{"type": "Battery", "status": status, "scope": "System"} }
	for _, tt := range []struct {
		name     string
		supplies map[string]supply
		want     bool
	}{
		{"none", nil, false},
		{"desktop", map[string]supply{"AC": mains("1")}, false},
		{"laptop on mains", map[string]supply{"AC": mains("1"), "BAT0": battery("Charging")}, false},
		{"laptop unplugged", map[string]supply{"AC": mains("0"), "BAT0": battery("Discharging")}, true},
		{"second battery in use", map[string]supply{"AC": mains("0"), "BAT0": battery("Unknown"), "BAT1": battery("Discharging")}, true},
		{"full on mains", map[string]supply{"AC": mains("1"), "BAT0": battery("Full")}, false},
		{"a mouse", map[string]supply{"hid": {"type": "Battery", "status": "Discharging", "scope": "Device"}}, false},
	} {
		sys := t.TempDir()
		if tt.supplies != nil {
			if err := os.MkdirAll(filepath.Join(sys, "class", "power_supply"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		for name, files := range tt.supplies {
			dir := filepath.Join(sys, "class", "power_supply", name)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			for file, text := range files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		t.Setenv("HOST_SYS", sys)
		if got, err := limits.ReadBattery(); got != tt.want || err != nil {
			t.Errorf("%s: ReadBattery() = %v, %v, want %v", tt.name, got, err, tt.want)
		}
		why, err := limits.OnBattery(limits.ReadBattery).Check(time.Now())
		if (why != "") != tt.want || err != nil {
			t.Errorf("%s: OnBattery says %q, %v", tt.name, why, err)
		}
	}
}
