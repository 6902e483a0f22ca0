package settings

import (
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/template"
	"ltcsolo/wallet"
)

// refuseSecrets refuses private keys wherever they were put by mistake: a path ends up in errors, a tag in the chain.
func refuseSecrets(ctx *cli.Context) error {
	for _, f := range ctx.Command.Flags {
		var texts []string
		switch f.(type) {
		case *cli.StringFlag:
			texts = []string{ctx.String(f.Names()[0])}
		case *cli.StringSliceFlag:
			texts = ctx.StringSlice(f.Names()[0])
		}
		for _, text := range texts {
			if err := wallet.CheckNoSecret(text); err != nil {
				return err
			}
		}
	}
	for i, arg := range ctx.Args().Slice() {
		if takesHash(ctx.Command, i) && isHash(arg) {
			continue // it looks like a key in hex, and the blocks commands do not repeat it either
		}
		if err := wallet.CheckNoSecret(arg); err != nil {
			return err
		}
	}
	return nil
}

// takesHash reports whether the nth argument can be a block hash.
func takesHash(c *cli.Command, n int) bool {
	args := strings.Fields(c.ArgsUsage)
	return n < len(args) && strings.Trim(args[n], "[]") == "HASH"
}

func isHash(text string) bool {
	_, err := template.ParseHash(text)
	return err == nil
}
