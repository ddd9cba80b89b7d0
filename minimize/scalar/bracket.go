package scalar

import (
	"context"
	"fmt"

	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/minimize/internal/linemin"
	"github.com/argmin-go/argmin/minimize/internal/search"
	"github.com/argmin-go/argmin/status"
)

// BracketOptions configures [Bracket]; the zero value is useful.
type BracketOptions struct {
	GrowLimit float64 // how many times its length a step of a parabola may magnify the bracket; default 110
	MaxIter   int     // iterations at most; default 1000
}

// Bracketing is three finite points in ascending or descending order, XB between the
// others, with its value FB not above FA and FC and below one of them at least: there is
// a local minimum of a continuous function between XA and XC.
type Bracketing struct {
	XA, XB, XC float64
	FA, FB, FC float64
	NFev       int // evaluations of the function
}

// Bracket finds three points that enclose a local minimum of f, downhill from xa and
// xb: by steps that grow by the golden ratio, or to the minimum of the parabola through
// the last three points. Without one, as the function falls without end or is flat, it
// returns an error, with the last points. It ends early when ctx does.
//
// Press, Teukolsky, Vetterling & Flannery, "Numerical Recipes", section 10.1.
func Bracket(ctx context.Context, f func(x float64) float64, xa, xb float64, opt BracketOptions) (b Bracketing, err error) {
	s := newFunction(search.NewEvaluator(ctx), f)
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("minimize: %w", search.Recovered(v))
		}
		b.NFev = s.nfev
	}()
	b.XA, b.XB, b.FA, b.FB = xa, xb, s.at(xa), s.at(xb)
	t := linemin.Bracket{XA: b.XA, XB: b.XB, FA: b.FA, FB: b.FB}
	reason, message := t.Search(s.at, option.Or(opt.GrowLimit, linemin.GrowLimit), option.Or(opt.MaxIter, linemin.MaxIter))
	b = Bracketing{XA: t.XA, XB: t.XB, XC: t.XC, FA: t.FA, FB: t.FB, FC: t.FC}
	if reason != status.Converged {
		return b, fmt.Errorf("minimize: %v: %s The last points are f(%g) = %g, f(%g) = %g, f(%g) = %g", reason, message, b.XA, b.FA, b.XB, b.FB, b.XC, b.FC)
	}
	return b, nil
}
