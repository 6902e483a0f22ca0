package stratum

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"ltcsolo/template"
)

// maxTransactions bounds the transactions that are sent for a job, in bytes: they make a line of a mebibyte.
const maxTransactions = 512 << 10

// transactions answers mining.get_transactions with the job's transactions in hex, without the coinbase. bfgminer asks
// after each mining.notify whose merkle branch is not empty, and warns its user that the block is hidden from it unless it
// gets a list of the right length (parse_stratum_response in its miner.c). A list can be long, so it is sent once a notify.
func (s *session) transactions(q request) {
	wire := strings.ToLower(q.params.text(0))
	s.mu.Lock()
	id, notify, _ := splitWireID(wire, s.notifies)
	s.mu.Unlock()
	j := s.server.cfg.Upstream.Job(id)
	switch {
	case j == nil:
		s.refuse(q, codeUnknownJob, "Job not found")
	case notify <= s.looked:
		s.refuse(q, codeOther, "Transactions are sent once a job")
	case size(j.Template.Transactions) > maxTransactions:
		s.refuse(q, codeOther, "Too many transactions to send")
	default:
		s.looked = notify
		s.sendTransactions(q.id, j.Template.Transactions)
		s.log().Debug("transactions sent", "job", wire, "transactions", len(j.Template.Transactions))
	}
}

func size(all []*template.Transaction) (n int) {
	for _, x := range all {
		n += len(x.Data)
	}
	return n
}

// sendTransactions writes the answer piece by piece, so that the session holds no more of it than of other answers. What
// was asked before is answered before; work that comes meanwhile goes out after it.
func (s *session) sendTransactions(id json.RawMessage, all []*template.Transaction) {
	s.flush()
	s.turn <- struct{}{}
	w := bufio.NewWriterSize(turnWriter{s}, maxAnswers)
	w.WriteString(`{"id":`)
	w.Write(id)
	w.WriteString(`,"result":[`)
	digits := hex.NewEncoder(w)
	for i, x := range all {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteByte('"')
		digits.Write(x.Data)
		w.WriteByte('"')
	}
	w.WriteString(`],"error":null}` + "\n")
	w.Flush()
	s.release()
}

// turnWriter writes to the client of a session whose turn its user has.
type turnWriter struct{ s *session }

func (w turnWriter) Write(b []byte) (int, error) {
	if w.s.write(b); w.s.deaf {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}
