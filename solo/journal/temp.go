package journal

import (
	"strings"

	"ltcsolo/solo/disk"
)

// probeSize is about the size of a main network block in hex.
const probeSize = 256 << 10

// isTemp reports whether a name is that of a block's temporary file, which a crash within a write leaves.
func isTemp(name string) bool {
	return strings.HasPrefix(name, ".") && strings.Contains(name, suffix+disk.TempMark)
}

// finalName returns the name that a temporary file was to get.
func finalName(temp string) string {
	name, _, _ := strings.Cut(temp[1:], disk.TempMark)
	return name
}
