package terminal

import (
	"os"

	"golang.org/x/sys/windows"
)

// understandsEscapes reports whether a terminal understands escape sequences. It turns them on: consoles before
// Windows Terminal have them off.
func understandsEscapes(f *os.File) bool {
	h := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
