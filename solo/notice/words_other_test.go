//go:build !windows

package notice

func quoted(path string) string { return "'" + path + "'" }

// parsedHere are commands that are read so on this system; self is this program.
func parsedHere(self string) []parsed {
	return []parsed{
		{"quotes", self + ` 'a b' "c 'd'" e\ f ''`, []string{"a b", "c 'd'", "e f", ""}, ""},
		{"for a shell", self + ` -c 'echo "$SOLO_MESSAGE" | mail me; true'`, []string{"-c", `echo "$SOLO_MESSAGE" | mail me; true`}, ""},
		{"two commands", self + "; rm x", nil, "only a shell understands"},
		{"variable", self + " $SOLO_MESSAGE", nil, "only a shell expands"},
		{"variable in quotes", self + ` "${SOLO_MESSAGE}"`, nil, "only a shell expands"},
		{"open single quote", self + " 'a", nil, "not closed"},
	}
}
