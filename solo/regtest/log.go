package regtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Tip is a line "UpdateTip: new best=" of debug.log.
type Tip struct {
	Hash   string // block hash in display order
	Height int
	Time   time.Time // when the node wrote the line; exact to a microsecond
}

// src/validation.cpp UpdateTip writes the line when a block is connected or
// disconnected. -logtimemicros gives the time six decimals. dogecoind has a space
// between date and time, and no zone.
var tipLine = regexp.MustCompile(`(?m)^(\S+)(?: (\S+))? UpdateTip: new best=([0-9a-f]{64}) height=(\d+) `)

// Tips returns every tip that the node has logged since its first start, oldest
// first.
func (n *Node) Tips() ([]Tip, error) {
	text, err := n.logSince(0)
	if err != nil {
		return nil, err
	}
	var tips []Tip
	for _, m := range tipLine.FindAllStringSubmatch(text, -1) {
		stamp := m[1]
		if m[2] != "" {
			stamp += "T" + m[2] + "Z"
		}
		at, err := time.Parse(time.RFC3339Nano, stamp)
		if err != nil {
			return nil, fmt.Errorf("read tip: %w", err)
		}
		height, err := strconv.Atoi(m[4])
		if err != nil {
			return nil, fmt.Errorf("read tip: %w", err)
		}
		tips = append(tips, Tip{Hash: m[3], Height: height, Time: at})
	}
	return tips, nil
}

// WaitTip waits until the node has logged the block as its tip and returns the
// last such line. The node's clock is this machine's, so Time can be compared
// with time.Now for a latency.
func (n *Node) WaitTip(t testing.TB, blockHash string) Tip {
	t.Helper()
	var found Tip
	within(t, func(ctx context.Context) error {
		return poll(ctx, func() error {
			tips, err := n.Tips()
			if err != nil {
				return err
			}
			for i := len(tips) - 1; i >= 0; i-- {
				if tips[i].Hash == blockHash {
					found = tips[i]
					return nil
				}
			}
			return fmt.Errorf("%s has no tip %s", n.LogPath, blockHash)
		})
	})
	return found
}

// LogTail returns the last 30 lines of debug.log, or why it cannot be read.
func (n *Node) LogTail() string {
	const lines = 30
	text, err := n.logSince(0)
	if err != nil {
		return err.Error()
	}
	all := strings.SplitAfter(text, "\n")
	return strings.Join(all[max(0, len(all)-lines-1):], "")
}

// logSize returns the size of debug.log in bytes; 0 if it does not exist.
func (n *Node) logSize() (int64, error) {
	info, err := os.Stat(n.LogPath)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("stat log: %w", err)
	}
	return info.Size(), nil
}

// logSince returns debug.log from an offset in bytes.
func (n *Node) logSince(offset int64) (string, error) {
	f, err := os.Open(n.LogPath)
	if err != nil {
		return "", fmt.Errorf("read log: %w", err)
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return "", fmt.Errorf("read log: %w", err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return "", fmt.Errorf("read log: %w", err)
	}
	return string(text), nil
}
