package main

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// redraw is how often the status line is written anew.
const redraw = time.Second

// console is standard error: log lines, and below them on a terminal a status line that redraws. It is safe for
// concurrent use.
type console struct {
	out      io.Writer
	terminal bool
	colour   bool
	width    func() int // columns

	mu     sync.Mutex
	status []string // parts of the status line, most important first; nil: none
	drawn  bool
}

func newConsole(f *os.File) *console {
	fd := int(f.Fd())
	c := &console{out: f, terminal: term.IsTerminal(fd) && os.Getenv("TERM") != "dumb" && understandsEscapes(f)}
	c.colour = c.terminal && os.Getenv("NO_COLOR") == ""
	c.width = func() int {
		width, _, err := term.GetSize(fd)
		if err != nil || width < 1 {
			return 80
		}
		return width
	}
	return c
}

// Write writes a whole log line. The status line never tears it: that goes, and comes back below.
func (c *console) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	n, err := c.out.Write(line)
	c.draw()
	return n, err
}

// show redraws a status line until ctx ends, and leaves none behind. Without a terminal it only waits. status is not
// called while the console is locked: what it asks may itself be waiting to log.
func (c *console) show(ctx context.Context, status func() []string) {
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for {
		if c.terminal {
			c.update(status())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			c.update(nil)
			return
		}
	}
}

func (c *console) update(parts []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	c.status = parts
	c.draw()
}

// erase and draw are called with mu held.
func (c *console) erase() {
	if c.drawn {
		io.WriteString(c.out, "\r\x1b[K")
		c.drawn = false
	}
}

func (c *console) draw() {
	if c.status == nil {
		return
	}
	// The last column stays free: a character in it makes some terminals begin a new line.
	if text := fit(c.width()-1, c.status); text != "" {
		io.WriteString(c.out, text)
		c.drawn = true
	}
}

// fit joins parts, most important first, as far as they have room. A first part that has none is cut short.
func fit(width int, parts []string) string {
	const between = " | "
	line := ""
	for _, p := range parts {
		longer := line + between + p
		if line == "" {
			longer = p
		}
		if utf8.RuneCountInString(longer) > width {
			break
		}
		line = longer
	}
	if line == "" && len(parts) > 0 && width > 0 {
		return string([]rune(parts[0])[:width-1]) + "…"
	}
	return strings.TrimSpace(line)
}
