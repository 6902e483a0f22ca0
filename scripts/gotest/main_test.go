package main

import (
	"io"
	"testing"
)

// Each package is told as soon as it has finished, whatever the others do; output is shown only of tests that fail or
// never end, and these are named once more where everything has ended.
func TestTell(t *testing.T) {
	events, feed := io.Pipe()
	out, told := io.Pipe()
	go func() { told.CloseWithError(tell(told, events)) }()
	for _, step := range []struct{ event, want string }{
		{`{"Action":"start","Package":"slow"}`, ""},
		{`{"Action":"start","Package":"fast"}`, ""},
		{`{"Action":"output","Package":"fast","Test":"TestA","Output":"chatter\n"}`, ""},
		{`{"Action":"pass","Package":"fast","Test":"TestA","Elapsed":0.1}`, ""},
		{`{"Action":"pass","Package":"fast","Elapsed":1.25}`, "ok    fast 1.2s\n"},
		{`{"Action":"skip","Package":"empty","Elapsed":0}`, "ok    empty has no tests\n"},
		{`{"ImportPath":"broken","Action":"build-output","Output":"x.go:1: undefined: y\n"}`, "x.go:1: undefined: y\n"},
		{`go: downloading something`, "go: downloading something\n"},
		{`{"Action":"output","Package":"slow","Test":"TestB","Output":"b_test.go:1: wrong\n"}`, ""},
		{`{"Action":"output","Package":"slow","Test":"TestB/passes","Output":"chatter\n"}`, ""},
		{`{"Action":"output","Package":"slow","Test":"TestC","Output":"=== RUN   TestC\n"}`, ""},
		{`{"Action":"pass","Package":"slow","Test":"TestB/passes","Elapsed":1}`, ""},
		{`{"Action":"output","Package":"slow","Output":"FAIL\n"}`, ""},
		{`{"Action":"fail","Package":"slow","Test":"TestB","Elapsed":1}`, ""},
		{`{"Action":"fail","Package":"slow","Elapsed":540}`,
			"FAIL  slow 540.0s\nb_test.go:1: wrong\n=== RUN   TestC\nFAIL\n"},
		{`{"Action":"fail","Package":"broken","Elapsed":0}`, "FAIL  broken 0.0s\n"},
	} {
		if _, err := io.WriteString(feed, step.event+"\n"); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(step.want))
		if _, err := io.ReadFull(out, got); err != nil || string(got) != step.want {
			t.Fatalf("after %s: told %q (%v), want %q", step.event, got, err, step.want)
		}
	}
	feed.Close()
	const names = "failed: slow TestB\nfailed: slow TestC\nfailed: broken\n"
	if rest, err := io.ReadAll(out); err != nil || string(rest) != names {
		t.Errorf("told at the end: %q, %v, want %q", rest, err, names)
	}
}
