package main

import (
	"fmt"
	"io"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"strings"

	"github.com/urfave/cli/v2"
)

func manCommand() *cli.Command {
	return &cli.Command{
		Name:  "man",
		Usage: "print the manual page",
		Description: `Prints the manual page, with every command and flag, in the format of man.

Examples:
  ltcsolo man | man -l -
  ltcsolo man >/usr/local/share/man/man1/ltcsolo.1`,
		Action: func(ctx *cli.Context) error {
			_, err := io.WriteString(ctx.App.Writer, manPage(ctx.App))
			return err
		},
	}
}

// exitCodes says what each exit code means.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{terminal.ExitDone, "done, or stopped as asked: a limit was reached, or a signal came"},
	{terminal.ExitFailed, "something failed while running"},
	{terminal.ExitUsage, "usage or configuration is wrong: an unknown flag, a bad address, an address of another network"},
	{terminal.ExitNode, "the node cannot be used: unreachable, wrong credentials, wrong network, syncing, no peers, too old; after --wait"},
	{terminal.ExitLocked, "another ltcsolo already runs on this state directory"},
	{terminal.ExitUnsettled, "a block was found and was not accepted, or is still unsettled"},
	{terminal.ExitIdle, "of status: an ltcsolo runs, but searches nothing now: it starts, waits for the node, or is paused"},
}

// manFiles and manEnvironment list what ltcsolo reads and writes besides what flags name.
var manFiles = [][2]string{
	{"~/.config/ltcsolo/config.toml", "values for the flags; ltcsolo config init writes it. " +
		`On macOS in ~/Library/Application Support/ltcsolo, on Windows in %AppData%\ltcsolo`},
	{"~/.local/state/ltcsolo/NETWORK", "the state directory: lock, remembered address, index of the descriptor, measured kernels. " +
		`On macOS in ~/Library/Application Support/ltcsolo, on Windows in %LocalAppData%\ltcsolo`},
	{"~/.local/state/ltcsolo/NETWORK/blocks", "found blocks, one readable file each; keep them until they are mature"},
	{"~/.local/state/ltcsolo/NETWORK/merged/CHAIN/blocks", "those of a merged chain"},
	{"~/.litecoin/litecoin.conf, ~/.litecoin/.cookie", "the node's configuration and credentials; both are only read. " +
		`On macOS in ~/Library/Application Support/Litecoin, on Windows in %AppData%\Litecoin`},
}

var manEnvironment = [][2]string{
	{"LTCSOLO_NAME", "the value of a flag: LTCSOLO_ADDRESS for --address, LTCSOLO_RPC_USER for --rpc-user; several URLs stand with commas between"},
	{settings.EnvPassword, "the password at the node; it has no flag, because everyone on a machine can read command lines"},
	{settings.EnvDogePassword, "the password at dogecoind"},
	{"XDG_CONFIG_HOME, XDG_STATE_HOME", "instead of ~/.config and ~/.local/state; the former not on macOS and Windows"},
	{"NO_COLOR", "if set, nothing is printed in colour"},
}

const manDescription = "ltcsolo asks your own litecoind for a block template, searches headers with Scrypt, and hands a found block to the node. " +
	"Nothing else stands between you and the network: no pool, no fee, no account. " +
	"A flag beats the environment, which beats the configuration file, which beats what is found in litecoin.conf. " +
	"Results go to standard output, the log and errors to standard error."

// manPage returns the manual page in the man macros of roff, made from the definitions of the commands.
func manPage(app *cli.App) string {
	m := &manual{}
	m.line(".TH LTCSOLO 1 \"\" %s \"User Commands\"", quoted("ltcsolo "+build().Version))
	m.line(".SH NAME\nltcsolo \\- %s", prose(app.Usage))
	m.line(".SH SYNOPSIS\n%s", prose(app.UsageText))
	m.line(".SH DESCRIPTION\n%s", prose(manDescription))
	m.line(".SH COMMANDS")
	for _, c := range app.Commands {
		m.command("ltcsolo", c)
	}
	m.line(".SH EXIT STATUS")
	for _, e := range exitCodes {
		m.entry(bolden(fmt.Sprint(e.code)), e.meaning)
	}
	m.line(".SH FILES")
	for _, f := range manFiles {
		m.entry(italic(f[0]), f[1])
	}
	m.line(".SH ENVIRONMENT")
	for _, e := range manEnvironment {
		m.entry(bolden(e[0]), e[1])
	}
	m.line(".SH SEE ALSO\n.BR litecoind (1),\n.BR litecoin\\-cli (1)")
	return m.b.String()
}

