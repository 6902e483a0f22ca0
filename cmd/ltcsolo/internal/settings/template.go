package settings

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

const templateHead = `# Configuration of ltcsolo. "ltcsolo config" shows what is in force, and where each value came from.
#
# A name here is that of a flag without its --. To set it, remove the # before the name and replace a word in capitals with
# your value. A text stands in quotes. A flag beats the environment (LTCSOLO_ADDRESS for address), which beats this file,
# which beats what is found in litecoin.conf. There is no place for a password here: rpc-password-file.
`

// Template returns a configuration file that sets nothing: each flag of mine and serve with its help and its value on this
// machine.
func Template() ([]byte, error) {
	flags := AllFlags()
	set := flag.NewFlagSet("mine", flag.ContinueOnError)
	for _, f := range flags {
		if err := f.Apply(set); err != nil {
			return nil, err
		}
	}
	untouched := cli.NewContext(nil, set, nil)
	found, _ := Discover(untouched, slog.New(slog.DiscardHandler)) // or nil: then the names of values stand there
	var b bytes.Buffer
	b.WriteString(templateHead)
	for _, f := range flags {
		name := f.Names()[0]
		if name == "config" || name == "json" {
			continue
		}
		placeholder, text := FlagText(f)
		line := name + " = " + placeholder
		if value, _ := valueUnset(untouched, f, found); value != nil {
			line = tomlLine(name, value)
		} else if !isNumber(f) {
			line = tomlLine(name, placeholder)
		}
		fmt.Fprintf(&b, "\n# %s\n#%s\n", terminal.Hang("# ", text, helpWidth), line)
	}
	b.WriteString(tableExample())
	return b.Bytes(), nil
}
