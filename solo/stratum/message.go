package stratum

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// request is a line from a client.
type request struct {
	id     json.RawMessage // as it came, to be echoed: clients use numbers, 0 among them, texts and null; null if absent
	method string
	params params
}

var (
	errMalformed = errors.New("not a JSON object")
	errResponse  = errors.New("a response")
)

// parseRequest decodes a line, of which it keeps nothing. The error is errResponse if the line is an object without a
// method, which answers something that we sent, and errMalformed if it is no object. Names are read as encoding/json reads
// them: in either case, and the last one counts. Parameters that are no list are none.
//
// It takes the line apart by itself because Unmarshal's depth would grow the stack of each session once for every share, and
// stacks are most of the memory of thousands of sessions.
func parseRequest(line []byte) (request, error) {
	if !bytes.HasPrefix(line, []byte("{")) || !json.Valid(line) {
		return request{}, errMalformed
	}
	q := request{id: nullID}
	var method json.RawMessage
	members := split(bytes.Clone(line), 2*requestMembers)
	for i := 0; i < len(members); i += 2 {
		value := members[i+1]
		switch strings.ToLower(text(members[i])) {
		case "id":
			q.id = value
		case "method":
			method = value
		case "params":
			if q.params = nil; value[0] == '[' {
				q.params = split(value, maxParams)
			}
		}
	}
	if isNull(method) {
		return request{}, errResponse
	}
	q.method = text(method)
	return q, nil
}

// requestMembers is how many members a request has.
const requestMembers = 3

// split returns the elements of a list, or the names and values of an object by turns. raw is valid JSON without space around
// it, and so are they, each a part of raw. There are probably that many.
func split(raw json.RawMessage, probably int) []json.RawMessage {
	parts := make([]json.RawMessage, 0, probably)
	depth, start, inString := 0, 1, false
	for i := 0; i < len(raw); i++ {
		end := false
		switch c := raw[i]; {
		case inString && c == '\\':
			i++ // what follows is part of the string
		case c == '"':
			inString = !inString
		case inString:
		case c == '[', c == '{':
			depth++
		case c == ']', c == '}':
			depth--
			end = depth == 0
		case c == ',', c == ':':
			end = depth == 1
		}
		if !end {
			continue
		}
		if part := bytes.TrimSpace(raw[start:i]); len(part) > 0 {
			parts = append(parts, part)
		}
		start = i + 1
	}
	return parts
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// text returns the text of a JSON string, nothing for null, and any other value as it was written: some firmware sends
// numbers as texts, or texts as numbers.
func text(raw json.RawMessage) string {
	var s string
	switch {
	case isNull(raw):
	case isPlain(raw):
		return string(raw[1 : len(raw)-1])
	case json.Unmarshal(raw, &s) != nil:
		return string(raw)
	}
	return s
}

// isPlain reports whether a JSON value is a string that stands for itself, as nearly all do that miners send.
func isPlain(raw json.RawMessage) bool {
	return raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw)
}

// maxParams is how many parameters a request has that is longest: a share with version bits.
const maxParams = 6

// params are a request's parameters. What is missing is empty.
type params []json.RawMessage

func (p params) raw(i int) json.RawMessage {
	if i >= len(p) {
		return nil
	}
	return p[i]
}

func (p params) text(i int) string { return text(p.raw(i)) }

// difficulty returns a difficulty, written as a number or as a text; 0 if there is none that makes sense.
func (p params) difficulty(i int) float64 {
	d, _ := parseDifficulty(strings.TrimSpace(p.text(i)))
	return d
}

// Error codes, as all servers use them.
const (
	codeOther        = 20
	codeUnknownJob   = 21 // also stale
	codeDuplicate    = 22
	codeLow          = 23
	codeUnauthorized = 24
	codeUnsubscribed = 25
)

// appendResult appends the answer to a request. result is JSON.
func appendResult(b []byte, id json.RawMessage, result string) []byte {
	b = append(append(b, `{"id":`...), id...)
	b = append(append(b, `,"result":`...), result...)
	return append(b, `,"error":null}`+"\n"...)
}

// appendError appends a refusal. The error is a list: miners read its second element, and several cannot read an object.
func appendError(b []byte, id json.RawMessage, code int, message string) []byte {
	b = append(append(b, `{"id":`...), id...)
	b = strconv.AppendInt(append(b, `,"result":null,"error":[`...), int64(code), 10)
	b = append(append(b, ','), quote(message)...)
	return append(b, `,null]}`+"\n"...)
}

// appendDifficulty appends mining.set_difficulty.
func appendDifficulty(b []byte, difficulty string) []byte {
	b = append(b, `{"id":null,"method":"mining.set_difficulty","params":[`...)
	return append(append(b, difficulty...), "]}\n"...)
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string has a JSON form
	return string(b)
}

// maxName bounds user names and user agents, in characters.
const maxName = 64

// printable makes a text from a client safe to show on one line: it is cut, and what cannot be printed becomes "_".
func printable(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.TrimSpace(s) {
		if n++; n > maxName {
			break
		}
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			r = '_'
		}
		b.WriteRune(r)
	}
	return b.String()
}
