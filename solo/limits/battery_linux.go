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

// ReadBattery reports whether the machine runs on its battery: one of them is being emptied and no mains adapter is
// online (Documentation/ABI/testing/sysfs-class-power of Linux). A machine without a battery never does. The
// environment's HOST_SYS may name another /sys, for a container or a test.
func ReadBattery() (bool, error) {
	root := os.Getenv("HOST_SYS")
	if root == "" {
		root = sysfs.DefaultMountPoint
	}
	if _, err := os.Stat(filepath.Join(root, "class", "power_supply")); errors.Is(err, os.ErrNotExist) {
		return false, nil // a kernel without power supplies: a server or a container
	}
	fs, err := sysfs.NewFS(root)
	if err != nil {
		return false, fmt.Errorf("power supplies cannot be read: %w", err)
	}
	supplies, err := fs.PowerSupplyClass()
	if err != nil {
		return false, fmt.Errorf("power supplies cannot be read: %w", err)
	}
	emptied := false
	for _, s := range supplies {
		switch {
		case s.Type == "Battery":
			// A mouse or a headset has a battery of scope Device.
			emptied = emptied || s.Scope != "Device" && strings.EqualFold(s.Status, "Discharging")
		case slices.Contains([]string{"Mains", "USB", "Wireless"}, s.Type):
			if s.Online != nil && *s.Online != 0 {
				return false, nil
			}
		}
	}
	return emptied, nil
}
