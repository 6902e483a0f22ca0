package nodetest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"
)

// Fault says how one request fails. The zero value is no fault.
type Fault struct {
	Unread bool            // reset the connection before reading the request
	Reset  bool            // reset the connection instead of replying
	Effect bool            // execute the request all the same; only its reply is lost or wrong
	Cut    bool            // send only the first half of the right reply
	Status int             // reply with this HTTP status, and Body
	Body   string          // may be empty
	Hold   <-chan struct{} // do nothing until this is closed
	Delay  time.Duration   // then wait this long
}

// Faults without parameters.
var (
	ResetBeforeRead = Fault{Unread: true}
	ResetAfterRead  = Fault{Reset: true}
	LostReply       = Fault{Reset: true, Effect: true}
	Truncated       = Fault{Effect: true, Cut: true}
	Unauthorized    = Fault{Status: http.StatusUnauthorized}
	Forbidden       = Fault{Status: http.StatusForbidden}
	WorkQueue       = Fault{Status: http.StatusInternalServerError, Body: "Work queue depth exceeded"}
	Garbage         = Fault{Status: http.StatusOK, Body: "\x00\xff{]garbage"}
	HTML            = Fault{Status: http.StatusOK, Body: "<html><body>It works!</body></html>"}
	WarmUp          = RPCError(-28, "Loading block index...")
)

// Faults returns one fault of each kind, and no fault. With some of them the request takes effect and its caller is not
// told.
func Faults() []Fault {
	return []Fault{
		{}, ResetBeforeRead, ResetAfterRead, LostReply, Truncated, Unauthorized, Forbidden, WorkQueue, Garbage, HTML, WarmUp,
		{Status: http.StatusInternalServerError}, {Status: http.StatusServiceUnavailable, Body: "<html>"},
		RPCError(-1, "CreateNewBlock: TestBlockValidity failed: mweb-connect-failed"), RPCError(-7, "Out of memory"),
		RPCError(-25, "AcceptBlock FAILED"), RPCError(-9, "Shutting down"),
	}
}

// RPCError is a reply with litecoind's JSON for an error.
func RPCError(code int, message string) Fault {
	quoted, _ := json.Marshal(message) // never fails for a string
	status := http.StatusInternalServerError
	if code == -32601 {
		status = http.StatusNotFound
	}
	return Fault{Status: status, Body: fmt.Sprintf(`{"result":null,"error":{"code":%d,"message":%s},"id":1}`, code, quoted)}
}

// Result is a reply with this JSON as its result: Result(`"high-hash"`).
func Result(json string) Fault {
	return Fault{Status: http.StatusOK, Body: `{"result":` + json + `,"error":null,"id":1}`}
}

// Hold leaves the request unanswered until release is closed or its caller is gone.
func Hold(release <-chan struct{}) Fault { return Fault{Hold: release} }

// reset closes the connection so that the caller sees a reset and not the end of the stream.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// StartHung starts a server that takes the requests of a start and of a submission, and never answers them.
func StartHung(t testing.TB) *Server {
	t.Helper()
	s, never := Start(t), make(chan struct{})
	t.Cleanup(func() { close(never) })
	for _, method := range []string{"getblockchaininfo", "getnetworkinfo", "getblocktemplate", "submitblock"} {
		s.Always(method, Hold(never))
	}
	return s
}
