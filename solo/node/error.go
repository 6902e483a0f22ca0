package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
	"unicode"

	"ltcsolo/solo/neterr"
	"ltcsolo/template"
)

// Error says why the node cannot be used now, and what to do. Neither text holds a secret.
type Error struct {
	Reason    string // one line, with the node's own words
	Remedy    string // one line
	Temporary bool   // waiting may help: the node is down, starting, syncing, busy or without peers
	Err       error  // the cause; may be nil
}

func (e *Error) Error() string { return e.Reason }

func (e *Error) Unwrap() error { return e.Err }

// Advice returns the remedy, for those who do not know this type.
func (e *Error) Advice() string { return e.Remedy }

// ConfigError says what is wrong with the configuration, and what to do. No field holds a secret.
type ConfigError struct {
	Setting string // the flag that sets it, without dashes: "rpc", "datadir", "conf"
	Reason  string // one line
	Remedy  string // one line
}

func (e *ConfigError) Error() string { return e.Reason }

// rpcError is an error in a JSON-RPC reply (rpc/protocol.h).
type rpcError struct {
	code    int
	message string
}

func (e *rpcError) Error() string { return fmt.Sprintf("%s (%d)", oneLine(e.message), e.code) }

// replyError is a reply that is not JSON-RPC: a bare HTTP status (httprpc.cpp, httpserver.cpp), garbage or too much.
type replyError struct {
	status   int
	body     string
	location string // of a redirect
	over     int64  // the reply is longer than so many bytes, and was not read; 0: it is not
}

func (e *replyError) Error() string {
	if e.over > 0 {
		return fmt.Sprintf("HTTP %d, a reply of more than %d MiB", e.status, e.over>>20)
	}
	return fmt.Sprintf("HTTP %d, %q", e.status, excerpt(e.body))
}

// reachError says that the node could not be asked, or did not reply.
type reachError struct {
	err  error         // nil if the reply is late
	late time.Duration // how long it was waited for
	down bool          // the node could not even be dialled
}

func (e *reachError) Error() string {
	switch {
	case e.err == nil:
		return fmt.Sprintf("no reply for %v", e.late)
	case neterr.Refused(e.err):
		return "connection refused"
	case neterr.Broken(e.err), errors.Is(e.err, io.EOF), errors.Is(e.err, io.ErrUnexpectedEOF):
		return "the connection broke"
	}
	var op *net.OpError
	if errors.As(e.err, &op) {
		return oneLine(op.Err.Error())
	}
	return oneLine(e.err.Error())
}

func (e *reachError) Unwrap() error { return e.err }

// Error codes (rpc/protocol.h).
const (
	codeMisc             = -1
	codeNotFound         = -5 // RPC_INVALID_ADDRESS_OR_KEY; also for an unknown block
	codeOutOfMemory      = -7
	codeInvalidParameter = -8
	codeNotConnected     = -9
	codeInitialSync      = -10
	codeNoLabel          = -11
	codeKeypoolRanOut    = -12
	codeUnlockNeeded     = -13
	codeNoWallet         = -18
	codeWhichWallet      = -19
	codeDecodeFailed     = -22
	codeVerifyError      = -25
	codeWarmUp           = -28
	codeNoP2P            = -31
	codeMethodNotFound   = -32601
)

// HTTP statuses.
const (
	unauthorized     = 401
	forbidden        = 403
	notFound         = 404
	methodNotAllowed = 405
	unavailable      = 503
)

// pegIn works without peers too: unlike getblocktemplate, generatetoaddress does not ask for them.
const pegIn = "have the node make the first MWEB block, which must contain a peg-in, from a wallet with coins: " +
	"litecoin-cli -regtest sendtoaddress $(litecoin-cli -regtest getnewaddress '' mweb) 10 && " +
	"litecoin-cli -regtest generatetoaddress 1 $(litecoin-cli -regtest getnewaddress)"

// isAnswer reports whether the node answered, if only with an error.
func isAnswer(err error) bool {
	var answer *rpcError
	return errors.As(err, &answer)
}

func hasCode(err error, code int) bool {
	var answer *rpcError
	return errors.As(err, &answer) && answer.code == code
}

