package main

import (
	_ "embed"
	"fmt"
	"io"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completeWord is the hidden command with which a shell asks what may replace the last of its arguments.
const completeWord = "__complete"

//go:embed completion/ltcsolo.bash
var bashCompletion string

//go:embed completion/ltcsolo.zsh
var zshCompletion string

//go:embed completion/ltcsolo.fish
var fishCompletion string

var completions = map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script that completes commands, flags and values: for bash, zsh or fish",
		ArgsUsage: "SHELL",
		Description: `Prints a script for a shell: bash, zsh or fish. The script asks the ltcsolo that is typed what may follow, so it stays
right when ltcsolo changes.

Examples:
  ltcsolo completion bash >~/.local/share/bash-completion/completions/ltcsolo
  ltcsolo completion zsh >/usr/local/share/zsh/site-functions/_ltcsolo
  ltcsolo completion fish >~/.config/fish/completions/ltcsolo.fish
  source <(ltcsolo completion bash)     # for this session only`,
		Action: func(ctx *cli.Context) error {
			script, ok := completions[ctx.Args().First()]
			if !ok {
				return terminal.Usage("", "give bash, zsh or fish", "there is no completion for this shell")
			}
			_, err := io.WriteString(ctx.App.Writer, script)
			return err
		},
	}
}

// flagValues are the values of flags, by name, that are known beforehand.
var flagValues = map[string]func() []string{
	"network":    func() []string { return []string{"main", "test", "regtest"} },
	"log-format": func() []string { return []string{"text", "json"} },
	"log-level":  func() []string { return []string{"debug", "info", "warn", "error"} },
	"kernel":     settings.KernelNames,
	"chain":      chainNames,
}

// argumentValues are the values of arguments, by their word in a command's usage.
var argumentValues = map[string][]string{"SHELL": {"bash", "zsh", "fish"}}

// suggestion is a completion of a word.
type suggestion struct{ word, about string }

// complete prints what may replace the last of words: the line "words", then a word a line, with its explanation after a
// tab; or the line "files" if the name of a file is wanted.
func complete(w io.Writer, commands []*cli.Command, words []string) {
	s, files := suggest(commands, joinEquals(words))
	if files {
		fmt.Fprintln(w, "files")
		return
	}
	fmt.Fprintln(w, "words")
	for _, c := range s {
		fmt.Fprintf(w, "%s\t%s\n", c.word, c.about)
	}
}

// joinEquals joins the three words that bash makes of --flag=value.
func joinEquals(words []string) []string {
	var joined []string
	for _, word := range words {
		n := len(joined)
		if n > 0 && strings.HasPrefix(joined[n-1], "--") && (word == "=" || strings.HasSuffix(joined[n-1], "=")) {
			joined[n-1] += word
			continue
		}
		joined = append(joined, word)
	}
	return joined
}

// suggest returns the completions of the last word. files says that the name of a file is wanted.
func suggest(commands []*cli.Command, words []string) (found []suggestion, files bool) {
	if len(words) == 0 {
		return nil, false
	}
	typed := words[len(words)-1]
	before := words[:len(words)-1]
	if len(before) > 0 && before[0] == "help" {
		before = before[1:]
	}
	var command *cli.Command
	for len(before) > 0 {
		i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(before[0]) })
		if i < 0 {
			break
		}
		command, commands, before = commands[i], commands[i].Subcommands, before[1:]
	}
	if command == nil {
		if len(before) > 0 {
			return nil, false // an unknown command
		}
		return startingWith(typed, namesOf(commands)), false
	}
	used, arguments, open := walk(command, before)
	if open != nil {
		return valuesOf(open, typed)
	}
	if name, value, ok := strings.Cut(typed, "="); ok && strings.HasPrefix(name, "--") {
		f := settings.FlagNamed(command.Flags, strings.TrimPrefix(name, "--"))
		if f == nil {
			return nil, false
		}
		return valuesOf(f, value)
	}
	if !strings.HasPrefix(typed, "-") {
		if len(before) == 0 {
			found = namesOf(commands)
		}
		switch wants := strings.Fields(command.ArgsUsage); {
		case arguments >= len(wants):
		case strings.Contains(wants[arguments], "FILE"):
			return nil, true
		default:
			for _, word := range argumentValues[wants[arguments]] {
				found = append(found, suggestion{word, ""})
			}
		}
		if len(found) > 0 || typed != "" {
			return startingWith(typed, found), false
		}
	}
	for _, f := range command.VisibleFlags() {
		name := f.Names()[0]
		if _, again := f.(*cli.StringSliceFlag); again || !slices.Contains(used, name) {
			_, text := settings.FlagText(f)
			found = append(found, suggestion{"--" + name, text})
		}
	}
	return startingWith(typed, found), false
}

// walk reads the words after a command: the flags used, the number of arguments, and the flag whose value comes next, nil
// if none does.
func walk(command *cli.Command, words []string) (used []string, arguments int, open cli.Flag) {
	for _, word := range words {
		if open != nil {
			open = nil
			continue
		}
		if !strings.HasPrefix(word, "-") || word == "-" {
			arguments++
			continue
		}
		name, _, hasValue := strings.Cut(strings.TrimLeft(word, "-"), "=")
		used = append(used, name)
		f := settings.FlagNamed(command.Flags, name)
		if _, isBool := f.(*cli.BoolFlag); f != nil && !isBool && !hasValue {
			open = f
		}
	}
	return used, arguments, open
}

func valuesOf(f cli.Flag, typed string) (found []suggestion, files bool) {
	if _, isBool := f.(*cli.BoolFlag); isBool {
		return startingWith(typed, []suggestion{{"true", ""}, {"false", ""}}), false
	}
	if values, ok := flagValues[f.Names()[0]]; ok {
		for _, v := range values() {
			found = append(found, suggestion{v, ""})
		}
		return startingWith(typed, found), false
	}
	value, _ := settings.FlagText(f)
	return nil, value == "FILE" || value == "DIR" || value == "COMMAND"
}

func namesOf(commands []*cli.Command) []suggestion {
	var found []suggestion
	for _, c := range commands {
		if !c.Hidden {
			found = append(found, suggestion{c.Name, c.Usage})
		}
	}
	return found
}

func startingWith(typed string, all []suggestion) []suggestion {
	return slices.DeleteFunc(all, func(s suggestion) bool { return !strings.HasPrefix(s.word, typed) })
}
