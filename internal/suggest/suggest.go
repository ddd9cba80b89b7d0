// Package suggest finds the known name that a misspelt one was probably meant to be.
package suggest

import (
	"fmt"
	"strings"
	"unicode"
)

// Nearest is a question in parentheses to append to an error message, with the known name
// that is nearest to name, or empty if none is near. Case and signs between letters do not count. A name is
// near if the distance is at most a third of the letters, or if one name is a part of the
// other. Of equally near names one that begins with name comes first.
func Nearest(name string, known []string) string {
	best, at := "", 0
	short := letters(name)
	for _, k := range known {
		l := letters(k)
		d := distance(short, l)
		if len(short) >= 3 && (strings.Contains(l, short) || strings.Contains(short, l)) {
			d = min(d, 1)
		}
		if d > max(1, max(len(l), len(short))/3) {
			continue
		}
		if d *= 2; strings.HasPrefix(l, short) {
			d--
		}
		if best == "" || d < at {
			best, at = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// letters is name in lower case without signs.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// distance is the number of insertions, deletions, substitutions and swaps of
// neighbours, in bytes, that turn a into b (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			d := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
