package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// testRelease returns a release of this checkout with documents of its own.
func testRelease(t *testing.T) *release {
	t.Helper()
	docs := t.TempDir()
	write(t, filepath.Join(docs, "man/ltcsolo.1"), ".TH LTCSOLO 1\n")
	write(t, filepath.Join(docs, "completions/_ltcsolo"), "#compdef ltcsolo\n")
	return &release{
		version: "1.2.3", when: time.Date(2026, 11, 26, 18, 7, 25, 0, time.UTC), source: "../..", docs: docs, out: t.TempDir(),
		maintainer: "A. Owner <owner@example.org>", homepage: "https://example.org/ltcsolo",
	}
}

// testProgram returns a program that looks as if it had been built for a system.
func testProgram(os, arch, arm string) *program {
	name := "ltcsolo"
	if os == "windows" {
		name += ".exe"
	}
	return &program{
		path: "programs/" + os + "/" + name, data: []byte("the program"), os: os, arch: arch, arm: arm,
		info: &debug.BuildInfo{
			GoVersion: runtime.Version(), Main: debug.Module{Path: "ltcsolo", Version: "v1.2.3"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123abcd"}},
		},
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTarGz(t *testing.T) {
	r := testRelease(t)
	if err := r.archive(testProgram("linux", "arm", "6"), []byte("licences")); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(read(t, filepath.Join(r.out, "ltcsolo-1.2.3-linux-armv6.tar.gz"))))
	if err != nil {
		t.Fatal(err)
	}
	modes := map[string]int64{}
	for a := tar.NewReader(z); ; {
		h, err := a.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || !h.ModTime.Equal(r.when) {
			t.Errorf("%s is of user %d %q, group %d, time %v", h.Name, h.Uid, h.Uname, h.Gid, h.ModTime)
		}
		modes[h.Name] = h.Mode
	}
	for name, mode := range map[string]int64{
		"": 0o755, "ltcsolo": 0o755, "LICENSE": 0o644, "THIRD-PARTY-LICENSES.txt": 0o644, "README.md": 0o644, "CHANGELOG.md": 0o644,
		"man/ltcsolo.1": 0o644, "completions/_ltcsolo": 0o644, "scripts/install.sh": 0o755, "scripts/uninstall.sh": 0o755,
		"scripts/service/ltcsolo.service": 0o644, "scripts/service/ltcsolo-serve.socket": 0o644, "scripts/monitoring/alerts.yml": 0o644,
		"scripts/container/compose.yml": 0o644,
	} {
		if got := modes["ltcsolo-1.2.3-linux-armv6/"+name]; got != mode {
			t.Errorf("%q has mode %o, want %o", name, got, mode)
		}
	}
}

func TestZip(t *testing.T) {
	r := testRelease(t)
	r.source = t.TempDir()
	for _, name := range append(slices.Clone(sourceFiles[""]), "scripts/service/windows/ltcsolo.xml") {
		write(t, filepath.Join(r.source, name), name)
	}
	if err := r.archive(testProgram("windows", "amd64", ""), []byte("licences")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.out, "ltcsolo-1.2.3-windows-amd64.zip")
	first := read(t, path)
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, strings.TrimPrefix(f.Name, "ltcsolo-1.2.3-windows-amd64/"))
		if !f.Modified.Equal(r.when) {
			t.Errorf("%s has time %v", f.Name, f.Modified)
		}
	}
	for _, name := range []string{"ltcsolo.exe", "README.md", "scripts/service/windows/ltcsolo.xml"} {
		if !slices.Contains(names, name) {
			t.Errorf("there is no %s in %q", name, names)
		}
	}
	if slices.Contains(names, "man/ltcsolo.1") {
		t.Error("Windows has no man")
	}

	// Times and modes of the files, and the local time zone, make no difference.
	local := time.Local
	time.Local = time.FixedZone("elsewhere", 9*3600)
	defer func() { time.Local = local }()
	when := time.Now().Add(-time.Hour)
	if err := errors.Join(os.Chtimes(filepath.Join(r.source, "README.md"), when, when), os.Chmod(filepath.Join(r.source, "README.md"), 0o666)); err != nil {
		t.Fatal(err)
	}
	if err := r.archive(testProgram("windows", "amd64", ""), []byte("licences")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, path), first) {
		t.Error("a second archive has other bits")
	}
}

