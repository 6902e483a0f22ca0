package rigs

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ltcsolo/solo"
)

// command is what cgminer's API is asked. No other one is ever sent, and none of these changes anything.
type command string

const (
	commandVersion command = "version"
	commandStats   command = "stats"
	commandDevs    command = "devs"
	commandSummary command = "summary"
)

var commands = []command{commandVersion, commandStats, commandDevs, commandSummary}

// infoPath is what is asked of miners with a web server.
const infoPath = "/api/system/info"

// Bounds of a reply.
const (
	replyTime = 3 * time.Second // from dialling until it is complete
	replySize = 64 << 10
)

// The ports at which miners are asked: cgminer's, that of VolcMiner and Hammer, and HTTP.
const (
	portCgminer = 4028
	portHammer  = 8359
	portHTTP    = 80
)

var (
	errSilent   = errors.New("it does not answer")
	errNothing  = errors.New("it answers, but tells nothing of itself")
	errNotTaken = errors.New("it refuses to be asked: allow this machine in the miner's settings (api-allow)")
)

// way is how a machine has answered.
type way struct {
	address  string // host:port; empty if no way is known
	http     bool
	plain    bool   // it does not know stats with new_api
	model    string // what it calls itself
	firmware string
}

// dialogue talks to one machine. Each command takes a connection of its own, as cgminer closes it after the reply.
type dialogue struct {
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	remote net.Addr // of the last connection
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
			if d.remote != nil {
				m.Address = d.remote.String()
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
	host, port, err := net.SplitHostPort(at)
	switch {
	case err != nil:
		host = strings.Trim(at, "[]")
		var all []way
		for _, port := range []int{portCgminer, portHammer, portHTTP} {
			all = append(all, way{address: net.JoinHostPort(host, strconv.Itoa(port)), http: port == portHTTP})
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
	told := m.rated || m.Hottest() > 0
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

// command sends a command to cgminer's API and reads the reply. extra is more of its JSON.
func (d *dialogue) command(ctx context.Context, address string, c command, extra string) (value, error) {
	conn, err := d.open(ctx, address)
	if err != nil {
		return value{}, err
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, `{"command":"%s"%s}`, c, extra); err != nil {
		return value{}, errSilent
	}
	return understandable(readReply(conn))
}

// readReply reads until a NUL or the end, within the bounds. What came before an error is a reply all the same: some firmware
// leaves the connection open, or resets it.
func readReply(conn io.Reader) []byte {
	var reply []byte
	buffer := make([]byte, 4<<10)
	for len(reply) < replySize {
		n, err := conn.Read(buffer[:min(len(buffer), replySize-len(reply))])
		if end := bytes.IndexByte(buffer[:n], 0); end >= 0 {
			return append(reply, buffer[:end]...)
		}
		reply = append(reply, buffer[:n]...)
		if err != nil {
			break
		}
	}
	return reply
}

// understandable parses a reply. One in which there is no object is no answer; cgminer closes the connection of those whom it
// does not allow to ask.
func understandable(reply []byte) (value, error) {
	if len(bytes.Trim(reply, blanks)) == 0 {
		return value{}, errNotTaken
	}
	v := parse(reply)
	if v.fields == nil {
		return value{}, errNothing
	}
	return v, nil
}

// info gets infoPath. It follows no redirection, and has neither cookies nor a proxy.
func (d *dialogue) info(ctx context.Context, address string) (value, error) {
	request := &http.Request{
		Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: address, Path: infoPath},
		Header: http.Header{"User-Agent": {"ltcsolo"}}, Close: true,
	}
	conn, err := d.open(ctx, address)
	if err != nil {
		return value{}, err
	}
	defer conn.Close()
	if err := request.Write(conn); err != nil {
		return value{}, errSilent
	}
	reply, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, replySize)), request)
	if err != nil {
		return value{}, errNothing
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return value{}, errNothing
	}
	return understandable(readReply(reply.Body))
}

// open connects, for at most replyTime, which bounds what is read and written too.
func (d *dialogue) open(ctx context.Context, address string) (net.Conn, error) {
	end := time.Now().Add(replyTime)
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	conn, err := d.dial(ctx, "tcp", address)
	if err != nil {
		return nil, errSilent
	}
	if err := conn.SetDeadline(end); err != nil {
		conn.Close()
		return nil, errSilent
	}
	d.remote = conn.RemoteAddr()
	return conn, nil
}
