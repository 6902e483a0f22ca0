package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

// program is a built ltcsolo. os, arch and arm are the values of GOOS, GOARCH and GOARM.
type program struct {
	path          string
	data          []byte
	info          *debug.BuildInfo
	os, arch, arm string
}

// readProgram reads a program, and refuses one that is not the version's, or whose bits could depend on where it was built.
func readProgram(path, version string) (*program, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	info, err := buildinfo.Read(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	p := &program{path: path, data: data, info: info}
	p.os, p.arch, p.arm = p.setting("GOOS"), p.setting("GOARCH"), p.setting("GOARM")
	switch {
	case info.Main.Version != "v"+version:
		return nil, fmt.Errorf("%s has version %q, not v%s: is the tree clean, and has its commit no other tag?", path, info.Main.Version, version)
	case info.GoVersion != runtime.Version():
		return nil, fmt.Errorf("%s was built with %s, not with %s", path, info.GoVersion, runtime.Version())
	case p.setting("-trimpath") != "true" || p.setting("CGO_ENABLED") != "0":
		return nil, fmt.Errorf("%s was not built with CGO_ENABLED=0 and -trimpath", path)
	}
	return p, nil
}

// setting returns a setting of the build, "" if the go command has not recorded it.
func (p *program) setting(key string) string {
	for _, s := range p.info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// system names what the program runs on, as in file names: linux-amd64, linux-armv6.
func (p *program) system() string {
	name := p.os + "-" + p.arch
	if p.arm != "" {
		name += "v" + p.arm
	}
	return name
}
