package delivery

import (
	"errors"
	"fmt"
	"time"
)

// overdueAfter is how long a block may be on its way before the watcher hears that no node has taken it.
const overdueAfter = 10 * time.Second

var errNoAnswer = errors.New("no node has answered yet")

// expect starts the time that the nodes have to take a block. The caller holds mu.
func (c *Courier) expect(t *tracked) {
	time.AfterFunc(overdueAfter, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		t.overdue = true
		c.noteDelivery(t)
	})
}

// notTaken records why a node has not taken the block.
func (c *Courier) notTaken(t *tracked, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t.refusal = why
	c.noteDelivery(t)
}

// refusedBy is a node's refusal as an error.
func refusedBy(n Node, v Verdict) error { return fmt.Errorf("%s: %s", n.Name(), v) }

// unclearRefusal is a refusal with a word that is not known here.
type unclearRefusal struct {
	node    string
	verdict Verdict
}

func (e *unclearRefusal) Error() string {
	return fmt.Sprintf("%s: %s, a word that is not known here", e.node, e.verdict)
}

// Advice says what to do about it.
func (e *unclearRefusal) Advice() string {
	return "look for the word in the node's debug.log and in the release notes of newer versions, or add a newer node"
}

// noteDelivery tells the watcher if no node has taken the block in time, and why, and when that is over: a node has it, or
// another block has buried it. The caller holds mu.
func (c *Courier) noteDelivery(t *tracked) {
	var why error
	v := t.block.Verdict.Outcome
	taken := v == Accepted || v == Inconclusive || t.block.InChain()
	if t.overdue && !taken && !t.block.Settled && t.block.State != StateOrphaned {
		if why = t.refusal; why == nil {
			why = errNoAnswer
		}
	}
	text := ""
	if why != nil {
		text = why.Error()
	}
	if text != t.reported {
		t.reported = text
		c.watcher.Undelivered(t.ref(), why)
	}
}
