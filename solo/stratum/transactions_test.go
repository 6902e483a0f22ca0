package stratum_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/template"
)

const askFor = `{"id":"txlist","method":"mining.get_transactions","params":["`

// withTransactions returns a job of about so many bytes of transactions. Nothing but their data is right.
func withTransactions(t *testing.T, id string, tip byte, each, count int) *template.Job {
	j := *newJob(t, id, tip, hard, mixed)
	tmpl := *j.Template
	tmpl.Transactions = nil
	for range count {
		tmpl.Transactions = append(tmpl.Transactions, &template.Transaction{Data: make([]byte, each)})
	}
	j.Template = &tmpl
	return &j
}

// The list is sent once a notify, and not if it is very long: a client on a slow line could not work.
func TestTransactionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("10.0.0.1")
		for _, tt := range []struct {
			job         string
			each, count int
			asks        []string
			answers     []string
		}{
			{"b1", 250, 2000, []string{"b102", "b102", "a101"}, []string{`"],"error":null}`, "once a job", "once a job"}},
			{"b2", 250, 2100, []string{"b203"}, []string{"Too many transactions"}},
			{"b3", 500_000, 1, []string{"B304", "b3", "ff01", ""}, []string{`"],"error":null}`, "not found", "not found", "not found"}},
		} {
			h.up.offer(withTransactions(t, tt.job, tt.job[1]-'0', tt.each, tt.count))
			if line := m.next(); !strings.Contains(line, "mining.notify") {
				t.Fatalf("no work: %.200q", line)
			}
			for i, id := range tt.asks {
				m.send(askFor + id + `"]}` + "\n")
				lines := m.all()
				if len(lines) != 1 || !strings.Contains(lines[0], tt.answers[i]) || !json.Valid([]byte(lines[0])) {
					t.Errorf("%s: %d answers, %.200q", id, len(lines), lines)
				}
			}
		}
	})
}

// New work that comes while a slow client takes the list does not break into it, and an answer after it keeps its order.
func TestWorkDuringTransactions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("10.0.0.1")
		h.up.offer(withTransactions(t, "b1", 2, 250, 2000))
		m.all()
		resume := m.stopReading()
		m.send(askFor + `b102"]}` + "\n" + submitLine(4, 1))
		h.up.offer(newJob(t, "b2", 3, hard, small))
		synctest.Wait()
		time.Sleep(time.Second)
		resume()
		var order []string
		for _, line := range m.all() {
			if !json.Valid([]byte(line)) {
				t.Errorf("broken line %.200q", line)
			}
			order = append(order, line[:10])
		}
		want := []string{`{"id":"txl`, `{"id":null`, `{"id":4,"r`}
		if strings.Join(order, " ") != strings.Join(want, " ") {
			t.Errorf("the lines begin with %q, want %q", order, want)
		}
	})
}

// A client that asks for the list and does not take it is closed.
func TestTransactionsWithoutReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("10.0.0.1")
		h.up.offer(withTransactions(t, "b1", 2, 250, 2000))
		m.all()
		resume := m.stopReading()
		m.send(askFor + `b102"]}` + "\n")
		time.Sleep(11 * time.Second)
		resume()
		if n := h.Stats().SlowReaders; n != 1 || !m.isClosed() {
			t.Errorf("%d slow readers", n)
		}
	})
}
