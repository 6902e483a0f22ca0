package nodetest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ltcsolo/template"
)

// The scripted dogecoind answers each captured request as the real one did: with the same fields, or the same error.
func TestDogecoindAnswersAsTheRealOne(t *testing.T) {
	for _, c := range captured() {
		s := StartChain(t, template.Dogecoin)
		s.Mine()
		s.Update(func(state *State) {
			switch {
			case strings.Contains(c.What, "initial sync"):
				state.InitialDownload = true
			case c.Method == "getblocktemplate" && c.HTTP != http.StatusOK:
				state.Peers = 0
			}
		})
		if c.What == "a block that lost" {
			lost, _ := s.Tip()
			s.Replace()
			c.Params = []json.RawMessage{[]byte(`"` + lost.String() + `"`)}
		}
		status, result, refusal := ask(t, s, c.Method, c.Params)
		if status != c.HTTP {
			t.Errorf("%s (%s): HTTP %d, the real one said %d", c.Method, c.What, status, c.HTTP)
		}
		if want, _ := json.Marshal(c.Reply.Error); string(refusal) != string(want) {
			t.Errorf("%s (%s): error %s, the real one said %s", c.Method, c.What, refusal, want)
		}
		if got, want := shape(t, result), shape(t, c.Reply.Result); !reflect.DeepEqual(got, want) {
			t.Errorf("%s (%s): result %v, the real one's %v", c.Method, c.What, got, want)
		}
	}
}

// ask calls s and returns the parts of its reply.
func ask(t *testing.T, s *Server, method string, params []json.RawMessage) (status int, result, refusal json.RawMessage) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"method": method, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("user", "password")
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var reply struct{ Result, Error json.RawMessage }
	if err := json.Unmarshal(text, &reply); err != nil {
		t.Fatalf("%s: %v: %q", method, err, text)
	}
	return answer.StatusCode, reply.Result, reply.Error
}

// shape returns the names and JSON types of an object's fields, sorted; the type alone of anything else.
func shape(t *testing.T, text json.RawMessage) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return []string{typeName(v)}
	}
	var fields []string
	for name, value := range object {
		fields = append(fields, name+" "+typeName(value))
	}
	slices.Sort(fields)
	return fields
}

func typeName(v any) string {
	if v == nil {
		return "null"
	}
	return reflect.TypeOf(v).String()
}
