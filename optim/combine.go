package optim

import (
	"maps"
	"slices"

	"github.com/argmin-go/argmin/num"
)

// Identity passes updates through.
func Identity() Transform {
	return newSpec("Identity").stateless(func(s *step) []array { return s.Updates })
}

// stateless builds a transformation without variables.
func (s *spec) stateless(f func(s *step) []array) Transform {
	return s.build(nil, func(st *step) ([]array, vars) { return f(st), nil })
}

// perLeaf builds a stateless transformation that works leaf by leaf.
func (s *spec) perLeaf(f func(s *step, i int, g array) array) Transform {
	return s.stateless(func(st *step) []array {
		return st.each(func(i int, g array) array { return f(st, i, g) })
	})
}

// Chain applies transformations one after another, each to the updates of the previous
// one. The states are in Parts.
func Chain(ts ...Transform) Transform { return chain("Chain", ts...) }

func chain(name string, ts ...Transform) Transform {
	for _, t := range ts {
		t.check("optim." + name)
	}
	ts = slices.Clone(ts)
	return Transform{
		Init: func(p Params) State {
			parts := make([]State, len(ts))
			for i, t := range ts {
				parts[i] = t.Init(p)
			}
			return State{Name: name, Vars: vars{}, Parts: parts}
		},
		Update: func(in Input, s State) ([]array, State) {
			checkParts(name, s, len(ts))
			parts := make([]State, len(ts))
			for i, t := range ts {
				in.Updates, parts[i] = t.Update(in, s.Parts[i])
			}
			return in.Updates, State{Name: name, Vars: vars{}, Parts: parts}
		},
	}
}

func checkParts(name string, s State, n int) {
	if s.Name != name || len(s.Parts) != n {
		throw("optim.Update", "the state is of %q with %d parts, the transformation is optim.%s with %d", s.Name, len(s.Parts), name, n)
	}
}

// Mask selects leaves by their path, such as .Layers[2].W, and shape.
type Mask func(path string, shape []int) bool

// Matrices is the [Mask] that selects leaves with two axes or more: weights, but not biases
// and scales.
func Matrices(path string, shape []int) bool { return len(shape) >= 2 }

// indices are the numbers of the leaves that a mask selects; all if it is nil.
func (m Mask) indices(p Params) []int {
	var idx []int
	for i, a := range p.Leaves {
		if m == nil || m(p.Paths[i], a.Shape()) {
			idx = append(idx, i)
		}
	}
	return idx
}

func (p Params) only(idx []int) Params {
	q := Params{make([]array, len(idx)), make([]string, len(idx))}
	for k, i := range idx {
		q.Leaves[k], q.Paths[k] = p.Leaves[i], p.Paths[i]
	}
	return q
}

func (in Input) only(idx []int) Input {
	us := make([]array, len(idx))
	for k, i := range idx {
		us[k] = in.Updates[i]
	}
	in.Updates, in.Params = us, in.Params.only(idx)
	return in
}

// Masked applies a transformation only to the leaves that a mask selects. The updates of the
// other leaves pass through unchanged.
func Masked(t Transform, mask Mask) Transform {
	t.check("optim.Masked")
	if mask == nil {
		throw("optim.Masked", "mask is nil")
	}
	return masked("Masked", t, mask)
}

func masked(name string, t Transform, mask Mask) Transform {
	return Transform{
		Init: func(p Params) State {
			return State{Name: name, Vars: vars{}, Parts: []State{t.Init(p.only(mask.indices(p)))}}
		},
		Update: func(in Input, s State) ([]array, State) {
			checkParts(name, s, 1)
			idx := mask.indices(in.Params)
			us, next := t.Update(in.only(idx), s.Parts[0])
			out := slices.Clone(in.Updates)
			for k, i := range idx {
				out[i] = us[k]
			}
			return out, State{Name: name, Vars: vars{}, Parts: []State{next}}
		},
	}
}

// maskedIf is t, masked if there is a mask.
func maskedIf(t Transform, mask Mask) Transform {
	if mask == nil {
		return t
	}
	return masked("Masked", t, mask)
}

// Freeze gives zero updates to the leaves that a mask selects and passes the others through.
// At the end of a chain it keeps parameters constant.
func Freeze(mask Mask) Transform {
	if mask == nil {
		throw("optim.Freeze", "mask is nil")
	}
	return masked("Freeze", SetToZero(), mask)
}

// SetToZero gives zero updates.
func SetToZero() Transform {
	return newSpec("SetToZero").stateless(func(s *step) []array { return zerosLike(s.Updates) })
}

