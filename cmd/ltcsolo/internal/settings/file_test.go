package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

func TestConfigurationFileHasALimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	for _, tt := range []struct {
		size int
		ok   bool
	}{{maxConfig, true}, {maxConfig + 1, false}} {
		const values = "cpu = 50\n"
		text := values + strings.Repeat("#", tt.size-len(values))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readConfig(path, true, []string{"cpu"})
		if tt.ok {
			if err != nil || got.values["cpu"] != int64(50) || got.lines["cpu"] != 1 {
				t.Errorf("readConfig of %d bytes = %v, %v, want cpu 50", tt.size, got, err)
			}
			continue
		}
		if err == nil || terminal.Explain(err).Code != terminal.ExitUsage {
			t.Errorf("readConfig of %d bytes: %v, want exit code %d", tt.size, err, terminal.ExitUsage)
		}
	}
}
