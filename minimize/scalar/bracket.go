package scalar

import (
	"context"
	"fmt"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linemin"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// BracketOptions are the options of [Bracket]; the zero value is useful.
type BracketOptions struct {
	GrowLimit float64 // largest length of a step to the minimum of a parabola, relative to the last step; default 110
	MaxIter   int     // largest number of iterations; default 1000
}

// Bracketing is three points that enclose a local minimum of a continuous function: XB lies
// between XA and XC, and its value is not above the values at these and below at least one of
// them. XA may be the largest.
type Bracketing struct {
	XA, XB, XC float64 // the points, in ascending or descending order
	FA, FB, FC float64 // the values there
	NFev       int     // evaluations of the function
}

// Bracket searches for three points that enclose a local minimum of f, downhill from xa and xb.
// Steps grow by the golden ratio, or lead to the minimum of the parabola through the last three
// points.
//
// It returns an error, with the last points, if it finds no such points because the function is
// flat or falls without end, and for a panic of f. It ends early when ctx does.
//
// Press, Teukolsky, Vetterling & Flannery, "Numerical Recipes", section 10.1; it is
// scipy.optimize.bracket.
func Bracket(ctx context.Context, f func(x float64) float64, xa, xb float64, opt BracketOptions) (b Bracketing, err error) {
	s := newFunction(search.NewEvaluator(ctx), f)
	defer func() {
		if v := recover(); v != nil {
			err = search.In("scalar", search.Recovered(v))
		}
		b.NFev = s.nfev
	}()
	b.XA, b.XB, b.FA, b.FB = xa, xb, s.at(xa), s.at(xb)
	t := linemin.Bracket{XA: b.XA, XB: b.XB, FA: b.FA, FB: b.FB}
	reason, message := t.Search(s.at, option.Or(opt.GrowLimit, linemin.GrowLimit), option.Or(opt.MaxIter, linemin.MaxIter))
	b = Bracketing{XA: t.XA, XB: t.XB, XC: t.XC, FA: t.FA, FB: t.FB, FC: t.FC}
	if reason != status.Converged {
		return b, fmt.Errorf("scalar: %v: %s The last points are f(%g) = %g, f(%g) = %g, f(%g) = %g", reason, message, b.XA,
			b.FA, b.XB, b.FB, b.XC, b.FC)
	}
	return b, nil
}
