package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licencesName is the file of an archive with the licences of what is linked.
const licencesName = "THIRD-PARTY-LICENSES.txt"

// licence is a file with a licence of a module, or with a notice that its licence wants passed on.
type licence struct {
	name string // in the module, with slashes
	text []byte
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(unlicense|licen[cs]e|copying|notice|patents)([-._].*)?$`)
	noticeFile  = regexp.MustCompile(`(?i)^(notice|patents)`) // it grants no licence
	codeFile    = regexp.MustCompile(`\.(go|s|c|h|sh|py|json|ya?ml)$`)
)

// findLicences returns the licences and notices in the folders and in all folders above them up to root, the module's. It
// fails if there is no licence.
func findLicences(root string, folders []string) ([]licence, error) {
	within := map[string]bool{root: true}
	for _, folder := range folders {
		if rel, err := filepath.Rel(root, folder); err != nil || strings.HasPrefix(rel, "..") {
			return nil, fmt.Errorf("%s is not in %s", folder, root)
		}
		for ; folder != root; folder = filepath.Dir(folder) {
			within[folder] = true
		}
	}
	var found []licence
	licensed := false
	for folder := range within {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.Type().IsRegular() || !licenceFile.MatchString(e.Name()) || codeFile.MatchString(e.Name()) {
				continue
			}
			path := filepath.Join(folder, e.Name())
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return nil, err
			}
			found = append(found, licence{filepath.ToSlash(name), text})
			licensed = licensed || !noticeFile.MatchString(e.Name())
		}
	}
	if !licensed {
		return nil, errors.New("no licence was found: without one it must not be passed on")
	}
	slices.SortFunc(found, func(a, b licence) int { return strings.Compare(a.name, b.name) })
	return found, nil
}

// licenceTexts returns a file for people with the licences of all modules of p.
func licenceTexts(p *program, modules []module) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "ltcsolo for %s contains Go's standard library and the modules that are listed here.\nTheir licences and notices follow.\n\n", p.system())
	for _, m := range modules {
		fmt.Fprintf(&b, "%s %s\n", m.path, m.version)
	}
	for _, m := range modules {
		for _, l := range m.licences {
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n\n", strings.Repeat("-", 79), m.path, m.version, l.name)
			b.Write(bytes.TrimRight(bytes.ReplaceAll(l.text, []byte("\r\n"), []byte("\n")), "\n"))
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}
