package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// understandsEscapes turns escape sequences on, which consoles before Windows Terminal have off.
func understandsEscapes(f *os.File) bool {
	h := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
