//go:build container

package container

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ltcsolo/solo/regtest"
)

// Names of images. No registry has them.
const (
	litecoindImage = "localhost/litecoind:test"
	ltcsoloImage   = "localhost/ltcsolo:test"
)

// user is the one that ltcsolo's image names, and here the node's too.
const user = "65532"

// envArchive names an archive of ltcsolo's image to try, as a release has it. Without one, an image like it is made of this
// source.
const envArchive = "LTCSOLO_IMAGE_ARCHIVE"

// library is a line of ldd's with a file's path.
var library = regexp.MustCompile(`(?m)^\s(?:\S+ => )?(/\S+) \(0x`)

// importLitecoind makes an image of this machine's litecoind and the libraries that it needs, and nothing else.
func (e *engine) importLitecoind(t *testing.T) {
	t.Helper()
	root := t.TempDir()
	daemon := regtest.Require(t)
	client := filepath.Join(filepath.Dir(daemon), "litecoin-cli")
	const debian = "/usr/lib/litecoin/litecoind" // which a script starts
	if text, err := os.ReadFile(daemon); err == nil && bytes.HasPrefix(text, []byte("#!")) && bytes.Contains(text, []byte(debian)) {
		daemon = debian
	}
	for _, program := range []string{daemon, client} {
		out, err := exec.Command("ldd", program).CombinedOutput()
		if err != nil {
			t.Fatalf("ldd %s: %v: %s", program, err, out)
		}
		copyFile(t, program, filepath.Join(root, "usr/bin", filepath.Base(program)))
		for _, lib := range library.FindAllStringSubmatch(string(out), -1) {
			copyFile(t, lib[1], filepath.Join(root, lib[1]))
		}
	}
	for _, dir := range []string{"litecoin", "cookie"} {
		makeOwn(t, filepath.Join(root, dir))
	}
	e.importImage(t, root, litecoindImage, "USER "+user, `ENTRYPOINT ["litecoind"]`)
}

// importLtcsolo makes the image of ltcsolo.
func (e *engine) importLtcsolo(t *testing.T) {
	t.Helper()
	if archive := os.Getenv(envArchive); archive != "" {
		loaded := e.podman(t, "load", "--quiet", "--input", archive)
		t.Logf("the image of %s: %s", archive, loaded)
		e.podman(t, "tag", loaded[strings.LastIndexByte(loaded, ' ')+1:], ltcsoloImage)
		return
	}
	root := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(root, "usr/bin/ltcsolo"), "../../cmd/ltcsolo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	const state = "var/lib/ltcsolo"
	if err := os.MkdirAll(filepath.Dir(filepath.Join(root, state)), 0o755); err != nil {
		t.Fatal(err)
	}
	makeOwn(t, filepath.Join(root, state))
	e.importImage(t, root, ltcsoloImage, "USER "+user+":"+user, `ENTRYPOINT ["/usr/bin/ltcsolo"]`, `CMD ["mine"]`,
		"ENV LTCSOLO_STATE=/"+state, "ENV HOME=/"+state, "WORKDIR /"+state, "VOLUME /"+state)
}

// importImage makes an image of the files below root.
func (e *engine) importImage(t *testing.T, root, name string, changes ...string) {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "files.tar")
	if out, err := exec.Command("tar", "--directory", root, "--create", "--file", archive, ".").CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, out)
	}
	args := []string{"import", "--quiet"}
	for _, c := range changes {
		args = append(args, "--change", c)
	}
	e.podman(t, append(args, archive, name)...)
}

// makeOwn makes a directory that is for the images' user alone.
func makeOwn(t *testing.T, path string) {
	t.Helper()
	err := os.Mkdir(path, 0o700)
	if err == nil {
		err = os.Chown(path, 65532, 65532)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, text, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
}
