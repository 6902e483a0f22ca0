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
	"time"
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

var (
	errSilent   = errors.New("it does not answer")
	errNothing  = errors.New("it answers, but tells nothing of itself")
	errNotTaken = errors.New("it refuses to be asked: allow this machine in the miner's settings (api-allow)")
)

// dialogue talks to one machine. Each command takes a connection of its own, as cgminer closes it after the reply.
type dialogue struct {
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	remote net.Addr // of the last connection
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
