package argmin

import (
	"fmt"
	"math"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
	"github.com/argmin-go/argmin/tree"
)

// BracketMethod is a method for [Bracketed]: [Chandrupatla] or [Bisection].
type BracketMethod interface{ bracketed() definition }

// Bracketed finds a root of each of many functions of one number,
//
//	f(x, data)ᵢ = 0 between lowerᵢ and upperᵢ,
//
// all in one loop: entry i of f depends only on entry i of x, f has the structure and shapes of x, and
// (lower, upper) = bracket(data) are trees like x; an end broadcasts to its array. f must have opposite signs at the two
// ends of each bracket. A nil method means [Chandrupatla].
//
// The start of a run gives the structure of x, and where it lies within the bracket, the first point that is tried. An infinite end
// counts as the largest finite number. Each entry ends by itself, and the loop with the last one. Options.Tol is the width of the last bracket
// relative to the root; by default, and at the least, it is 4 ε, the last bits. Near zero the width is relative to ε times the larger end, so
// that a root at zero is found to 4 ε² of that. The state's error is the largest relative width that is still to be halved.
//
// Result.Aux is a [Brackets], which has how each entry ended; [Result.Err] names the first ones that have no root. The run has
// converged if all entries have. It is status.Infeasible if the signs at the ends of a bracket are the same or a lower end is above the
// upper one, where x is NaN; status.NonFinite if f is NaN, at an end (x is NaN) or within; status.Stalled if the sign changes where f does not
// vanish, as at a pole.
//
// The derivative of x is elementwise too, -(∂f/∂data)/(∂f/∂x), of as many operations as f: no matrix is made unless
// Options.Linear is set. It is an error at a multiple root. The iterations have none: Options.Unroll is an error.
func Bracketed[P, D any](f func(x P, data D) P, bracket func(data D) (lower, upper P), m BracketMethod, opt Options) *Solver[P, D] {
	if m == nil {
		m = Chandrupatla{}
	}
	values := func(x P, data D) P {
		return checkLike("Bracketed", "the result of f", f(x, data), "the parameters", x)
	}
	k := kind[P, D]{name: "Bracketed", valueAndGrad: func(x P, data D) (num.Array, P) {
		y := values(x, data)
		return tree.Dot(y, y).Scale(0.5), y
	}}
	k.refuseNil("f", f == nil)
	k.refuseNil("bracket", bracket == nil)
	ends := func(x P, data D) (lower, upper P) {
		lower, upper = bracket(data)
		return checkBound("Bracketed", "lower", lower, x, -1), checkBound("Bracketed", "upper", upper, x, 1)
	}
	k.bind = func(p *Problem, b binding[P, D]) {
		lower, upper := ends(b.params(p.start), b.data)
		p.Lower, p.Upper = finiteEnd(b.ravel(lower)), finiteEnd(b.ravel(upper))
	}
	k.entries = func(x P, e entries) any {
		return Brackets[P]{Code: unraveled(x, e.Codes), Lower: unraveled(x, e.Lower), Upper: unraveled(x, e.Upper)}
	}
	k.simple = func(x P, data D) []num.Verdict {
		lower, upper := ends(x, data)
		return simpleRoots(func(x P) P { return values(x, data) }, x, tree.Sub(upper, lower))
	}
	if opt.Linear == nil {
		opt.Linear = diagonal
	}
	d := defined(m, BracketMethod.bracketed)
	if opt.Unroll && d.wrong == "" {
		d.wrong = "Options.Unroll: the iterations have no derivative"
	}
	return newSolver(k, d, opt)
}

// Brackets is how each entry of a run of [Bracketed] ended. All trees are like the parameters.
type Brackets[P any] struct {
	Code  P // a status.Code for each entry, int32
	Lower P // lower end of the last bracket
	Upper P // upper end
}

// Trouble names the first entries without a root, for [Result.Err]; it is empty if there are none.
func (b Brackets[P]) Trouble() string {
	const most = 3
	reasons := map[status.Code]string{status.Infeasible: "no change of sign between the ends at", status.NonFinite: "f is NaN at",
		status.Stalled: "the sign changes where f does not vanish at"}
	text, paths := "", tree.Paths(b.Code)
	for _, c := range []status.Code{status.Infeasible, status.NonFinite, status.Stalled} {
		n := 0
		for l, codes := range tree.Leaves(b.Code) {
			if codes.Traced() {
				return ""
			}
			for i, v := range codes.Float64s() {
				if status.Code(v) != c {
					continue
				}
				switch n++; {
				case n == 1:
					text += fmt.Sprintf("; %s entry %s[%d]", reasons[c], paths[l], i)
				case n <= most:
					text += fmt.Sprintf(", %s[%d]", paths[l], i)
				}
			}
		}
		if n > most {
			text += fmt.Sprintf(" and %d more", n-most)
		}
	}
	return text
}

// unraveled is a vector of any dtype as a tree like x.
func unraveled[P any](x P, flat num.Array) P {
	at := 0
	return tree.Map(func(leaf num.Array) num.Array {
		part := flat.Range(at, at+leaf.Size()).Reshape(leaf.Shape()...)
		at += leaf.Size()
		return part
	}, x)
}

// finiteEnd is an end with the largest finite number for an infinite one.
func finiteEnd(x num.Array) num.Array {
	return num.Where(x.IsInf(), x.Sign().Scale(farthest(x.DType())), x)
}

// endSize is the magnitude of such an end, 0 for an infinite one.
func endSize(x num.Array) num.Array {
	return num.Where(x.Abs().Ge(num.Const(farthest(x.DType()))), num.Const(0), x.Abs())
}

// farthest is the largest finite number.
func farthest(d num.DType) float64 {
	if d == num.Float32 {
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

// diagonal solves systems whose matrix is diagonal: one product.
func diagonal(matvec func(num.Array) num.Array, b num.Array) num.Array {
	return b.Div(matvec(num.OnesLike(b)))
}

// simpleRoots are the verdict that f has no multiple root among the entries of x: its slope is not zero, and
// does not change by half where x changes by √ε of its size, as it does near a multiple root. width is of the first brackets.
func simpleRoots[P any](f func(P) P, x, width P) []num.Verdict {
	ones := tree.Map(num.OnesLike, x)
	slopeAt := func(x P) P { _, d := num.JVP(f, x, ones); return d }
	near := tree.MapAll(func(leaves ...num.Array) num.Array {
		x, w := leaves[0], leaves[1]
		// Near zero the size is a thousandth of the bracket, a choice.
		size := num.Where(w.IsFinite(), num.Maximum(x.Abs(), w.Abs().Scale(1e-3)), x.Abs())
		return x.Add(size.Scale(math.Sqrt(x.DType().Eps())))
	}, x, width)
	here, there := tree.Leaves(slopeAt(x)), tree.Leaves(slopeAt(near))
	ok, least := num.Full(num.Bool, 1), num.Full(tree.DType(x), 1)
	for i, s := range here {
		kept := num.Maximum(num.Const(1).Sub(there[i].Sub(s).Abs().Div(s.Abs())), num.Const(0)) // NaN at a wall next to x
		kept = num.Where(s.Eq(num.Const(0)), num.Const(0), num.Where(kept.IsNaN(), num.Const(1), kept))
		if s.Size() > 0 {
			ok, least = ok.And(kept.Ge(num.Const(0.5)).All()), num.Minimum(least, kept.Min())
		}
	}
	return []num.Verdict{{OK: ok, Measure: least, Msg: "argmin.Bracketed: a root is multiple or nearly so, where it has no derivative; " +
		"part of the slope of f that is left next to it"}}
}
