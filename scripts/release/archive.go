package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// file is one of an archive or of an image. A folder's name ends with a slash, its data are empty.
type file struct {
	name  string
	mode  int64 // as tar has it
	owner int   // user and group
	data  []byte
}

// sourceFiles are the files of the repository that an archive has, by system, as patterns; "" stands for every system.
// They keep their places in it, so that what the README says of them is true there too.
var sourceFiles = map[string][]string{
	"": {
		"CHANGELOG.md", "LICENSE", "README.md", "scripts/container/README.md", "scripts/container/compose.yml",
		"scripts/monitoring/alerts.yml", "scripts/monitoring/grafana.json", "scripts/monitoring/prometheus.yml",
	},
	"linux":   {"scripts/install.sh", "scripts/uninstall.sh", "scripts/service/*"},
	"darwin":  {"scripts/service/launchd/*"},
	"windows": {"scripts/service/windows/*"},
}

// archive writes the archive of p: a zip for Windows, a tar.gz for the others.
func (r *release) archive(p *program, licences []byte) error {
	folder := "ltcsolo-" + r.version + "-" + p.system() + "/"
	files := []file{
		{name: folder, mode: 0o755},
		{name: folder + filepath.Base(p.path), mode: 0o755, data: p.data},
		{name: folder + licencesName, mode: 0o644, data: licences},
	}
	add := func(root, pattern string) error {
		found, err := readFiles(root, pattern)
		for _, f := range found {
			f.name = folder + f.name
			files = append(files, f)
		}
		return err
	}
	for _, pattern := range slices.Concat(sourceFiles[""], sourceFiles[p.os]) {
		if err := add(r.source, pattern); err != nil {
			return err
		}
	}
	if p.os != "windows" {
		if err := add(r.docs, "*/*"); err != nil {
			return err
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	write, name := writeTarGz, p.system()+".tar.gz"
	if p.os == "windows" {
		write, name = writeZip, p.system()+".zip"
	}
	var b bytes.Buffer
	if err := write(&b, files, r.when); err != nil {
		return err
	}
	return os.WriteFile(r.path(name), b.Bytes(), 0o644)
}

// readFiles returns the regular files below root that match the pattern. Of their modes it keeps only whether they can be
// executed. It fails if there is none.
func readFiles(root, pattern string) ([]file, error) {
	paths, err := fs.Glob(os.DirFS(root), pattern)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, path := range paths {
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return nil, err
		}
		mode := int64(0o644)
		if info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		files = append(files, file{name: path, mode: mode, data: data})
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no %s", root, pattern)
	}
	return files, nil
}

// writeTar writes the files in their order, all with one time.
func writeTar(w io.Writer, files []file, when time.Time) error {
	t := tar.NewWriter(w)
	for _, f := range files {
		h := &tar.Header{
			Format: tar.FormatUSTAR, Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Uid: f.owner, Gid: f.owner,
			Size: int64(len(f.data)), ModTime: when,
		}
		if strings.HasSuffix(f.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(f.data); err != nil {
			return err
		}
	}
	return t.Close()
}

func writeTarGz(w io.Writer, files []file, when time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := writeTar(z, files, when); err != nil {
		return err
	}
	return z.Close()
}

func writeZip(w io.Writer, files []file, when time.Time) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: when}
		h.SetMode(fs.FileMode(f.mode))
		if strings.HasSuffix(f.name, "/") {
			h.Method = zip.Store
			h.SetMode(fs.FileMode(f.mode) | fs.ModeDir)
		}
		part, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.data); err != nil {
			return err
		}
	}
	return z.Close()
}
