package regtest

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Environment variables that say which litecoind to use and whether a test may
// run without one.
const (
	envLitecoind = "LITECOIND"
	envRequire   = "SOLO_REQUIRE_LITECOIND"
)

// Litecoind returns the path of the litecoind to use: the environment variable
// LITECOIND, else the one found in PATH. The error says what is missing.
func Litecoind() (string, error) {
	name := os.Getenv(envLitecoind)
	if name == "" {
		name = "litecoind"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("find litecoind: %w (install it, or name its file in %s)", err, envLitecoind)
	}
	return path, nil
}

// Require returns the path of litecoind. Without one it skips the test, or
// fails it if SOLO_REQUIRE_LITECOIND=1.
func Require(t testing.TB) string {
	t.Helper()
	path, err := Litecoind()
	switch {
	case err == nil:
		return path
	case os.Getenv(envRequire) == "1", os.Getenv(envLitecoind) != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return ""
}
