package stratum_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/stratum"
)

// Whatever a client sends, the server answers in lines of JSON or closes the connection, and goes on.
func FuzzSession(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var sent bytes.Buffer
		for line := range strings.Lines(string(text)) {
			if line, ok := strings.CutPrefix(line, "-> "); ok {
				sent.WriteString(line)
			}
		}
		f.Add(sent.Bytes())
	}
	for _, text := range []string{
		strings.Repeat("x", 1<<20), strings.Repeat("\x00", 100_000), "\xff\xfe{\x00}\x00\n\x00", "\x16\x03\x01",
		strings.Repeat("[", 15_000) + "\n", `{"id":` + strings.Repeat("9", 10_000) + `,"method":"mining.ping"}` + "\n",
		`{"id":1,"method":"mining.suggest_difficulty","params":[1` + strings.Repeat("0", 10_000) + `]}` + "\n",
		`{"id":1,"method":"mining.configure","params":[["version-rolling","` + strings.Repeat("é", 1000) + `"],{"version-rolling.mask":{}}]}` + "\n",
		subscribe + authorize + strings.Repeat(submitLine(4, 1), 300), "GET / HTTP/1.1\r\n\r\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		up := newUpstream()
		up.offer(newJob(t, "a1", '1', hard, small))
		s, err := stratum.New(stratum.Config{Upstream: up})
		if err != nil {
			t.Fatal(err)
		}
		l := newListener()
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, l) }()
		conn := l.dial("10.0.0.1")
		received := make(chan []byte, 1)
		go func() {
			all, _ := io.ReadAll(conn)
			received <- all
		}()
		conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
		conn.Write(sent) // fails if the server closes the connection before it has read all
		conn.Close()
		checkAnswers(t, <-received)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func checkAnswers(t *testing.T, all []byte) {
	t.Helper()
	if bytes.HasPrefix(all, []byte("HTTP/1.1 400 ")) || len(all) > 0 && all[0] == 0x15 {
		return
	}
	for line := range bytes.Lines(all) {
		if bytes.HasSuffix(line, []byte("\n")) && !json.Valid(line) {
			t.Errorf("the server sent %.200q", line)
		}
	}
}
