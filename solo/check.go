package solo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"ltcsolo/template"
)

// checkJobs looks at each new job's assembled block while the search has begun: first itself, then the node by
// proposal. A block that would be refused is not searched for.
func (e *Engine) checkJobs(ctx context.Context, made <-chan *template.Job) {
	var unasked, refused string // what was told last: it is told once, however often it comes
	for j := range made {
		why, err := e.fault(ctx, j)
		if ctx.Err() != nil {
			continue
		}
		log := e.log.With("height", j.Template.Height, "job", j.ID)
		switch {
		case err != nil:
			if err.Error() != unasked {
				log.Warn("the node could not be asked about the assembled block", "err", err)
			}
			unasked = err.Error()
		case why != "":
			level := slog.LevelDebug
			if why != refused {
				level = slog.LevelError
			}
			log.Log(ctx, level, "the template is not searched", "err", why)
			unasked, refused = "", why
			e.mu.Lock()
			e.refuse(j, why)
			e.mu.Unlock()
		default:
			log.Debug("the assembled block is good")
			unasked, refused = "", ""
		}
	}
}

// fault says what is wrong with the job's block, in the node's words if it is the node who says so; empty if nothing
// is. The error says that the node could not be asked.
func (e *Engine) fault(ctx context.Context, j *template.Job) (string, error) {
	block, err := j.Block(template.Solution{
		Extranonce: make([]byte, ExtranonceSize), Version: j.Template.Version, Time: j.Template.CurTime,
	})
	if err == nil {
		err = CheckPayout(block, j.Template.CoinbaseValue, j.Coinbase.Script)
	}
	if err != nil {
		return "the assembled block is wrong: " + err.Error(), nil
	}
	if !e.cfg.Propose && !j.Template.Empty { // of an empty block the node has seen nothing yet
		return "", nil
	}
	opinion, err := e.cfg.Node.Propose(ctx, block)
	if err != nil || !opinion.Refused {
		return "", err
	}
	return "the node refuses the assembled block: " + opinion.Reason, nil
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
