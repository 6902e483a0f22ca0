package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// paste FILE runs the litecoin-cli command of the last remedy in a file, as a user would who copies it into a shell. The
// user has litecoind's default folder, without a word in litecoin.conf about which network is meant.
func paste(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: paste FILE")
	}
	command := commandOf(ts.ReadFile(args[0]))
	if command == "" {
		ts.Fatalf("%s has no remedy with a command", args[0])
	}
	node := nodesOf(ts).real.Nodes[0]
	home := ts.MkAbs("pasting")
	folder := filepath.Join(home, ".litecoin")
	ts.Check(os.RemoveAll(home))
	ts.Check(os.MkdirAll(folder, 0o700))
	port := node.URL[strings.LastIndex(node.URL, ":")+1:]
	ts.Check(os.WriteFile(filepath.Join(folder, "litecoin.conf"), fmt.Appendf(nil, "[regtest]\nrpcport=%s\n", port), 0o600))
	ts.Check(os.Symlink(filepath.Join(node.DataDir, "regtest"), filepath.Join(folder, "regtest")))
	ts.Check(ts.Exec("env", "HOME="+home, "sh", "-c", command))
}

// lastRemedy is a remedy as terminal.Report or the text log writes it.
var lastRemedy = regexp.MustCompile("(?m)^what to do: (.*)$|remedy=[\"`](.*)[\"`]$")

// commandOf returns the first litecoin-cli command of the last remedy in a text, up to a bracket, comma or semicolon that
// is not its own; empty if there is none.
func commandOf(text string) string {
	all := lastRemedy.FindAllStringSubmatch(text, -1)
	if len(all) == 0 {
		return ""
	}
	remedy := all[len(all)-1][1] + all[len(all)-1][2]
	start := strings.Index(remedy, "litecoin-cli ")
	if start < 0 {
		return ""
	}
	depth, quote := 0, rune(0)
	for i, c := range remedy[start:] {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0 && (c == ')' || c == ',' || c == ';'):
			return remedy[start : start+i]
		}
	}
	return remedy[start:]
}

func TestCommandOf(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"ltcsolo: no\nwhat to do: wait\n", ""},
		{"what to do: create a wallet (litecoin-cli createwallet solo), load one (litecoin-cli loadwallet NAME)\n", "litecoin-cli createwallet solo"},
		{"what to do: send: litecoin-cli a $(litecoin-cli b '' c) 10 && litecoin-cli d\n", "litecoin-cli a $(litecoin-cli b '' c) 10 && litecoin-cli d"},
		{"x err=y remedy=\"do: litecoin-cli a '' 1\"\n", "litecoin-cli a '' 1"},
		{"x remedy=`with: litecoin-cli a '{\"b\":[1,2]}'`\n", `litecoin-cli a '{"b":[1,2]}'`},
	} {
		if got := commandOf(tt.text); got != tt.want {
			t.Errorf("commandOf(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}
