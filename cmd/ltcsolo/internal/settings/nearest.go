package settings

import "strings"

// nearest returns the name that typed was probably meant to be, empty if none is near.
func nearest(typed string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		if len(typed) >= 4 && strings.HasPrefix(name, typed) {
			return name
		}
		if d := distance(typed, name); d < least && d*3 <= max(len(name), 3) {
			best, least = name, d
		}
	}
	return best
}

// distance returns how many letters must be inserted, deleted, replaced or swapped with their neighbour to make b of a.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
