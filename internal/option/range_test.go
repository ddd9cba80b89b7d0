package option

import (
	"math"
	"testing"
)

func TestRange(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		r    Range
		want string
	}{
		{Positive("A", 0), ""}, {Positive("A", 2), ""}, {Positive("A", math.Inf(1)), ""}, {Positive("A", -1), "T.A is -1, want a positive number"},
		{Positive("A", nan), "T.A is NaN, want a number"},
		{AtLeast("A", 0, 1), ""}, {AtLeast("A", 1, 1), ""}, {AtLeast("A", 0.5, 1), "T.A is 0.5, want at least 1"},
		{AtLeast("A", 9, 1).AtMost(8), "T.A is 9, want a number from 1 to 8"}, {AtLeast("A", 8, 1).AtMost(8), ""},
		{Between("A", 0.5, 0, 1), ""}, {Between("A", 1, 0, 1), "T.A is 1, want a number between 0 and 1"},
		{Between("A", -1, 0, 1), "T.A is -1, want a number between 0 and 1"},
		{Share("A", -1), ""}, {Share("A", 0.9), ""}, {Share("A", 1), "T.A is 1, want at least 0 and less than 1"},
	} {
		if got := c.r.Wrong("T"); got != c.want {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
}
