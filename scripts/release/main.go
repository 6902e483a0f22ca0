// Command release packs the programs that scripts/release.sh has built: for each of them an archive, the licences of the
// modules that are linked into it and a bill of materials, and container images of those for Linux. The same programs give
// the same bits, whoever runs it, where and when.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("release: ")
	var r release
	flag.StringVar(&r.version, "version", "", "version of the release, 1.2.3")
	seconds := flag.Int64("time", 0, "Unix time that every file gets")
	flag.StringVar(&r.source, "source", "", "the checkout")
	flag.StringVar(&r.programs, "programs", "", "folder that has a folder with the program for each system; the licences are put beside it")
	flag.StringVar(&r.docs, "docs", "", "folder with man page and completions, for archives")
	flag.StringVar(&r.out, "out", "", "folder for what is made")
	flag.StringVar(&r.maintainer, "maintainer", "", "who answers for the release")
	flag.StringVar(&r.homepage, "homepage", "", "URL of the project")
	flag.Parse()
	r.when = time.Unix(*seconds, 0).UTC()
	if err := r.run(); err != nil {
		log.Fatal(err)
	}
}

// release is what the files of a release have in common. Its strings are those of the flags.
type release struct {
	version              string
	when                 time.Time // of the commit
	source               string
	programs             string
	docs                 string
	out                  string
	maintainer, homepage string
}

// run packs every program.
func (r *release) run() error {
	paths, err := filepath.Glob(filepath.Join(r.programs, "*", "ltcsolo*"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("%s has no programs", r.programs)
	}
	var images []image
	for _, path := range paths {
		p, err := readProgram(path, r.version)
		if err != nil {
			return err
		}
		modules, err := linkedModules(r.source, p)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		licences := licenceTexts(p, modules)
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), licencesName), licences, 0o644); err != nil {
			return err
		}
		if err := r.archive(p, licences); err != nil {
			return err
		}
		if err := r.billOfMaterials(p, modules); err != nil {
			return err
		}
		if p.os == "linux" {
			i, err := r.image(p, licences)
			if err != nil {
				return err
			}
			images = append(images, i)
		}
	}
	if len(images) == 0 {
		return nil
	}
	return r.writeImages(images)
}

// path returns where a file of the release goes: ltcsolo-1.2.3-what.
func (r *release) path(what string) string {
	return filepath.Join(r.out, "ltcsolo-"+r.version+"-"+what)
}
