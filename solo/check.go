package solo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"ltcsolo/template"
)

// checkJobs looks at each new job's assembled block while the search has begun: first itself, then the node by
// proposal. A block that would be refused is not searched for.
func (e *Engine) checkJobs(ctx context.Context, made <-chan *template.Job) {
	var unasked string
	for j := range made {
		block, err := j.Block(template.Solution{
			Extranonce: make([]byte, ExtranonceSize), Version: j.Template.Version, Time: j.Template.CurTime,
		})
		if err == nil {
			err = CheckPayout(block, j.Template.CoinbaseValue, e.cfg.Script)
		}
		if err != nil {
			e.refuseJob(j, "the assembled block is wrong: "+err.Error())
			continue
		}
		if !e.cfg.Propose {
			continue
		}
		reason, err := e.cfg.Node.Propose(ctx, block)
		if err != nil {
			if text := err.Error(); ctx.Err() == nil && text != unasked {
				unasked = text
				e.log.Warn("the node could not be asked about the assembled block", "job", j.ID, "err", err)
			}
			continue
		}
		unasked = ""
		if !harmless(reason) {
			e.refuseJob(j, "the node refuses the assembled block: "+reason)
		} else {
			e.log.Debug("proposal", "job", j.ID, "height", j.Template.Height, "answer", reason)
		}
	}
}

// harmless are the answers to a proposal that say nothing against the block's content (rpc/mining.cpp): valid, the
// tip has moved, or the node has this very header already.
func harmless(reason string) bool {
	switch reason {
	case "", "inconclusive-not-best-prevblk", "duplicate", "duplicate-inconclusive":
		return true
	}
	return false
}

// CheckPayout reads an assembled block back: everything that can be checked without the chain holds, and the
// coinbase's first output pays value, in litoshi, to script.
func CheckPayout(block []byte, value int64, script []byte) error {
	b, err := template.ParseBlock(block)
	if err != nil {
		return err
	}
	if len(b.Problems) > 0 {
		return errors.New(strings.Join(b.Problems, "; "))
	}
	if out := b.Outputs[0]; out.Value != value || !bytes.Equal(out.Script, script) {
		return fmt.Errorf("its coinbase pays %d litoshi to script %x, not %d to %x", out.Value, []byte(out.Script), value, script)
	}
	return nil
}

func (e *Engine) refuseJob(j *template.Job, why string) {
	e.log.Error("the template is not searched", "height", j.Template.Height, "job", j.ID, "err", why)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refuse(j, why)
}
