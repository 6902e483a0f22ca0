package nodetest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Fault is what happens to one request in place of, or beside, its being answered. The zero value is none.
type Fault struct {
	Unread bool            // the connection is reset before the request was read
	Reset  bool            // the connection is reset instead of a reply
	Effect bool            // the request takes effect all the same; only its reply is lost or spoiled
	Cut    bool            // of the right reply only the first half is sent
	Status int             // HTTP status; with Body the reply
	Body   string          // may be empty
	Hold   <-chan struct{} // the request is not looked at until this is closed
	Delay  time.Duration   // nor before this has passed
}

// Faults that need nothing more.
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

// Faults are all of them, one of each kind; of some the request takes effect and its caller does not learn of it.
func Faults() []Fault {
	return []Fault{
		{}, ResetBeforeRead, ResetAfterRead, LostReply, Truncated, Unauthorized, Forbidden, WorkQueue, Garbage, HTML, WarmUp,
		{Status: http.StatusInternalServerError}, {Status: http.StatusServiceUnavailable, Body: "<html>"},
		RPCError(-1, "CreateNewBlock: TestBlockValidity failed: mweb-connect-failed"), RPCError(-7, "Out of memory"),
		RPCError(-25, "AcceptBlock FAILED"), RPCError(-9, "Shutting down"),
	}
}

// RPCError is an error as litecoind's JSON.
func RPCError(code int, message string) Fault {
	quoted, _ := json.Marshal(message) // a string always can be
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

// Hold keeps the request unanswered until release is closed, or its caller has gone.
func Hold(release <-chan struct{}) Fault { return Fault{Hold: release} }

// reset closes the connection so that the caller sees a reset rather than an end.
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
