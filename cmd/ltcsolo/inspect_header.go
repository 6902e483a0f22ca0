package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// inspectedHeader is the output of inspect --json for a header alone: the fields of an inspection that it has.
type inspectedHeader struct {
	Hash    template.Hash   `json:"hash"`
	PoWHash template.Hash   `json:"pow_hash"`
	Target  template.Target `json:"target"`
	PoWOK   bool            `json:"pow_ok"`
	Time    string          `json:"time"`
	Bytes   int             `json:"bytes"`
	OK      bool            `json:"ok"`
}

// inspectHeader shows and checks a block's header without the rest of it.
func inspectHeader(ctx *cli.Context, h template.Header, network wallet.Network) error {
	target, err := template.TargetFromBits(h.Bits())
	chain := template.ChainOfVersion(h.Version())
	pow, ok, problems := checkPoW(&h, target, chain, network)
	if template.HasProof(h[:]) {
		ok, problems = false, []string{"high-hash: a merged chain's header has its proof of work in the proof after it, which is not there"}
	}
	if err != nil {
		problems = append(problems, fmt.Sprintf("high-hash: %v", err))
	}
	v := inspectedHeader{Hash: h.BlockHash(), PoWHash: pow, Target: target, PoWOK: ok, Time: headerTime(h.Time()), Bytes: len(h), OK: len(problems) == 0}
	if ctx.Bool("json") {
		err = terminal.PrintJSON(ctx.App.Writer, v)
	} else {
		w := tabwriter.NewWriter(ctx.App.Writer, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "block hash:\t%s\n", v.Hash)
		fmt.Fprintf(w, "time:\t%s\n", v.Time)
		fmt.Fprintf(w, "proof of work:\t%s\n", okOrWrong(v.PoWOK))
		fmt.Fprintf(w, "  PoW hash:\t%s\n", v.PoWHash)
		fmt.Fprintf(w, "  target:\t%s\n", v.Target)
		fmt.Fprintf(w, "the rest:\tnot there: these %d bytes are a header alone\n", v.Bytes)
		err = w.Flush()
	}
	if err != nil {
		return err
	}
	return refusedFor(chain.Daemon, problems)
}