// manual is a page under construction.
type manual struct {
	b    strings.Builder
	done []describedCommand // commands that have their section, in order
}

// describedCommand is a command with the texts of its flags by name.
type describedCommand struct {
	name  string
	flags map[string]string
}

func (m *manual) line(format string, a ...any) { fmt.Fprintf(&m.b, format+"\n", a...) }

// entry writes a word and what it means.
func (m *manual) entry(head, text string) { m.line(".TP\n%s\n%s", head, prose(text)) }

// command writes the section of a command, then those of the commands below it.
func (m *manual) command(above string, c *cli.Command) {
	if c.Hidden {
		return
	}
	this := describedCommand{above + " " + c.Name, map[string]string{}}
	m.line(".SS %s", quoted(strings.TrimSpace(this.name+" "+c.ArgsUsage)))
	m.description(c.Description)
	known := m.knownFlags(c.Flags)
	for _, f := range c.Flags {
		value, text := settings.FlagText(f)
		name := f.Names()[0]
		if name == "help" {
			continue
		}
		this.flags[name] = text
		if !known[name] {
			m.entry(strings.TrimSpace(bolden("--"+name)+" "+italic(value)), text)
		}
	}
	m.sameFlags(c.Flags, known)
	m.done = append(m.done, this)
	for _, below := range c.Subcommands {
		m.command(this.name, below)
	}
}

// description writes paragraphs as prose, and indented lines literally.
func (m *manual) description(text string) {
	verbatim := false
	for line := range strings.SplitSeq(text, "\n") {
		indented := strings.HasPrefix(line, "  ")
		switch {
		case indented && !verbatim:
			m.line(".PP\n.RS 4\n.EX")
		case !indented && verbatim:
			m.line(".EE\n.RE")
		}
		verbatim = indented
		switch {
		case indented:
			m.line("%s", literal(strings.TrimPrefix(line, "  ")))
		case line == "":
			m.line(".PP")
		default:
			m.line("%s", prose(line))
		}
	}
	if verbatim {
		m.line(".EE\n.RE")
	}
}

// knownFlags returns the flags that an earlier section explains in the same words.
func (m *manual) knownFlags(flags []cli.Flag) map[string]bool {
	known := map[string]bool{}
	for _, f := range flags {
		_, text := settings.FlagText(f)
		for _, earlier := range m.done {
			if same, ok := earlier.flags[f.Names()[0]]; ok && same == text {
				known[f.Names()[0]] = true
			}
		}
	}
	return known
}

// sameFlags names the flags that an earlier section explains: all of another command if this one has them all, else one by one.
func (m *manual) sameFlags(flags []cli.Flag, known map[string]bool) {
	var all describedCommand
	for _, earlier := range m.done {
		whole := len(earlier.flags) > len(all.flags)
		for name := range earlier.flags {
			whole = whole && known[name]
		}
		if whole {
			all = earlier
		}
	}
	var parts []string
	if 2*len(all.flags) > len(known) { // else that command only happens to have few
		parts = append(parts, "all flags of "+bolden(all.name))
	} else {
		all = describedCommand{}
	}
	for _, f := range flags {
		name := f.Names()[0]
		if _, ok := all.flags[name]; known[name] && !ok {
			parts = append(parts, bolden("--"+name))
		}
	}
	if len(parts) > 0 {
		m.line(".PP\nAs above: %s.", strings.Join(parts, ", "))
	}
}

var (
	// proseEscapes are for characters that roff takes for something else, literalEscapes for those that it also replaces.
	proseEscapes   = strings.NewReplacer(`\`, `\(rs`, `-`, `\-`, "`", `\(ga`, `^`, `\(ha`, `~`, `\(ti`)
	literalEscapes = strings.NewReplacer(`'`, `\(aq`, `"`, `\(dq`)
)

// prose escapes running text. A dot or an apostrophe at the start of a line would be a command.
func prose(text string) string {
	text = proseEscapes.Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

// literal escapes text that is copied and typed.
func literal(text string) string {
	text = literalEscapes.Replace(proseEscapes.Replace(text))
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

func quoted(text string) string { return `"` + literal(text) + `"` }
func bolden(text string) string { return `\fB` + literal(text) + `\fR` }

func italic(text string) string {
	if text == "" {
		return ""
	}
	return `\fI` + literal(text) + `\fR`
}
