package main

import (
	"os"
	"strings"
	"time"
	_ "time/tzdata" // a container may have no zones
)

// setZone makes TZ's zone the local one, where the system has no zones as well: time has looked for it by now, but perhaps
// before those that are built in could be found, since a package that is initialized earlier asks for the local time.
func setZone() {
	name := strings.TrimPrefix(os.Getenv("TZ"), ":")
	if name == "" {
		return
	}
	if zone, err := time.LoadLocation(name); err == nil { // else it is a file, and time has read it
		time.Local = zone
	}
}