func TestLicences(t *testing.T) {
	module := t.TempDir()
	write(t, filepath.Join(module, "LICENSE.md"), "module")
	write(t, filepath.Join(module, "NOTICE"), "notice")
	write(t, filepath.Join(module, "license.go"), "code")
	write(t, filepath.Join(module, "used/within/Copying"), "package")
	write(t, filepath.Join(module, "unused/LICENSE"), "not linked")
	found, err := findLicences(module, []string{module, filepath.Join(module, "used/within")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range found {
		got = append(got, l.name+": "+string(l.text))
	}
	if want := []string{"LICENSE.md: module", "NOTICE: notice", "used/within/Copying: package"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}

	if err := os.Remove(filepath.Join(module, "LICENSE.md")); err != nil {
		t.Fatal(err)
	}
	if found, err := findLicences(module, []string{module}); err == nil {
		t.Errorf("a module with a notice alone is licensed: %v", found)
	}
}

// testModules returns two modules whose licences are known.
func testModules(t *testing.T) []module {
	t.Helper()
	mit := licence{"LICENSE", read(t, "../../LICENSE")}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	bsd := licence{"LICENSE", read(t, filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))}
	return []module{
		{path: standardLibrary, version: "1.26.8", licences: []licence{bsd, {"PATENTS", []byte("a grant")}}},
		{path: "example.org/some/module/v2", version: "v2.0.1", sum: "h1:AAAA=", licences: []licence{mit}},
	}
}

func TestLicenceTexts(t *testing.T) {
	text := string(licenceTexts(testProgram("linux", "amd64", ""), testModules(t)))
	for _, want := range []string{"linux-amd64", "example.org/some/module/v2 v2.0.1: LICENSE\n", "Permission is hereby granted", "Redistributions of source code", "stdlib 1.26.8: PATENTS\n\na grant\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}

func TestBillOfMaterials(t *testing.T) {
	r := testRelease(t)
	path := filepath.Join(r.out, "ltcsolo-1.2.3-linux-amd64.cdx.json")
	p := testProgram("linux", "amd64", "")
	if err := r.billOfMaterials(p, testModules(t)); err != nil {
		t.Fatal(err)
	}
	first := read(t, path)
	type component struct {
		Name, Version, PURL string
		Licenses            []struct{ License struct{ ID string } }
	}
	var bom struct {
		BOMFormat, SpecVersion, SerialNumber string
		Metadata                             struct {
			Timestamp string
			Component component
		}
		Components []component
	}
	if err := json.Unmarshal(first, &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" || bom.SpecVersion != "1.6" || !strings.HasPrefix(bom.SerialNumber, "urn:uuid:") || bom.Metadata.Timestamp != "2026-11-26T18:07:25Z" {
		t.Errorf("got %+v", bom)
	}
	if c := bom.Metadata.Component; c.Name != "ltcsolo" || c.Version != "1.2.3" || c.PURL != "pkg:golang/ltcsolo@v1.2.3" {
		t.Errorf("the program is %+v", c)
	}
	if len(bom.Components) != 2 || bom.Components[1].PURL != "pkg:golang/example.org/some/module/v2@v2.0.1" {
		t.Fatalf("the components are %+v", bom.Components)
	}
	for i, want := range []string{"BSD-3-Clause", "MIT"} {
		if l := bom.Components[i].Licenses; len(l) != 1 || l[0].License.ID != want {
			t.Errorf("%s has licences %+v, want %s", bom.Components[i].Name, l, want)
		}
	}
	if err := r.billOfMaterials(p, testModules(t)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, path), first) {
		t.Error("a second one has other bits")
	}
	p.data = []byte("another program")
	if err := r.billOfMaterials(p, testModules(t)); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(read(t, path), []byte(bom.SerialNumber)) {
		t.Error("another program has the same serial number")
	}
	odd := module{path: "example.org/odd", version: "v1.0.0", licences: []licence{{"LICENSE", []byte("Ask me.")}}}
	if err := r.billOfMaterials(p, []module{odd}); err == nil || !strings.Contains(err.Error(), "read it") {
		t.Errorf("an unknown licence: %v", err)
	}
}

func TestImages(t *testing.T) {
	r := testRelease(t)
	var images []image
	for _, p := range []*program{testProgram("linux", "amd64", ""), testProgram("linux", "arm", "6")} {
		i, err := r.image(p, []byte("licences"))
		if err != nil {
			t.Fatal(err)
		}
		images = append(images, i)
	}
	if err := r.writeImages(images); err != nil {
		t.Fatal(err)
	}

	alone := unpack(t, filepath.Join(r.out, "ltcsolo-1.2.3-linux-amd64.oci.tar"))
	m, err := alone.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	image, err := alone.Image(m.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Architecture != "amd64" || config.Config.User != "65532:65532" || !config.Created.Equal(r.when) {
		t.Errorf("the configuration is %+v", config)
	}
	older, err := tarball.ImageFromPath(filepath.Join(r.out, "ltcsolo-1.2.3-linux-amd64.oci.tar"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(older); err != nil {
		t.Error(err)
	}

	path := filepath.Join(r.out, "ltcsolo-1.2.3.oci.tar")
	archive := read(t, path)
	top := unpack(t, path)
	index := only(t, top)
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, d := range manifest.Manifests {
		platforms = append(platforms, d.Platform.String())
	}
	if want := []string{"linux/amd64", "linux/arm/v6"}; !slices.Equal(platforms, want) {
		t.Errorf("the index has %q, want %q", platforms, want)
	}

	if err := r.writeImages(images); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, path), archive) {
		t.Error("a second archive has other bits")
	}
}

// unpack returns the index.json of an archive, after checking all that it leads to.
func unpack(t *testing.T, path string) v1.ImageIndex {
	t.Helper()
	folder := t.TempDir()
	for a := tar.NewReader(bytes.NewReader(read(t, path))); ; {
		h, err := a.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(a)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, h.Name), string(data))
	}
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	return index
}

// only returns the one index of an index.
func only(t *testing.T, top v1.ImageIndex) v1.ImageIndex {
	t.Helper()
	m, err := top.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Manifests) != 1 {
		t.Fatalf("index.json has %d entries", len(m.Manifests))
	}
	index, err := top.ImageIndex(m.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func TestOtherProgramsAreRefused(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readProgram(self, "1.2.3"); err == nil || !strings.Contains(err.Error(), "not v1.2.3") {
		t.Errorf("a program of another version: %v", err)
	}
	other := filepath.Join(t.TempDir(), "ltcsolo")
	write(t, other, "#!/bin/sh\n")
	if _, err := readProgram(other, "1.2.3"); err == nil {
		t.Error("a script passed")
	}
}