func shuttingDown(err error) bool {
	return hasCode(err, codeNotConnected) && strings.Contains(err.Error(), "Shutting down")
}

func hasStatus(err error, status int) bool {
	var reply *replyError
	return errors.As(err, &reply) && reply.status == status
}

func refused(err error) bool { return hasStatus(err, unauthorized) }

// explain turns the error of a call of method into an *Error. Errors of Credentials are *Error already.
func (c *Client) explain(method string, err error) error {
	var (
		known  *Error
		answer *rpcError
		reply  *replyError
		reach  *reachError
		other  *foreignError
	)
	switch {
	case errors.Is(err, errClosed), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &known):
		return known
	case errors.As(err, &answer):
		return c.words().explainAnswer(method, answer)
	case errors.As(err, &other):
		return c.explainForeign(other)
	case errors.As(err, &reply):
		return c.explainReply(method, reply)
	case errors.As(err, &reach):
		return c.explainReach(method, reach)
	}
	return &Error{Reason: oneLine(err.Error()), Remedy: "see the node's debug.log", Err: err}
}

func (c *Client) explainReach(method string, e *reachError) *Error {
	w, out := c.words(), &Error{Temporary: true, Err: e}
	// down: reset while it was dialled, as another port does, and as a node that is just ending may.
	if other := foreign(e.err); other != nil && other.maybe == e.down && !(e.down && c.hasServed()) {
		return c.explainForeign(other)
	}
	switch {
	case e.down:
		out.Reason = fmt.Sprintf("no %s answers at %s: %v", w.daemon(), c.name, e)
		out.Remedy = w.remedyStart()
	case e.err == nil:
		out.Reason = fmt.Sprintf("%s at %s has not answered %s: %v", w.daemon(), c.name, method, e)
		out.Remedy = fmt.Sprintf("see the node's debug.log: it may be busy, or its disk slow; rpcthreads=16 in %s adds worker threads", w.conf())
	default:
		out.Reason = fmt.Sprintf("%s at %s did not answer %s: %v", w.daemon(), c.name, method, e)
		out.Remedy = fmt.Sprintf("check the end of %s's debug.log: it may be stopping, or have crashed", w.daemon())
	}
	return out
}

// hasServed reports whether the node has given a template.
func (c *Client) hasServed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last != nil
}

func (c *Client) explainReply(method string, e *replyError) *Error {
	if other := foreignReply(e.status, e.location, e.body); other != nil {
		return c.explainForeign(other)
	}
	w, out := c.words(), &Error{Err: e}
	switch {
	case e.status == unauthorized:
		out.Reason = fmt.Sprintf("%s at %s refused the user name and password (HTTP 401)", w.daemon(), c.name)
		out.Remedy = fmt.Sprintf("use the cookie of this node (%s or %s), or rpcuser and rpcpassword as in its %s; restart %s if they were "+
			"changed while it ran", w.flag("datadir"), w.flag("rpc-cookie"), w.conf(), w.daemon())
	case e.status == forbidden:
		out.Reason = fmt.Sprintf("%s at %s forbids %s (HTTP 403)", w.daemon(), c.name, method)
		out.Remedy = fmt.Sprintf("let this machine in with rpcallowip in %s; if it is in, add %s to the rpcwhitelist of this user", w.conf(), method)
	case e.status == notFound:
		out.Reason = fmt.Sprintf("%s is not %s's RPC server: HTTP 404", c.name, w.daemon())
		out.Remedy = w.remedyPort()
	case e.status == methodNotAllowed:
		out.Reason = fmt.Sprintf("%s does not take RPC requests: HTTP 405: %s", c.name, excerpt(e.body))
		out.Remedy = "check the address of " + w.flag("rpc") + "; a proxy in between must pass POST requests on"
	case strings.Contains(e.body, "Work queue depth exceeded"):
		out.Reason, out.Temporary = fmt.Sprintf("%s at %s is too busy: Work queue depth exceeded", w.daemon(), c.name), true
		out.Remedy = "find out which other program sends so many requests; rpcworkqueue=64 and rpcthreads=16 in " + w.conf() + " make room"
	case e.status == unavailable:
		out.Reason, out.Temporary = fmt.Sprintf("%s at %s is shutting down (HTTP 503)", w.daemon(), c.name), true
		out.Remedy = "start " + w.daemon() + " again"
	default:
		out.Reason = fmt.Sprintf("%s does not answer like %s: %v", c.name, w.daemon(), e)
		out.Remedy = "check the address of " + w.flag("rpc") + "; another program may listen there"
	}
	return out
}

