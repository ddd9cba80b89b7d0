package lines

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLines(t *testing.T) {
	long := strings.Repeat("ab ", 100_000)
	r := NewReader(strings.NewReader("\xef\xbb\xbfone  two\r\n\n\tthree\n" + long + "\nlast"))
	var got []string
	for r.Next() {
		var words []string
		for _, w := range r.Words(nil) {
			words = append(words, w.String())
		}
		if r.Number == 4 {
			if len(words) != 100_000 {
				t.Errorf("%d words of a long line", len(words))
			}
			continue
		}
		got = append(got, strings.Join(words, ","))
	}
	if s := strings.Join(got, "|"); s != "one,two||three|last" || r.Err() != nil || r.Number != 5 {
		t.Errorf("%q, line %d, %v", s, r.Number, r.Err())
	}
	if r.Next() {
		t.Error("a line after the last one")
	}
	broken := NewReader(iotest.ErrReader(errors.New("broken")))
	if broken.Next() || broken.Err() == nil {
		t.Error("no error of a broken reader")
	}
}

func TestCutAndColumns(t *testing.T) {
	r := NewReader(strings.NewReader("  ab cd  \n"))
	r.Next()
	for _, c := range []struct {
		lo, hi int
		text   string
		column int
	}{{0, 9, "ab cd", 3}, {3, 6, "b c", 4}, {4, 5, "", 6}, {7, 50, "", 10}, {50, 60, "", 51}} {
		if w := r.Cut(c.lo, c.hi); w.String() != c.text || w.Column != c.column {
			t.Errorf("bytes %d to %d: %q at %d, want %q at %d", c.lo, c.hi, w, w.Column, c.text, c.column)
		}
	}
	if w := r.Words(nil); len(w) != 2 || w[1].Column != 6 || !w[1].Is("cd") {
		t.Errorf("%v", w)
	}
	if err := r.Errorf(6, "no %s", "good"); err.Error() != "line 1, column 6: no good" || r.Errorf(0, "bad").Error() != "line 1: bad" {
		t.Error(err)
	}
}

func TestFloat(t *testing.T) {
	for text, want := range map[string]float64{"1.": 1, ".5": 0.5, "+3": 3, "-.2D+01": -2, "1d2": 100, "0x1p-2": 0.25, "Inf": math.Inf(1), "-infinity": math.Inf(-1), "1e999": math.Inf(1),
		"1D400": math.Inf(1)} {
		if v, ok := Float([]byte(text)); !ok || v != want {
			t.Errorf("%q: %v, %v", text, v, ok)
		}
	}
	for _, text := range []string{"", "nan", "1,5", "1e", "d", "0x1d", "x", "--1", "1.2.3"} {
		if v, ok := Float([]byte(text)); ok {
			t.Errorf("%q is %v", text, v)
		}
	}
}
