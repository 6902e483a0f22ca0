package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/template"
)

func exportBlockCommand(flags []cli.Flag) *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write a found block in hex, as submitblock takes it",
		ArgsUsage: "HASH [FILE]",
		Description: `Writes one found block in hex to a new FILE, or to standard output. The first digits of HASH
are enough. It needs no node.

Examples:
  ltcsolo blocks export 0bfb9d10 block.hex
  ltcsolo blocks export 0bfb9d10 | litecoin-cli -stdin submitblock
  ltcsolo blocks export 5f0a33c1 | dogecoin-cli -stdin submitblock
  ltcsolo blocks export 0bfb9d10 | ltcsolo inspect -`,
		Flags:  flags,
		Action: exportBlock,
	}
}

func exportBlock(ctx *cli.Context) error {
	l, err := readWith(ctx, ctx.Args().First())
	if err != nil {
		return err
	}
	b, err := l.find(ctx.Args().First())
	if err != nil {
		return err
	}
	c, err := l.Load(b.BlockHash)
	if err != nil {
		return err
	}
	text := hex.EncodeToString(c.Block)
	path := ctx.Args().Get(1)
	if path == "-" {
		path = "" // standard output
	}
	if path != "" {
		if err := writeNew(path, text+"\n"); err != nil {
			return err
		}
		text = ""
	}
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, struct {
			Chain  string        `json:"chain,omitempty"` // absent if it is Litecoin's
			Height int32         `json:"height"`
			Hash   template.Hash `json:"hash"`
			Bytes  int           `json:"bytes"`
			File   string        `json:"file,omitempty"`
			Block  string        `json:"block,omitempty"`
		}{l.otherChain(), b.Height, b.BlockHash, len(c.Block), path, text})
	}
	if text == "" {
		_, err = fmt.Fprintf(ctx.App.Writer, "block %d %s is in %s\n", b.Height, b.BlockHash, path)
	} else {
		_, err = fmt.Fprintln(ctx.App.Writer, text)
	}
	return err
}

// writeNew writes a file that must not exist yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return terminal.Usage("", "give the name of a new file", "the file is there already, and is left as it is")
	}
	if err == nil {
		_, err = io.WriteString(f, text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return terminal.Usage("", "give a file that can be written", "the block cannot be written: %v", terminal.WithoutPath(err))
	}
	return nil
}
