package stratum

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readLines returns what a lineReader makes of r, and how often a line was too long.
func readLines(t *testing.T, r io.Reader) (lines []string, overlong int) {
	t.Helper()
	l := newLineReader(r)
	for {
		err := l.fill()
		for {
			line, ok := l.next()
			if !ok {
				break
			}
			lines = append(lines, string(line))
		}
		if l.overlong() {
			overlong++
		}
		if len(l.buf) > maxLine {
			t.Fatalf("the buffer has %d bytes", len(l.buf))
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			if rest := l.rest(); len(rest) > 0 {
				lines = append(lines, string(rest))
			}
			return lines, overlong
		}
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, tt := range []struct {
		name, text string
		want       []string
		overlong   int
	}{
		{"nothing", "", nil, 0},
		{"usual", "a\nb\n", []string{"a", "b"}, 0},
		{"carriage returns", "a\r\nb\r\n", []string{"a", "b"}, 0},
		{"blank lines", "\n\r\n a \n\n", []string{"", "", "a", ""}, 0},
		{"no line end at the end", "a\nb", []string{"a", "b"}, 0},
		{"longest", long[:maxLine-1] + "\nb\n", []string{long[:maxLine-1], "b"}, 0},
		{"too long", long + "\nb\n", []string{"b"}, 1},
		{"a megabyte", strings.Repeat(long, 64) + "\nb\n", []string{"b"}, 1},
		{"too long at the end", "a\n" + long + "yyy", []string{"a"}, 1},
		{"NUL", "a\x00b\n\x00\n", []string{"a\x00b", "\x00"}, 0},
		{"UTF-16", "\xff\xfe{\x00\n\x00", []string{"\xff\xfe{\x00", "\x00"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{
				"at once":      strings.NewReader(tt.text),
				"byte by byte": iotest.OneByteReader(strings.NewReader(tt.text)),
				"in halves":    iotest.HalfReader(strings.NewReader(tt.text)),
				"end with it":  iotest.DataErrReader(strings.NewReader(tt.text)),
			} {
				if lines, overlong := readLines(t, r); !slices.Equal(lines, tt.want) || overlong != tt.overlong {
					t.Errorf("%s: %.60q, %d too long, want %.60q, %d", name, lines, overlong, tt.want, tt.overlong)
				}
			}
		})
	}
}

// randomReader reads pieces of random length.
type randomReader struct {
	r      io.Reader
	random *rand.Rand
}

func (r *randomReader) Read(b []byte) (int, error) { return r.r.Read(b[:1+r.random.IntN(len(b))]) }

func TestLinesSplitAnywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var want []string
		var text strings.Builder
		for range random.IntN(40) {
			line := strings.Repeat("z", 1+random.IntN(1<<random.IntN(14)))
			want = append(want, line)
			text.WriteString(line + "\n")
		}
		lines, overlong := readLines(t, &randomReader{strings.NewReader(text.String()), random})
		if !slices.Equal(lines, want) || overlong != 0 {
			t.Fatalf("%d lines, %d too long, want %d", len(lines), overlong, len(want))
		}
	}
}

// The buffer of a session that is idle is small, whatever it has sent before.
func TestBufferShrinks(t *testing.T) {
	r, w := io.Pipe()
	l := newLineReader(r)
	go func() {
		w.Write(append(bytes.Repeat([]byte("x"), 10_000), '\n'))
		w.Write([]byte("a\n"))
		w.Write([]byte("b\n"))
		w.Close()
	}()
	sizes := []int{}
	for {
		err := l.fill()
		sizes = append(sizes, len(l.buf))
		for {
			if _, ok := l.next(); !ok {
				break
			}
		}
		if err != nil {
			break
		}
	}
	if most, last := slices.Max(sizes), sizes[len(sizes)-1]; most != maxLine || last != idleBuffer {
		t.Errorf("the buffer had %d bytes, %d at last", most, last)
	}
}

// What a line says is what encoding/json reads in it.
func FuzzParseRequest(f *testing.F) {
	for _, line := range []string{
		`{"id":1,"method":"mining.submit","params":["w","6a","00000000","66000000","0000002a"]}`,
		` { "params" : [ "a" , {"b":[1,"]"]} , [ ] , null,-1.5e3 ] , "method" : "m" , "id" : "x" } `,
		`{"id":null,"method":"m","params":[]}`, `{"id":0,"method":"m","params":{"a":[1]}}`, `{"method":"m","params":null}`,
		`{"ID":7,"METHOD":"m","Params":["\"","\\","\\\"",",:{}[]"]}`, `{"id":1,"id":2,"params":[1],"params":[2,3],"method":"a","method":"b"}`,
		`{"\u0069d":3,"m\u0065thod":"x\u0079"}`, `{"id":1,"result":true,"error":null}`, `{"id":1,"method":null}`, `{"id":{"a":"}"},"method":5}`,
		`{}`, `{"":""}`, `[]`, `"{"`, `{"id":1`, `{"id":1}}`, `{"id":1,}`, `{"method":"m","params":[1],"params":7}`, "{\"method\":\"\xff\"}",
		`{"id":1,"method":"mining.subscribe","params":["x",null]}`, `{"id":null,"result":true}`, `{"method":{},"params":{}}`,
		`[]`, `null`, `{`, strings.Repeat("[", 10_000), `{"params":` + strings.Repeat("[", 8000), `{"id":1e999999,"method":"x"}`,
		`{"id":"` + strings.Repeat("9", 10_000) + `"}`, "{\"id\":\"\x00\xff\"}", `{"method":"a","method":"b","Params":[1,"2",[3]]}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		q, err := parseRequest(line)
		if want, wantErr := unmarshalRequest(line); err != wantErr || err == nil && !reflect.DeepEqual(q, want) {
			t.Errorf("%.300q: %q, %v; want %q, %v", line, q, err, want, wantErr)
		}
		if err != nil {
			return
		}
		if len(q.id) == 0 {
			t.Error("a request without anything to echo")
		}
		for i := range len(q.params) + 2 {
			_ = printable(q.params.text(i))
			if d := q.params.difficulty(i); d != 0 && (d < minDifficulty || d > maxDifficulty) {
				t.Errorf("difficulty %v", d)
			}
		}
	})
}

// unmarshalRequest is parseRequest by encoding/json.
func unmarshalRequest(line []byte) (request, error) {
	var r struct {
		ID, Method json.RawMessage
		Params     json.RawMessage
	}
	if len(line) == 0 || line[0] != '{' || json.Unmarshal(line, &r) != nil {
		return request{}, errMalformed
	}
	if isNull(r.Method) {
		return request{}, errResponse
	}
	q := request{id: r.ID, method: text(r.Method)}
	if len(q.id) == 0 {
		q.id = nullID
	}
	if len(r.Params) > 0 && r.Params[0] == '[' {
		q.params = []json.RawMessage{}
		if err := json.Unmarshal(r.Params, &q.params); err != nil {
			return request{}, err
		}
	}
	return q, nil
}
