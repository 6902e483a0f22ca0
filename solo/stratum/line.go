package stratum

import (
	"bytes"
	"io"
)

// Bounds of a session's read buffer, in bytes. Most sessions are idle most of the time, and thousands of them should cost
// little.
const (
	idleBuffer = 256
	maxLine    = 16 << 10
)

// lineReader splits what a client sends into lines. It holds at most maxLine bytes.
type lineReader struct {
	r       io.Reader
	buf     []byte // what was read and not yet returned is buf[start:end]
	start   int
	end     int
	skip    bool // what comes up to the next line end belongs to a line that was too long
	tooLong bool // such a line was met since the last call of overlong
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: r, buf: make([]byte, idleBuffer)}
}

// fill waits for more from the client. Lines that were returned before are invalid then. The buffer grows while more
// waits than fits, and shrinks when all has been returned.
func (l *lineReader) fill() error {
	size := len(l.buf)
	switch pending := l.end - l.start; {
	case pending == 0 && l.end < size:
		size = idleBuffer
	case l.end == size && size < maxLine:
		size *= 2
	}
	if size != len(l.buf) {
		grown := make([]byte, size)
		l.end = copy(grown, l.buf[l.start:l.end])
		l.buf, l.start = grown, 0
	} else if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	n, err := l.r.Read(l.buf[l.end:])
	l.end += n
	return err
}

// next returns the next line that is there whole, without its end, and false if there is none. The line is valid until
// fill.
func (l *lineReader) next() ([]byte, bool) {
	for {
		n := bytes.IndexByte(l.buf[l.start:l.end], '\n')
		if n < 0 {
			if l.skip || l.end-l.start == maxLine {
				l.tooLong = l.tooLong || !l.skip
				l.skip, l.start, l.end = true, 0, 0
			}
			return nil, false
		}
		line := l.buf[l.start : l.start+n]
		l.start += n + 1
		if l.skip {
			l.skip = false
			continue
		}
		return bytes.TrimSpace(line), true
	}
}

// rest returns what came after the last line end: at the end of a connection it may be a whole line.
func (l *lineReader) rest() []byte {
	if l.skip {
		return nil
	}
	line := l.buf[l.start:l.end]
	l.start = l.end
	return bytes.TrimSpace(line)
}

// overlong reports whether a line was longer than maxLine since the last call.
func (l *lineReader) overlong() bool {
	was := l.tooLong
	l.tooLong = false
	return was
}