// MultiTransform gives every leaf to one of several transformations, the one with the
// label that a function of its path and shape gives. Each of them sees only its leaves. The
// states are in Parts, in the order of the labels.
func MultiTransform(ts map[string]Transform, label func(path string, shape []int) string) Transform {
	const name, op = "MultiTransform", "optim.MultiTransform"
	if label == nil {
		throw(op, "label is nil")
	}
	for _, t := range ts {
		t.check(op)
	}
	ts = maps.Clone(ts)
	labels := slices.Sorted(maps.Keys(ts))
	split := func(p Params) [][]int {
		idx := make([][]int, len(labels))
		for i, a := range p.Leaves {
			l := label(p.Paths[i], a.Shape())
			k, ok := slices.BinarySearch(labels, l)
			if !ok {
				throw(op, "the leaf %q has the label %q, want one of %q", p.Paths[i], l, labels)
			}
			idx[k] = append(idx[k], i)
		}
		return idx
	}
	return Transform{
		Init: func(p Params) State {
			parts := make([]State, len(labels))
			for k, idx := range split(p) {
				parts[k] = ts[labels[k]].Init(p.only(idx))
			}
			return State{Name: name, Vars: vars{}, Parts: parts}
		},
		Update: func(in Input, s State) ([]array, State) {
			checkParts(name, s, len(labels))
			out, parts := slices.Clone(in.Updates), make([]State, len(labels))
			for k, idx := range split(in.Params) {
				var us []array
				us, parts[k] = ts[labels[k]].Update(in.only(idx), s.Parts[k])
				for j, i := range idx {
					out[i] = us[j]
				}
			}
			return out, State{Name: name, Vars: vars{}, Parts: parts}
		},
	}
}

// ApplyIfFinite skips updates whose gradients are not all finite: the updates are
// zero then and the state of t does not change. After more than limit of them in a row
// it passes them through. State: "notFinite", how many were not finite in a row until now,
// and "totalNotFinite", how many in all.
func ApplyIfFinite(t Transform, limit int) Transform {
	const name, op = "ApplyIfFinite", "optim.ApplyIfFinite"
	t.check(op)
	if limit < 0 {
		throw(op, "limit is %d, want 0 or more", limit)
	}
	state := func(now, total array, inner State) State {
		return State{Name: name, Vars: vars{"notFinite": {now}, "totalNotFinite": {total}}, Parts: []State{inner}}
	}
	return Transform{
		Init: func(p Params) State { return state(num.Int(0), num.Int(0), t.Init(p)) },
		Update: func(in Input, s State) ([]array, State) {
			checkParts(name, s, 1)
			ok := num.Full(num.Bool, 1)
			for _, g := range in.Updates {
				ok = ok.And(g.IsFinite().All())
			}
			now := num.Where(ok, num.Int(0), increment(s.Vars["notFinite"][0]))
			total := s.Vars["totalNotFinite"][0]
			total = num.Where(ok, total, increment(total))
			pass := ok.Or(now.Gt(num.Int(limit)))
			// Zero gradients, not only zero updates, keep NaN out of derivatives.
			zeros := zerosLike(in.Updates)
			in.Updates = choose(pass, in.Updates, zeros)
			us, next := t.Update(in, s.Parts[0])
			return choose(pass, us, zeros), state(now, total, chooseState(pass, next, s.Parts[0]))
		},
	}
}

// MultiStepsOptions configures [MultiSteps].
type MultiStepsOptions struct {
	Every Number // gradients per update, at least 1; a schedule counts updates
	Sum   bool   // add gradients up instead of averaging them
}

// MultiSteps accumulates gradients: t gets the mean of every Every gradients, and the
// updates between are zero. State: "gradients" (the mean so far), "miniStep" (how
// many are in it), "updates" (those made).
func MultiSteps(t Transform, o MultiStepsOptions) Transform {
	const name, op = "MultiSteps", "optim.MultiSteps"
	t.check(op)
	whole := bounds{func(x float64) bool { return x >= 1 && x == float64(int32(x)) }, "a whole number, 1 or more"}
	every := newNumber(op, "Every", o.Every, whole)
	type result struct {
		Updates []array
		State   State
	}
	return Transform{
		Init: func(p Params) State {
			v := vars{"gradients": zerosLike(p.Leaves), "miniStep": {num.Int(0)}, "updates": {num.Int(0)}}
			return State{Name: name, Vars: v, Parts: []State{t.Init(p)}}
		},
		Update: func(in Input, s State) ([]array, State) {
			checkParts(name, s, 1)
			mini, made := s.Vars["miniStep"][0], s.Vars["updates"][0]
			n := increment(mini)
			emit := n.Ge(every.at(made).of(num.Float64).Round().AsType(num.Int32))
			mean := each(len(in.Updates), func(i int) array {
				g, m := in.Updates[i], s.Vars["gradients"][i]
				if o.Sum {
					return m.Add(g)
				}
				return m.Add(g.Sub(m).Div(n.AsType(g.DType())))
			})
			zeros := zerosLike(mean)
			r := num.Cond(emit, func(r result) result {
				in := in
				in.Updates = r.Updates
				us, next := t.Update(in, r.State)
				return result{us, next}
			}, func(r result) result { return result{zeros, r.State} }, result{mean, s.Parts[0]})
			return r.Updates, State{Name: name, Vars: vars{
				"gradients": choose(emit, zeros, mean),
				"miniStep":  {num.Where(emit, num.Int(0), n)},
				"updates":   {num.Where(emit, increment(made), made)},
			}, Parts: []State{r.State}}
		},
	}
}
