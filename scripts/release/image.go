package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// image is a container image of a program for Linux.
type image struct {
	v1.Image
	system   string // of the program
	platform v1.Platform
}

const (
	imageUser = 65532 // nobody's on any distribution: what images without a distribution use
	imageHome = "/var/lib/ltcsolo"
)

// image returns an image with the program and nothing below it. It runs as a user of its own, who owns the folder of its
// state: a new volume that is mounted there takes that over.
func (r *release) image(p *program, licences []byte) (image, error) {
	ours, err := readFiles(r.source, "LICENSE")
	if err != nil {
		return image{}, err
	}
	doc := "usr/share/doc/ltcsolo/"
	user := fmt.Sprintf("ltcsolo:x:%d:", imageUser)
	files := []file{
		{name: "etc/", mode: 0o755},
		{name: "etc/group", mode: 0o644, data: []byte(user + "\n")},
		{name: "etc/passwd", mode: 0o644, data: fmt.Appendf(nil, "%s%d::%s:/usr/sbin/nologin\n", user, imageUser, imageHome)},
		{name: "tmp/", mode: 0o1777},
		{name: "usr/", mode: 0o755},
		{name: "usr/bin/", mode: 0o755},
		{name: "usr/bin/ltcsolo", mode: 0o755, data: p.data},
		{name: "usr/share/", mode: 0o755},
		{name: "usr/share/doc/", mode: 0o755},
		{name: doc, mode: 0o755},
		{name: doc + "LICENSE", mode: 0o644, data: ours[0].data},
		{name: doc + licencesName, mode: 0o644, data: licences},
		{name: "var/", mode: 0o755},
		{name: "var/lib/", mode: 0o755},
		{name: imageHome[1:] + "/", mode: 0o700, owner: imageUser},
	}
	var tar bytes.Buffer
	if err := writeTar(&tar, files, r.when); err != nil {
		return image{}, err
	}
	layer, err := tarball.LayerFromOpener(
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(tar.Bytes())), nil },
		tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.BestCompression), tarball.WithCompressedCaching)
	if err != nil {
		return image{}, err
	}
	platform := v1.Platform{OS: p.os, Architecture: p.arch}
	if p.arm != "" {
		platform.Variant = "v" + p.arm
	}
	created := v1.Time{Time: r.when}
	config := &v1.ConfigFile{
		Created: created, OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant,
		RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{
			User:       fmt.Sprintf("%d:%d", imageUser, imageUser),
			Entrypoint: []string{"/usr/bin/ltcsolo"},
			Cmd:        []string{"mine"},
			WorkingDir: imageHome,
			Env:        []string{"PATH=/usr/bin", "HOME=" + imageHome, "LTCSOLO_STATE=" + imageHome},
			Volumes:    map[string]struct{}{imageHome: {}},
			// The page, and the port for miners.
			ExposedPorts: map[string]struct{}{"8080/tcp": {}, "3333/tcp": {}},
			Labels: map[string]string{
				"org.opencontainers.image.title":       "ltcsolo",
				"org.opencontainers.image.description": "Mine Litecoin alone, on your own litecoind",
				"org.opencontainers.image.version":     r.version,
				"org.opencontainers.image.revision":    p.setting("vcs.revision"),
				"org.opencontainers.image.licenses":    "MIT",
				"org.opencontainers.image.url":         r.homepage,
				"org.opencontainers.image.authors":     r.maintainer,
			},
		},
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	configured, err := mutate.ConfigFile(base, config)
	if err != nil {
		return image{}, err
	}
	whole, err := mutate.Append(configured, mutate.Addendum{
		Layer: layer, History: v1.History{Created: created, CreatedBy: "scripts/release.sh"}, MediaType: types.OCILayer,
	})
	return image{whole, p.system(), platform}, err
}

// writeImages writes one archive with an index of all images, and one for each image.
func (r *release) writeImages(images []image) error {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, i := range images {
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: i.Image, Descriptor: v1.Descriptor{Platform: &i.platform}})
		older, err := r.olderManifest(i)
		if err != nil {
			return err
		}
		add := func(l layout.Path, names layout.Option) error {
			return l.AppendImage(i.Image, names, layout.WithPlatform(i.platform))
		}
		if err := r.writeLayout(r.path(i.system+".oci.tar"), add, older); err != nil {
			return err
		}
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	all := filepath.Join(r.out, "ltcsolo-"+r.version+".oci.tar")
	fmt.Printf("%s: %s\n", filepath.Base(all), digest)
	return r.writeLayout(all, func(l layout.Path, names layout.Option) error { return l.AppendIndex(index, names) })
}

// writeLayout writes an archive in OCI's layout with what add adds to it, and with more files.
func (r *release) writeLayout(path string, add func(layout.Path, layout.Option) error, more ...file) error {
	folder, err := os.MkdirTemp("", "ltcsolo-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	l, err := layout.Write(folder, empty.Index)
	if err != nil {
		return err
	}
	names := layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": r.imageName(),
		"io.containerd.image.name":          "docker.io/library/" + r.imageName(), // docker's, which wants it whole
	})
	if err := add(l, names); err != nil {
		return err
	}
	var files []file
	for _, pattern := range []string{"oci-layout", "index.json", "blobs/sha256/*"} {
		found, err := readFiles(folder, pattern)
		if err != nil {
			return err
		}
		for _, f := range found {
			files = append(files, file{name: f.name, mode: 0o644, data: f.data})
		}
	}
	var tar bytes.Buffer
	if err := writeTar(&tar, append(files, more...), r.when); err != nil {
		return err
	}
	return os.WriteFile(path, tar.Bytes(), 0o644)
}

// imageName is what images are called once they are loaded.
func (r *release) imageName() string { return "ltcsolo:" + r.version }

// olderManifest returns the file that a docker before version 25, which does not know OCI's layout, wants beside it.
func (r *release) olderManifest(i image) (file, error) {
	m, err := i.Manifest()
	if err != nil {
		return file{}, err
	}
	blob := func(d v1.Descriptor) string { return "blobs/sha256/" + d.Digest.Hex }
	d := tarball.Descriptor{Config: blob(m.Config), RepoTags: []string{r.imageName()}}
	for _, l := range m.Layers {
		d.Layers = append(d.Layers, blob(l))
	}
	data, err := json.Marshal(tarball.Manifest{d})
	return file{name: "manifest.json", mode: 0o644, data: data}, err
}
