package notice

import (
	"os"
	"strconv"
	"testing"
)

// end kills the process that a helper left running.
func end(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := os.FindProcess(pid); err != nil || p.Kill() != nil {
		t.Errorf("process %d cannot be ended: %v", pid, err)
	}
}
