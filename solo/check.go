package solo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ltcsolo/template"
)

// checkDelay is how long after a job the main chain's block is checked. First the searchers take the job: where they have all
// processors, the node's work for the check would keep them from it.
const checkDelay = 20 * time.Millisecond

// checkJobs checks the block of each new job of the side while it is searched already: here, then by a proposal to the
// node. A block that would be refused is not searched for.
func (s *side) checkJobs(ctx context.Context) {
	e := s.engine
	var unasked string // what was logged last: it is logged once, however often it comes
	for {
		var j *template.Job
		select {
		case j = <-s.unchecked:
		case <-ctx.Done():
			return
		}
		if s.isMain() {
			pause(ctx, checkDelay)
		}
		select { // the newest job only
		case j = <-s.unchecked:
		default:
		}
		t, why, err := s.fault(ctx, j)
		if ctx.Err() != nil {
			return
		}
		log := s.log.With("height", t.Height, "job", j.ID)
		switch {
		case err != nil:
			if err.Error() != unasked {
				log.Warn("the node could not be asked about the assembled block", "err", err)
			}
			unasked = err.Error()
		case why != "":
			log.Debug("the template is not searched", "err", why)
			unasked = ""
			e.mu.Lock()
			s.refuse(t, why)
			e.mu.Unlock()
			s.alerts.Raise(Alert{
				Key: AlertRefused, Text: "the template is not searched: " + why, Kind: why, Grave: true,
				Remedy: "see the node's debug.log; upgrade or restart the node, and look for a proxy between that changes or keeps its replies",
			})
		default:
			log.Debug("the assembled block is good")
			unasked = ""
			s.alerts.End(AlertRefused, "")
		}
	}
}

// toCheck queues a new job for a check, unless one with the same template of the side was. The caller holds mu.
func (s *side) toCheck(j *template.Job) {
	t := s.templateOf(j)
	if t == nil || t == s.checked {
		return
	}
	s.checked = t
	select { // the checker wants the newest job only
	case <-s.unchecked:
	default:
	}
	s.unchecked <- j
}

// fault says what is wrong with the block that j makes of a template of the side, in the node's words if the node says
// so; empty if nothing is. The error says that the node could not be asked.
func (s *side) fault(ctx context.Context, j *template.Job) (t *template.Template, why string, err error) {
	t = j.Template
	solution := template.Solution{Extranonce: make([]byte, ExtranonceSize), Version: t.Version, Time: t.CurTime}
	var block []byte
	if s.isMain() {
		if block, err = j.Block(solution); err == nil {
			err = CheckPayout(block, t.CoinbaseValue, j.Coinbase.Script)
		}
	} else {
		i := slices.IndexFunc(j.Aux, func(a *template.Aux) bool { return a.Template.Chain == s.Chain })
		t = j.Aux[i].Template
		if block, err = j.AuxBlock(i, solution); err == nil {
			err = CheckAuxPayout(block, t.CoinbaseValue, j.Aux[i].Coinbase.Script)
		}
	}
	if err != nil {
		return t, "the assembled block is wrong: " + err.Error(), nil
	}
	if !s.engine.cfg.Propose && !t.Empty { // of an empty block the node has seen nothing yet
		return t, "", nil
	}
	opinion, err := s.Node.Propose(ctx, block)
	if err != nil || !opinion.Refused {
		return t, "", err
	}
	return t, "the node refuses the assembled block: " + opinion.Reason, nil
}

// CheckPayout reads an assembled Litecoin block back. The error says what is wrong with it, as far as that can be seen
// without the chain, or that its coinbase's first output does not pay value, in litoshi, to script.
func CheckPayout(block []byte, value int64, script []byte) error {
	b, err := template.ParseBlock(block)
	if err != nil {
		return err
	}
	return checkPayout(b, value, script)
}

// CheckAuxPayout is CheckPayout for a merged chain's block with its proof. value is in the chain's smallest unit.
func CheckAuxPayout(block []byte, value int64, script []byte) error {
	b, err := template.ParseAuxBlock(block)
	if err != nil {
		return err
	}
	return checkPayout(&b.Block, value, script)
}

func checkPayout(b *template.Block, value int64, script []byte) error {
	if len(b.Problems) > 0 {
		return errors.New(strings.Join(b.Problems, "; "))
	}
	if out := b.Outputs[0]; out.Value != value || !bytes.Equal(out.Script, script) {
		return fmt.Errorf("its coinbase pays %d of the smallest unit to script %x, not %d to %x", out.Value, []byte(out.Script), value, script)
	}
	return nil
}
