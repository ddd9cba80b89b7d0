package verify

import "math"

// collapsed reports whether the method ended with a simplex that does not see the slopes: over its extent they would
// change the value many times as much as the values at its vertices differ, so that it lies in a plane on which the function is
// nearly constant. What the value has fallen by since the start is no excuse for that; see stands. The factor is our choice.
func (p *point) collapsed() bool {
	const many = 100
	if len(p.o.Simplex) == 0 || p.jac != nil || p.slope <= valueFlat*math.Abs(p.f) {
		return false
	}
	extent, spread := 0.0, 10*p.r.FuncError()*math.Abs(p.f)
	for k, v := range p.o.Simplex {
		spread = max(spread, p.o.SimplexFun[k]-p.o.SimplexFun[0])
		for i, x := range v {
			extent = max(extent, math.Abs(x-p.o.Simplex[0][i])/p.size[i])
		}
	}
	return p.slope*extent > many*spread
}
