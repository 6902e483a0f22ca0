package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// module is a module of which packages are linked into a program. The standard library is one, at the version of Go.
type module struct {
	path, version string
	sum           string // of go.sum, "" for the standard library
	licences      []licence
}

// standardLibrary is the path under which databases of vulnerabilities list it.
const standardLibrary = "stdlib"

// linkedPackage is a package as go list describes it.
type linkedPackage struct {
	Dir      string
	Root     string // GOROOT, for a package of the standard library
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// linkedModules returns the modules that are linked into p, in the order of their paths, the standard library first. It
// takes them from the program itself, and their licences from the sources of the linked packages.
func linkedModules(source string, p *program) ([]module, error) {
	packages, err := linkedPackages(source, p)
	if err != nil {
		return nil, err
	}
	modules := []module{{path: standardLibrary, version: strings.TrimPrefix(p.info.GoVersion, "go")}}
	for _, dep := range p.info.Deps {
		if dep.Replace != nil {
			return nil, fmt.Errorf("module %s is replaced: a release has published modules only", dep.Path)
		}
		modules = append(modules, module{path: dep.Path, version: dep.Version, sum: dep.Sum})
	}
	roots := map[string]string{} // of a module, by path and version
	folders := map[string][]string{}
	for _, l := range packages {
		switch {
		case l.Standard:
			// Go's own licence covers all of it. Below are the same again, and BoringSSL's, which is not linked without cgo.
			roots[standardLibrary+"@"+modules[0].version] = l.Root
		case l.Module == nil:
			return nil, fmt.Errorf("%s belongs to no module", l.Dir)
		case !l.Module.Main:
			key := l.Module.Path + "@" + l.Module.Version
			roots[key], folders[key] = l.Module.Dir, append(folders[key], l.Dir)
		}
	}
	if len(roots) != len(modules) {
		return nil, fmt.Errorf("the program has %d modules, its sources %d", len(modules), len(roots))
	}
	for i := range modules {
		m := &modules[i]
		key := m.path + "@" + m.version
		root, ok := roots[key]
		if !ok {
			return nil, fmt.Errorf("the sources lack %s", key)
		}
		if m.licences, err = findLicences(root, folders[key]); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return modules, nil
}

// linkedPackages lists the packages of which p was built.
func linkedPackages(source string, p *program) ([]linkedPackage, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Root,Standard,Module", "./cmd/ltcsolo")
	cmd.Dir, cmd.Stderr = source, os.Stderr
	cmd.Env = append(os.Environ(), "GOOS="+p.os, "GOARCH="+p.arch, "GOARM="+p.arm, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []linkedPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var l linkedPackage
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if l.Dir != "" { // unsafe has none
			l.Dir = filepath.Clean(l.Dir)
			all = append(all, l)
		}
	}
}
