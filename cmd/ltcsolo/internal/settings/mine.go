package settings

import (
	"fmt"
	"runtime"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/notice"
	"ltcsolo/template"
)

// DefaultTag is the text in the coinbase unless --tag gives another.
const DefaultTag = "/ltcsolo/"

// Mine is what mine or serve is asked to do.
type Mine struct {
	Payee         Payee
	Merged        []Merged // chains that are mined with Litecoin's work
	RequireMerged bool     // end the run if a merged chain's node cannot be used at the start
	Money         Money
	CPU           *CPU   // nil: this machine does not hash
	Serve         *Serve // nil: no other miners are served
	Tag           string // text in the coinbase
	Blocks        int    // stop when so many blocks of this run are in the best chain; 0: no limit
	For           time.Duration
	Grace         time.Duration // for a block in hand, when the run ends by itself
	State         string        // state directory; empty: StateDir of the network
	Propose       bool          // have the node check each assembled block
	AllowOld      bool
	Wait          time.Duration // for a node that cannot be used yet
	JSON          bool          // the summary
	Quiet         bool
	OnBlock       *notice.Command // nil: none
	OnAlert       *notice.Command // nil: none
	HTTP          string          // host:port of the dashboard; empty: none
	HTTPHosts     []string
}

// ReadMine reads mine's flags. With an error, the first value that it refuses, it returns what it has read so far: doctor
// looks at the rest all the same. Payee.Check is the caller's to call.
func ReadMine(ctx *cli.Context) (*Mine, error) {
	c := &CPU{}
	m, err := readMine(ctx)
	m.CPU = c
	if err == nil {
		err = c.read(ctx)
	}
	return m, err
}

// readMine reads all but the CPU's flags.
func readMine(ctx *cli.Context) (*Mine, error) {
	m := &Mine{
		Payee: readPayee(ctx), Tag: ctx.String("tag"), Blocks: ctx.Int("blocks"), For: ctx.Duration("for"), Grace: ctx.Duration("grace"),
		State: ctx.String("state"), Propose: !ctx.Bool("no-proposal"), AllowOld: ctx.Bool("allow-old-node"),
		Wait: ctx.Duration("wait"), JSON: ctx.Bool("json"), Quiet: ctx.Bool("quiet"), HTTPHosts: ctx.StringSlice("http-host"),
		RequireMerged: ctx.Bool("require-merged"),
	}
	switch {
	case ctx.IsSet("blocks") && m.Blocks < 1:
		return m, terminal.Usage("blocks", "give 1 or more, or leave it out", "--blocks is %d", m.Blocks)
	case ctx.IsSet("for") && m.For <= 0:
		return m, terminal.Usage("for", "give a time such as 8h, or leave it out", "--for is %v", m.For)
	case m.Grace < 0:
		return m, terminal.Usage("grace", "give a time such as 15m, or 0s for none", "--grace is %v", m.Grace)
	}
	var err error
	if m.Merged, err = ReadMerged(ctx); err != nil {
		return m, err
	}
	if err := CheckTag(m.Tag, len(m.Merged) > 0); err != nil {
		return m, err
	}
	if m.Money, err = ReadMoney(ctx); err != nil {
		return m, err
	}
	if err := m.Money.CheckMerged(chainsOf(m.Merged), "give --doge-address too, or leave it out"); err != nil {
		return m, err
	}
	if m.OnBlock, err = readCommand(ctx, "on-block"); err != nil {
		return m, err
	}
	if m.OnAlert, err = readCommand(ctx, "on-alert"); err != nil {
		return m, err
	}
	if m.HTTP, err = httpAddress(ctx.String("http")); err != nil {
		return m, err
	}
	return m, checkHostNames(m.HTTPHosts)
}

// CheckThreads refuses a number of threads that this machine has no processors for.
func CheckThreads(n int, why string) error {
	if most := runtime.NumCPU(); n < 1 || n > most {
		return terminal.Usage("threads", fmt.Sprintf("give 1 to %d%s", most, why), "--threads is %d, and this machine has %d processors", n, most)
	}
	return nil
}

// CheckTag refuses a tag that does not fit into the coinbase of every height until about 2051, beside the commitment to
// merged chains if there are any.
func CheckTag(tag string, merged bool) error {
	const farHeight = 8_388_607 // the last one whose push has three bytes, as today's; Litecoin passes it about 2051
	if most := template.MaxTag(farHeight, solo.ExtranonceSize, merged); len(tag) > most {
		beside := "height and extranonce"
		if merged {
			beside = "height, extranonce and the commitment to merged chains"
		}
		return terminal.Usage("tag", fmt.Sprintf("give a text of at most %d bytes", most),
			"--tag has %d bytes, and %d fit into the coinbase beside %s", len(tag), most, beside)
	}
	if terminal.OneLine(tag) != tag {
		return terminal.Usage("tag", "give a text of one line without white space at its ends", "--tag has control characters or white space at its ends")
	}
	return nil
}

// readCommand reads the user's command of a flag; nil if it is not given.
func readCommand(ctx *cli.Context, flag string) (*notice.Command, error) {
	if ctx.String(flag) == "" {
		return nil, nil
	}
	c, err := notice.Parse(ctx.String(flag))
	if err != nil {
		return nil, terminal.Usage(flag, notice.Form, "--%s: %v", flag, err)
	}
	return c, nil
}
