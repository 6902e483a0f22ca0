package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// launchdKeys are the keys of launchd.plist(5) that we use, with the element of their values.
var launchdKeys = map[string]string{
	"Label": "string", "ProgramArguments": "array", "RunAtLoad": "true", "KeepAlive": "dict", "SuccessfulExit": "false",
	"ThrottleInterval": "integer", "ExitTimeOut": "integer", "ProcessType": "string", "StandardOutPath": "string", "StandardErrorPath": "string",
}

// launchd reads a property list, in whose dicts keys and values take turns.
func TestLaunchdAgent(t *testing.T) {
	const name = "local.ltcsolo"
	type element struct {
		XMLName  xml.Name
		Text     string    `xml:",chardata"`
		Elements []element `xml:",any"`
	}
	var plist element
	readXML(t, "../../scripts/service/launchd/"+name+".plist", &plist)
	values := map[string]element{}
	var read func(dict element)
	read = func(dict element) {
		if dict.XMLName.Local != "dict" || len(dict.Elements)%2 != 0 {
			t.Fatalf("not a dict of keys and values: %+v", dict)
		}
		for pair := range slices.Chunk(dict.Elements, 2) {
			key, value := pair[0], pair[1]
			if key.XMLName.Local != "key" || launchdKeys[key.Text] != value.XMLName.Local {
				t.Errorf("key %q has the value <%s>, want <%s>", key.Text, value.XMLName.Local, launchdKeys[key.Text])
			}
			values[key.Text] = value
			if value.XMLName.Local == "dict" {
				read(value)
			}
		}
	}
	if plist.XMLName.Local != "plist" || len(plist.Elements) != 1 {
		t.Fatalf("not a property list with one value: %+v", plist)
	}
	read(plist.Elements[0])
	if len(values) != len(launchdKeys) {
		t.Errorf("it has %d keys, want %d", len(values), len(launchdKeys))
	}
	if got := values["Label"].Text; got != name {
		t.Errorf("the label is %q, want the file's name, %q", got, name)
	}
	var arguments []string
	for _, e := range values["ProgramArguments"].Elements {
		arguments = append(arguments, e.Text)
	}
	wantMine(t, arguments)
}

// The Task Scheduler reads elements of its schema, those of a trigger in the schema's order.
func TestScheduledTask(t *testing.T) {
	var task struct {
		XMLName     xml.Name `xml:"http://schemas.microsoft.com/windows/2004/02/mit/task Task"`
		Description string   `xml:"RegistrationInfo>Description"`
		Trigger     struct {
			Elements []struct{ XMLName xml.Name } `xml:",any"`
		} `xml:"Triggers>TimeTrigger"`
		Principal struct {
			ID        string `xml:"id,attr"`
			LogonType string
		} `xml:"Principals>Principal"`
		Settings struct {
			MultipleInstancesPolicy    string
			DisallowStartIfOnBatteries bool
			StopIfGoingOnBatteries     bool
			ExecutionTimeLimit         string
		}
		Actions struct {
			Context string `xml:",attr"`
			Exec    struct{ Command, Arguments string }
		}
	}
	readXML(t, "../../scripts/service/windows/ltcsolo.xml", &task)
	var trigger []string
	for _, e := range task.Trigger.Elements {
		trigger = append(trigger, e.XMLName.Local)
	}
	if !slices.Equal(trigger, []string{"StartBoundary", "Repetition"}) {
		t.Errorf("the trigger has %v", trigger)
	}
	if task.Principal.ID != task.Actions.Context || task.Principal.LogonType != "InteractiveToken" {
		t.Errorf("actions of %q, and the principal is %+v", task.Actions.Context, task.Principal)
	}
	// By default the scheduler ends a task after three days, and when the machine goes on battery.
	if s := task.Settings; s.MultipleInstancesPolicy != "IgnoreNew" || s.DisallowStartIfOnBatteries || s.StopIfGoingOnBatteries || s.ExecutionTimeLimit != "PT0S" {
		t.Errorf("settings: %+v", s)
	}
	wantMine(t, append([]string{task.Actions.Exec.Command}, strings.Fields(task.Actions.Exec.Arguments)...))
}

// readXML reads a file, all of which must be XML.
func readXML(t *testing.T, path string, into any) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := xml.NewDecoder(f)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

// wantMine checks that a command line runs mine, with flags that it has, and waits for the node.
func wantMine(t *testing.T, line []string) {
	t.Helper()
	if len(line) < 2 || !strings.Contains(line[0], "ltcsolo") || line[1] != "mine" || !slices.Contains(line, "--wait") {
		t.Fatalf("it runs %q", line)
	}
	var known []string
	for _, f := range mineCommand().Flags {
		known = append(known, "--"+f.Names()[0])
	}
	for _, word := range line[2:] {
		if strings.HasPrefix(word, "--") && !slices.Contains(known, word) {
			t.Errorf("mine has no flag %s", word)
		}
	}
}
