package terminal

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

const (
	redraw = time.Second // how often the status line is redrawn

	// The size of a terminal that does not tell it.
	defaultWidth  = 80
	defaultHeight = 24
)

// Styles of Paint: the parameters of ECMA-48's SGR sequence.
const (
	Bold   = "1"
	Red    = "31"
	Green  = "32"
	Yellow = "33"

	faint        = "2"
	reverseGreen = "1;7;32"
)

// Console is an output, usually standard error: lines, and below them on a terminal a status line that is redrawn. It
// is safe for concurrent use.
type Console struct {
	out    io.Writer
	width  func() int // columns; nil: not a terminal
	height func() int // lines; nil: not known
	colour bool

	mu     sync.Mutex
	status []string // parts of the status line, most important first; nil: none
	drawn  bool
}

// Open returns the console of an open file. It is a terminal if f is one that understands escape sequences, and has
// colours unless NO_COLOR is set.
func Open(f *os.File) *Console {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) || os.Getenv("TERM") == "dumb" || !understandsEscapes(f) {
		return New(f, nil, false)
	}
	width := func() int {
		width, _, err := term.GetSize(fd)
		if err != nil || width < 1 {
			return defaultWidth
		}
		return width
	}
	c := New(f, width, os.Getenv("NO_COLOR") == "")
	c.height = func() int {
		_, height, err := term.GetSize(fd)
		if err != nil || height < 1 {
			return defaultHeight
		}
		return height
	}
	return c
}

// New returns a console on any writer. width gives the terminal's columns; it is nil if out is not a terminal.
func New(out io.Writer, width func() int, colour bool) *Console {
	return &Console{out: out, width: width, colour: colour}
}

// Terminal reports whether the console is a terminal.
func (c *Console) Terminal() bool { return c.width != nil }

// Width returns the number of columns, 80 if the console is not a terminal.
func (c *Console) Width() int {
	if c.width == nil {
		return defaultWidth
	}
	return c.width()
}

// Height returns the number of lines, 24 if the console is not a terminal.
func (c *Console) Height() int {
	if c.height == nil {
		return defaultHeight
	}
	return c.height()
}

// Paint returns text in a style, or as it is if the console has no colours.
func (c *Console) Paint(style, text string) string { return paint(c.colour, style, text) }

func paint(colour bool, style, text string) string {
	if !colour {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// Write writes a whole line. It removes the status line before and redraws it below.
func (c *Console) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	n, err := c.out.Write(line)
	c.draw()
	return n, err
}

// Show redraws the status line every second until ctx ends, and then removes it. Without a terminal it only waits for
// ctx. It does not hold the console's lock while it calls status, which may wait for somebody who is logging.
func (c *Console) Show(ctx context.Context, status func() []string) {
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for {
		if c.Terminal() {
			c.Update(status())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			c.Update(nil)
			return
		}
	}
}

// Update replaces the parts of the status line, most important first. nil removes the line.
func (c *Console) Update(parts []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	c.status = parts
	c.draw()
}

// erase removes the status line from the screen. The caller holds mu.
func (c *Console) erase() {
	if c.drawn {
		io.WriteString(c.out, "\r\x1b[K")
		c.drawn = false
	}
}

// draw writes the status line. The caller holds mu.
func (c *Console) draw() {
	if c.status == nil {
		return
	}
	// The last column stays free: some terminals begin a new line after a character in it.
	if text := fit(c.Width()-1, c.status); text != "" {
		io.WriteString(c.out, text)
		c.drawn = true
	}
}

// fit joins as many parts as fit into width, most important first. It truncates a first part that does not fit.
func fit(width int, parts []string) string {
	const separator = " | "
	line := ""
	for _, p := range parts {
		longer := line + separator + p
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
