package argmin

// FixedPointIteration repeats x ← T(x, data) until x - T(x) is small: the method of
// successive substitution, which converges linearly where T is a contraction.
type FixedPointIteration struct{}

func (FixedPointIteration) fixedPoint() definition {
	return define("FixedPointIteration", func(p *Problem) Rule[struct{}] {
		return stateless(func(it Iterate) Iterate { return p.At(it, it.X.Sub(it.Grad)) })
	})
}
