package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"ltcsolo/solo/textfile"
)

// segments are the numbered files of a level. Rows are written to the last one.
type segments struct {
	*keeper
	level   *level
	numbers []int // of the files, ascending; only the last one grows
	last    grower
}

const (
	lineFile  = ".jsonl"
	maxNumber = 1e9
)

// load reads the rows of earlier runs, oldest first.
func (s *segments) load() (rows []row) {
	s.numbers = numbersOf(s.dir, s.level.name)
	for _, n := range s.numbers {
		some, g := s.read(n)
		rows = append(rows, some...)
		s.last = g
	}
	return rows
}

// numbersOf returns the numbers of the files with a name.
func numbersOf(dir, name string) (numbers []int) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		text, ok := strings.CutPrefix(e.Name(), name+"-")
		text, is := strings.CutSuffix(text, lineFile)
		if n, err := strconv.Atoi(text); ok && is && err == nil && n > 0 && n < maxNumber {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// read reads a file. One that is of no use is set aside, and then counts as full.
func (s *segments) read(number int) (rows []row, g grower) {
	g = s.grower(number)
	text, err := textfile.Read(g.path, 2*maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, g
	case err != nil:
		s.setAside(g.path, s.level.name, err)
		g.lines = s.level.perFile
		return nil, g
	}
	damaged := 0
	torn := lines(text, func(l []byte) {
		g.lines++
		if r, err := decode(l); err == nil {
			rows = append(rows, r)
		} else {
			damaged++
		}
	})
	if len(rows) == 0 && g.lines > 0 && !(torn && g.lines == 1) {
		s.setAside(g.path, s.level.name, errors.New("no line of it can be read"))
		g.lines = s.level.perFile
		return nil, g
	}
	if damaged > 0 {
		s.log.Debug("lines of recorded history cannot be read", "file", g.path, "lines", damaged)
	}
	g.size, g.torn = int64(len(text)), torn
	return rows, g
}

func (s *segments) grower(number int) grower {
	return grower{keeper: s.keeper, path: s.path(fmt.Sprintf("%s-%06d%s", s.level.name, number, lineFile))}
}

// append writes rows, in a new file if the last one is full.
func (s *segments) append(rows []row) (err error) {
	for i := range rows {
		text := rows[i].encode()
		if len(s.numbers) == 0 || s.last.lines >= s.level.perFile || s.last.size+int64(len(text)) > maxFile {
			err = errors.Join(err, s.begin())
		}
		err = errors.Join(err, s.last.append(text, 1))
	}
	return err
}

// begin begins a new file, and removes the oldest.
func (s *segments) begin() (err error) {
	next := 1
	if n := len(s.numbers); n > 0 {
		next = s.numbers[n-1] + 1
		err = s.disk.Release(s.last.path)
	}
	s.numbers = append(s.numbers, next)
	s.last = s.grower(next)
	for len(s.numbers) > s.level.files {
		if e := s.disk.Remove(s.grower(s.numbers[0]).path); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
		s.numbers = s.numbers[1:]
	}
	return err
}
