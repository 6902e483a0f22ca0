package stratum

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

var nullID = json.RawMessage("null")

// methods are those that are answered, besides mining.submit. Some have no meaning here, but clients want an answer.
var methods = map[string]func(*session, request){
	"mining.subscribe":            (*session).subscribe,
	"mining.authorize":            (*session).authorize,
	"mining.configure":            (*session).configure,
	"mining.suggest_difficulty":   func(s *session, q request) { s.suggest(q, q.params.difficulty(0)) },
	"mining.suggest_target":       func(s *session, q request) { s.suggest(q, difficultyOfTarget(q.params.text(0))) },
	"mining.get_transactions":     (*session).transactions,
	"mining.extranonce.subscribe": (*session).agree, // extranonce1 never changes
	"mining.multi_version":        (*session).agree, // Bitmain's way to ask for version rolling; nothing follows from it here
	"mining.capabilities":         (*session).agree,
	"mining.ping":                 func(s *session, q request) { s.result(q, `"pong"`) },
	"mining.get_version":          (*session).version,
	"client.get_version":          (*session).version,
}

// handle takes a line. Answers are gathered in s.out, in the order of the requests.
func (s *session) handle(line []byte) {
	if len(line) == 0 {
		return
	}
	if !s.greeted && isHTTP(line) {
		s.answerHTTP()
		return
	}
	s.greeted = true
	q, err := parseRequest(line)
	switch {
	case errors.Is(err, errResponse):
		s.logReceived(line, q)
	case err != nil:
		s.logReceived(line, q)
		s.garbage()
	case q.method == "mining.submit":
		s.submit(q)
	default:
		s.logReceived(line, q)
		s.judge() // answers keep the order of the requests
		if method := methods[q.method]; method != nil {
			method(s, q)
		} else {
			s.refuse(q, codeOther, "Unknown method")
		}
	}
}

// handleLast takes what came last on a connection that has ended. It may be a share whose line end was lost.
func (s *session) handleLast(line []byte) {
	if _, err := parseRequest(line); err == nil {
		s.handle(line)
	}
}

func (s *session) result(q request, result string) { s.out = appendResult(s.out, q.id, result) }

func (s *session) agree(q request) { s.result(q, "true") }

func (s *session) version(q request) { s.result(q, quote("ltcsolo/"+s.server.cfg.Version)) }

func (s *session) refuse(q request, code int, message string) {
	s.out = appendError(s.out, q.id, code, message)
}

// subscribe answers mining.subscribe. Clients that did not like the first answer ask again on the same connection, with
// other parameters, and get the same one.
func (s *session) subscribe(q request) {
	if client := printable(q.params.text(0)); client != "" && s.worker == nil {
		s.client = client
	}
	if s.id == "" {
		s.id, s.extranonce1, s.resumed = s.server.memory.claim(q.params.text(1), s.server.cfg.Upstream.Extranonce1, time.Now())
		s.setReadDeadline(s.deadline())
	}
	s.result(q, fmt.Sprintf(`[[["mining.set_difficulty","%[1]s"],["mining.notify","%[1]s"]],"%x",%d]`,
		s.id, s.extranonce1, solo.Extranonce2Size))
}

// deadline is when the session must have come further; zero once it is authorized and subscribed.
func (s *session) deadline() time.Time {
	switch {
	case s.id == "":
		return s.began.Add(subscribeTime)
	case !s.authorized:
		return s.began.Add(authorizeTime)
	}
	return time.Time{}
}

// rollable are the version bits that BIP 320 leaves to miners.
const rollable = 0x1fffe000

// configure answers mining.configure (BIP 310).
func (s *session) configure(q request) {
	var extensions []string
	var options map[string]json.RawMessage
	_ = json.Unmarshal(q.params.raw(0), &extensions)
	_ = json.Unmarshal(q.params.raw(1), &options)
	var answers []string
	for _, e := range extensions {
		switch e {
		case "version-rolling":
			s.mask = s.server.rollable() & askedMask(text(options["version-rolling.mask"]))
			answers = append(answers, fmt.Sprintf(`"version-rolling":%v,"version-rolling.mask":"%08x"`, s.mask != 0, s.mask))
		case "minimum-difficulty":
			if s.worker == nil {
				s.minimum = params{options["minimum-difficulty.value"]}.difficulty(0)
			}
			answers = append(answers, fmt.Sprintf(`"minimum-difficulty":%v`, s.minimum > 0))
		case "subscribe-extranonce":
			answers = append(answers, `"subscribe-extranonce":true`)
		default:
			answers = append(answers, quote(printable(e))+":false")
		}
	}
	s.result(q, "{"+strings.Join(answers, ",")+"}")
}

func askedMask(text string) uint32 {
	mask, err := strconv.ParseUint(text, 16, 32)
	if err != nil {
		return math.MaxUint32 // the default of BIP 310
	}
	return uint32(mask)
}

// suggest takes the difficulty that a client asks for; 0 if it makes no sense.
func (s *session) suggest(q request, difficulty float64) {
	s.agree(q)
	if difficulty == 0 {
		return
	}
	s.suggested = difficulty
	if s.worker != nil {
		s.restart()
	}
}

// difficultyOfTarget returns the difficulty whose target has this display form, 0 if it is no target.
func difficultyOfTarget(text string) float64 {
	h, err := template.ParseHash(text)
	if d := difficultyOf(h); err == nil && d >= minDifficulty && d <= maxDifficulty {
		return d
	}
	return 0
}

// logReceived logs a line as it came, so that an owner can send us the dialogue of a device that we have never seen.
func (s *session) logReceived(line []byte, q request) {
	if !s.server.log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	if password := q.params.raw(1); q.method == "mining.authorize" && len(password) > 0 {
		at := bytes.LastIndex(line, password)
		line = append(append(bytes.Clone(line[:at]), `"***"`...), line[at+len(password):]...)
	}
	s.log().Debug("received", "line", logged(line))
}

func (s *session) logSent(b []byte) {
	if !s.server.log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	for line := range bytes.Lines(b) {
		s.log().Debug("sent", "line", logged(line))
	}
}

// logged returns a line for the log: text if it is text.
func logged(line []byte) string {
	const most = 2048
	line = bytes.TrimSpace(line)
	if len(line) > 0 && line[0] != '{' {
		line = []byte(hex.EncodeToString(line[:min(len(line), 64)]))
	}
	if len(line) > most {
		return string(line[:most]) + "..."
	}
	return string(line)
}
