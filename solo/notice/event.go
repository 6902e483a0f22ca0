package notice

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// prefix begins the names of all facts. It differs from that of the flags' variables, so that a command can run ltcsolo.
const prefix = "SOLO_"

// The events.
const (
	BlockFound    = "block-found"    // it is being submitted
	BlockAccepted = "block-accepted" // it is in the best chain
	BlockRejected = "block-rejected"
	BlockOrphaned = "block-orphaned" // another block has its place in the best chain
	BlockMature   = "block-mature"   // its coinbase can be spent
	AlertBegins   = "alert-begins"
	AlertOver     = "alert-over"
)

// event is an event with its facts: the environment variables, NAME=value, that a command gets.
type event struct {
	name  string
	facts []string
}

func newEvent(name, chain, network string, at time.Time, message string) event {
	e := event{name: name}
	e.add("EVENT", name)
	e.add("CHAIN", chain)
	e.add("NETWORK", network)
	e.add("TIME", at.UTC().Format(time.RFC3339))
	e.add("MESSAGE", message)
	return e
}

// add adds a fact as one line, whatever the value holds.
func (e *event) add(name, value string) {
	value = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(value, "?"))
	e.facts = append(e.facts, prefix+name+"="+strings.TrimSpace(value))
}

// blockEvent makes the event of a block of a chain that pays address.
func blockEvent(name string, chain *template.Chain, network, address string, b *delivery.Block, at time.Time) event {
	value := units.Coins(b.Value, chain.Ticker)
	what := map[string]string{
		BlockFound:    "found: it pays " + value + " to " + address,
		BlockAccepted: "is in the best chain",
		BlockRejected: "was not accepted: " + b.Verdict.String(),
		BlockOrphaned: "is orphaned: another block has its place in the best chain",
		BlockMature:   "is mature: its " + value + " can be spent",
	}
	message := fmt.Sprintf("block %d %s", b.Height, what[name])
	if chain != template.Litecoin {
		message = chain.Name + " " + message
	}
	e := newEvent(name, chain.Name, network, at, message)
	e.add("BLOCK_HASH", b.BlockHash.String())
	e.add("HEIGHT", strconv.Itoa(int(b.Height)))
	if chain == template.Litecoin {
		e.add("VALUE_LITOSHI", strconv.FormatInt(b.Value, 10))
	} else {
		e.add("VALUE", strconv.FormatInt(b.Value, 10))
		e.add("UNIT", "1e-8 "+chain.Ticker)
	}
	e.add("ADDRESS", address)
	e.add("WORKER", b.Worker)
	e.add("FOUND", b.Found.UTC().Format(time.RFC3339))
	e.add("VERDICT", b.Verdict.String())
	e.add("STATE", string(b.State))
	e.add("CONFIRMATIONS", strconv.Itoa(b.Confirmations))
	replaced := ""
	if b.ReplacedBy != (template.Hash{}) {
		replaced = b.ReplacedBy.String()
	}
	e.add("REPLACED_BY", replaced)
	return e
}

// alertEvent makes the event of an alert that begins, or is over. Its chain is empty unless a merged one is concerned.
func alertEvent(network string, a *solo.Alert, over bool, at time.Time) event {
	name, message := AlertBegins, a.Text
	if over {
		name, message = AlertOver, "over: "+a.Text
	}
	switch {
	case a.Node != "":
		message = a.Node + ": " + message
	case a.Chain != "":
		message = a.Chain + ": " + message
	}
	if a.Worker != "" {
		message = a.Worker + ": " + message
	}
	e := newEvent(name, a.Chain, network, at, message)
	e.add("ALERT", a.Key)
	e.add("NODE", a.Node)
	e.add("WORKER", a.Worker)
	e.add("TEXT", a.Text)
	e.add("REMEDY", a.Remedy)
	e.add("GRAVE", strconv.FormatBool(a.Grave))
	e.add("SINCE", a.Since.UTC().Format(time.RFC3339))
	return e
}
