package main

import (
	"bytes"
	"ltcsolo/solo/stratum/stratumtest"
	"net"
	"strings"
)

// crashMiner is a miner that comes back with its session and, as cgminer does, sends again what was not answered, if its
// extranonce1 is the same again.
type crashMiner struct {
	session     string
	extranonce1 []byte
	unanswered  []stratumtest.Share

	sent   []string // block hashes, in this run of the server
	resent int      // blocks that were sent again, and taken
}

// solveBlocks mines on a Stratum server until it is gone.
func (c *crashMiner) solveBlocks(url string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "stratum+tcp://"))
	if err != nil {
		return // it was killed
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: "rig", Agent: "cpuminer/2.5.1", Session: c.session})
	if err != nil {
		return
	}
	defer m.Close()
	again := c.unanswered
	if c.unanswered = nil; !bytes.Equal(m.Extranonce1, c.extranonce1) {
		again = nil
	}
	c.session, c.extranonce1 = m.Session, m.Extranonce1
	for i, s := range again {
		taken, err := c.submit(m, s)
		if err != nil {
			c.unanswered = append(c.unanswered, again[i+1:]...)
			return
		}
		if taken {
			c.resent++
		}
	}
	for w := (*stratumtest.Work)(nil); ; {
		if w, err = m.Next(w); err != nil {
			return
		}
		s := w.Share()
		if !s.Solve(w.Target(), 1000) {
			continue
		}
		if _, err := c.submit(m, s); err != nil {
			return
		}
	}
}

// submit submits a block. The error is the connection's: the block may have arrived, or not.
func (c *crashMiner) submit(m *stratumtest.Miner, s stratumtest.Share) (taken bool, err error) {
	c.sent = append(c.sent, s.BlockHash().String())
	refusal, err := m.Submit(s)
	switch {
	case err != nil:
		c.unanswered = append(c.unanswered, s)
	case refusal == "":
		return true, nil
	}
	return false, err
}
