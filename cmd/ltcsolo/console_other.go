//go:build !windows

package main

import "os"

// understandsEscapes reports whether a terminal can move its cursor by escape sequences.
func understandsEscapes(*os.File) bool { return true }
