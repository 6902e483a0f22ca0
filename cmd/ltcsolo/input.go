package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strconv"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/textfile"
)

// maxInput bounds a file that a command reads, in bytes. The hex of the largest block that litecoind takes by RPC has
// 32 MiB.
const maxInput = 64 << 20

// readInput reads a whole file, or standard input for "-". Its errors do not repeat the name, which may be anything if the
// file cannot be opened.
func readInput(stdin io.Reader, name string) ([]byte, error) {
	const remedy = "give a file that can be read, or - for standard input"
	r := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, terminal.Usage("", remedy, "the file cannot be opened: %v", terminal.WithoutPath(err))
		}
		defer f.Close()
		r = f
	}
	text, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	switch {
	case err != nil:
		return nil, terminal.Usage("", remedy, "the input cannot be read: %v", terminal.WithoutPath(err))
	case len(text) > maxInput:
		return nil, terminal.Usage("", "give a smaller file", "the input is longer than %d MiB", maxInput>>20)
	}
	return text, nil
}

// savedReply returns what a saved reply of the node to a call of method by a node of a network, which may be empty, says: the text as it is, or the result in the
// JSON-RPC reply that curl saves. A refusal, as curl or litecoin-cli has it, is the error.
func savedReply(network, method string, text []byte) ([]byte, error) {
	text, err := textfile.UTF8(text)
	if err != nil {
		return nil, terminal.Usage("", "save it as UTF-8; in PowerShell: ... | Out-File -Encoding utf8 FILE", "the input cannot be read: %v", err)
	}
	if m := cliRefusal.FindSubmatch(text); m != nil {
		code, _ := strconv.Atoi(string(m[1]))
		return nil, refusal(network, method, code, string(m[2]))
	}
	var reply struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	switch err := json.Unmarshal(text, &reply); {
	case err != nil:
		return text, nil
	case reply.Error != nil:
		return nil, refusal(network, method, reply.Error.Code, reply.Error.Message)
	case len(reply.Result) > 0 && !bytes.Equal(reply.Result, []byte("null")):
		return reply.Result, nil
	}
	return text, nil
}

// cliRefusal is how litecoin-cli prints a refusal.
var cliRefusal = regexp.MustCompile(`(?s)^\s*error code: (-?[0-9]+)\r?\nerror message:\r?\n(.*)$`)

// codeNotFound is the node's code for an unknown block (rpc/protocol.h).
const codeNotFound = -5

func refusal(network, method string, code int, message string) error {
	e := node.Refusal(network, method, code, message)
	if method == "getblock" && code == codeNotFound {
		e.Remedy = "give a block that the node has: litecoin-cli getblock HASH 0"
	}
	return terminal.Failed(e.Remedy, "the saved reply is the node's refusal: %s", e.Reason)
}
