package limits

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/prometheus/procfs/sysfs"
)

// ReadBattery reports whether the machine runs on its battery: a battery is discharging and no mains adapter is online
// (Linux, Documentation/ABI/testing/sysfs-class-power). A machine without a battery never does. The environment variable
// HOST_SYS may name another /sys, for a container or a test.
func ReadBattery() (bool, error) {
	root := os.Getenv("HOST_SYS")
	if root == "" {
		root = sysfs.DefaultMountPoint
	}
	if _, err := os.Stat(filepath.Join(root, "class", "power_supply")); errors.Is(err, os.ErrNotExist) {
		return false, nil // no power supplies: a server or a container
	}
	fs, err := sysfs.NewFS(root)
	if err != nil {
		return false, fmt.Errorf("read power supplies: %w", err)
	}
	supplies, err := fs.PowerSupplyClass()
	if err != nil {
		return false, fmt.Errorf("read power supplies: %w", err)
	}
	discharging := false
	for _, s := range supplies {
		switch {
		case s.Type == "Battery":
			// The battery of a mouse or headset has scope Device.
			discharging = discharging || s.Scope != "Device" && strings.EqualFold(s.Status, "Discharging")
		case slices.Contains([]string{"Mains", "USB", "Wireless"}, s.Type):
			if s.Online != nil && *s.Online != 0 {
				return false, nil
			}
		}
	}
	return discharging, nil
}