// Refusal explains an error in a JSON-RPC reply to a call of method by a litecoind of a network, which may be empty.
func Refusal(network, method string, code int, message string) *Error {
	return words{template.Litecoin, network}.explainAnswer(method, &rpcError{code, message})
}

func (w words) explainAnswer(method string, e *rpcError) *Error {
	out := &Error{Reason: fmt.Sprintf("%s: %v", w.daemon(), e), Err: e}
	switch e.code {
	case codeWarmUp:
		out.Reason, out.Temporary = fmt.Sprintf("%s is starting: %v", w.daemon(), e), true
		out.Remedy = "wait until it has started (--wait 10m)"
	case codeNotConnected:
		out.Temporary, out.Remedy = true, w.remedyPeers()
		if shuttingDown(e) {
			out.Remedy = "start " + w.daemon() + " again"
		}
	case codeInitialSync:
		out.Temporary, out.Remedy = true, w.remedySync()
	case codeNoP2P:
		out.Remedy = "start " + w.daemon() + " without -connect=0 and with its network on"
	case codeOutOfMemory:
		out.Temporary, out.Remedy = true, fmt.Sprintf("give %s's machine more memory, or a smaller dbcache in %s", w.daemon(), w.conf())
	case codeMethodNotFound:
		out.Reason = fmt.Sprintf("the node does not know %s: %v", method, e)
		out.Remedy = fmt.Sprintf("check that %s is a %s", w.flag("rpc"), w.client())
		if !w.chain.AuxPoW {
			out.Remedy += ", with a wallet if you want an address from it"
		}
	case codeNoWallet:
		out.Remedy = fmt.Sprintf("create a wallet (%s), load one (%s), or give --address",
			w.cli("createwallet solo"), w.cli("loadwallet NAME"))
	case codeWhichWallet:
		out.Reason = fmt.Sprintf("%s has several wallets loaded: %v", w.daemon(), e)
		out.Remedy = fmt.Sprintf("get an address from the right one (%s) and give it with --address",
			w.cli("-rpcwallet=NAME getnewaddress"))
	case codeKeypoolRanOut, codeUnlockNeeded:
		out.Remedy = fmt.Sprintf("unlock the wallet (%s), refill it (%s), or give --address",
			w.cli("walletpassphrase"), w.cli("keypoolrefill"))
	case codeVerifyError:
		out.Temporary, out.Remedy = true, "see the node's debug.log: its disk may be full or broken"
	case codeMisc:
		out.explainTemplate(w, e.message)
	default:
		out.Remedy = "this should not happen with a " + w.client() + ": please report it with this text"
	}
	return out
}

// explainTemplate gives the remedy for the node's failure to make a valid block (node/miner.cpp, CreateNewBlock).
func (e *Error) explainTemplate(w words, message string) {
	switch {
	case strings.Contains(message, "bad-txns-vin-empty") && w.chain.MWEB && (w.network == "regtest" || w.network == ""):
		e.Remedy = pegIn
	case strings.Contains(message, "CreateNewBlock"):
		e.Temporary = true
		e.Remedy = "the node cannot make a valid block from its mempool; ltcsolo keeps asking. Upgrade " + w.daemon() + " if this lasts"
		if w.chain.MWEB {
			e.Remedy += ": 0.21.5.4 fixed one such fault"
		}
	default:
		e.Remedy = "see the node's debug.log"
	}
}

// oneLine replaces control characters by spaces, and trims.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

// excerpt returns the beginning of a reply: enough to tell an HTML page from JSON.
func excerpt(body string) string {
	const most = 80
	body = oneLine(body)
	if len(body) > most {
		return strings.ToValidUTF8(body[:most], "") + "…"
	}
	return body
}
