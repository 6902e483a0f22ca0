package rigs

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"

	"ltcsolo/solo"
)

// The ports at which miners are asked: cgminer's, that of VolcMiner and Hammer, and HTTP.
const (
	portCgminer = 4028
	portHammer  = 8359
	portHTTP    = 80
)

// way is how a machine has answered.
type way struct {
	address  string // host:port; empty if no way is known
	http     bool
	plain    bool   // it does not know stats with new_api
	model    string // what it calls itself
	firmware string
}

// ask reads what the machine tells, the way that it answered before, or else every way that there is. at is its IP address or
// host name, with a port or without.
func (d *dialogue) ask(ctx context.Context, at string, known way) (solo.Rig, way, error) {
	ways := []way{known}
	if known.address == "" {
		ways = waysTo(at)
	}
	var best error
	for _, w := range ways {
		m, w, err := d.read(ctx, w)
		if err == nil {
			m.Address = w.address
			if remote, ok := d.remote.(*net.TCPAddr); ok { // its host name has been resolved
				m.Address = remote.String()
			}
			return m.Rig, w, nil
		}
		if best == nil || errors.Is(best, errSilent) {
			best = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return solo.Rig{}, way{}, best
}

// waysTo returns the ways in which the machine at an address may answer.
func waysTo(at string) []way {
	_, port, err := net.SplitHostPort(at)
	switch {
	case err != nil:
		var all []way
		for _, port := range []int{portCgminer, portHammer, portHTTP} {
			all = append(all, way{address: net.JoinHostPort(at, strconv.Itoa(port)), http: port == portHTTP})
		}
		return all
	case port == strconv.Itoa(portHTTP):
		return []way{{address: at, http: true}}
	case port == strconv.Itoa(portCgminer), port == strconv.Itoa(portHammer):
		return []way{{address: at}}
	}
	return []way{{address: at}, {address: at, http: true}}
}

// read asks what there is to be known, and as little as possible: each further command only for what is still missing.
func (d *dialogue) read(ctx context.Context, w way) (m reading, _ way, err error) {
	if w.http {
		v, err := d.info(ctx, w.address)
		if err != nil {
			return m, w, err
		}
		m, ok := systemInfo(v)
		if !ok {
			return m, w, errNothing
		}
		return m, w, nil
	}
	got := make(replies)
	take := func(c command, extra string) {
		if err == nil {
			got[c], err = d.command(ctx, w.address, c, extra)
		}
	}
	if w.model == "" {
		take(commandVersion, "")
	}
	if !w.plain {
		take(commandStats, `,"new_api":true`)
	}
	if err == nil && got[commandStats].get("STATS").items == nil {
		w.plain = true
		take(commandStats, "")
	}
	if m = understand(got); m.HashRate == 0 || m.Hottest() == 0 {
		take(commandDevs, "")
		m = understand(got)
	}
	if !m.rated {
		take(commandSummary, "")
		m = understand(got)
	}
	told := m.rated || m.Hottest() > 0 // then a command that failed matters no more
	if err != nil && !told {
		return m, w, err
	}
	if w.model == "" {
		w.model, w.firmware = m.Model, m.Firmware
	}
	m.Model, m.Firmware = w.model, w.firmware
	if !told {
		if denied(got) {
			return m, w, errNotTaken
		}
		return m, w, errNothing
	}
	return m, w, nil
}

// denied reports whether a reply says that its command is not allowed.
func denied(r replies) bool {
	for _, v := range r {
		if s := v.first("STATUS"); s.word("STATUS") == "E" && strings.Contains(strings.ToLower(s.word("Msg")), "denied") {
			return true
		}
	}
	return false
}
