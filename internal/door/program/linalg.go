package program

import (
	"math"
	"slices"

	"github.com/argmin-go/argmin/num"
)

var nan = math.NaN()

var _ = add(map[string]rule{
	"dot_general": func(c *call) []num.Array {
		p := params[struct {
			Contract [2][]int `json:"contract"`
			Batch    [2][]int `json:"batch"`
			DType    string   `json:"preferred_element_type"`
		}](c)
		a, b := c.arguments(2)[0], c.x[1]
		d := a.DType()
		if p.DType != "" {
			d = dtypeOf(p.DType)
		}
		if a.DType() != b.DType() || d.Size() > a.DType().Size() { // else the sum is rounded
			a, b = a.AsType(d), b.AsType(d)
		}
		if !a.DType().IsFloat() {
			return []num.Array{dotIntegers(a, b, p.Contract, p.Batch).AsType(d)}
		}
		return []num.Array{num.DotGeneral(a, b, p.Contract, p.Batch).AsType(d)}
	},
	"matmul": two(num.Array.MatMul),
	"einsum": func(c *call) []num.Array {
		return []num.Array{num.Einsum(params[struct{ Spec string }](c).Spec, c.arguments(1)...)}
	},
	"conv_general_dilated": convolution,
	"cholesky": one(func(a num.Array) num.Array { // of which lax reads the lower triangle
		return num.Cholesky(num.Tril(a, 0).Add(num.Tril(a, -1).MatT()))
	}),
	"solve": two(num.Solve),
	"inv":   one(num.Inv),
	"det":   one(num.Det),
	"slogdet": func(c *call) []num.Array {
		sign, log := num.SLogDet(c.arguments(1)[0])
		return []num.Array{sign, log}
	},
	"triangular_solve": func(c *call) []num.Array {
		p := params[struct {
			Left  bool `json:"left_side"`
			Lower bool `json:"lower"`
			Trans bool `json:"transpose_a"`
			Unit  bool `json:"unit_diagonal"`
		}](c)
		a, b := c.arguments(2)[0], c.x[1]
		if p.Left {
			return []num.Array{num.SolveTriangular(a, b, num.Triangle{Lower: p.Lower, Trans: p.Trans, Unit: p.Unit})}
		}
		// X A = B is Aᵀ Xᵀ = Bᵀ.
		return []num.Array{num.SolveTriangular(a, b.MatT(), num.Triangle{Lower: p.Lower, Trans: !p.Trans, Unit: p.Unit}).MatT()}
	},
	"lu": func(c *call) []num.Array {
		a := c.arguments(1)[0]
		l, u, perm := num.LU(a)
		return []num.Array{packed(l, u), pivots(perm, min(a.Shape()[a.Rank()-2], a.Shape()[a.Rank()-1])), perm}
	},
	"lu_pivots_to_permutation": func(c *call) []num.Array {
		p := params[struct {
			N int `json:"permutation_size"`
		}](c)
		return []num.Array{permutation(c.arguments(1)[0], p.N)}
	},
	"qr": func(c *call) []num.Array {
		p := params[fullParams](c)
		a := c.arguments(1)[0]
		if m, n := a.Shape()[a.Rank()-2], a.Shape()[a.Rank()-1]; p.Full && m > n {
			throw("qr of a matrix with more rows than columns has only the reduced factors, and full_matrices is set")
		}
		q, r := num.QR(a)
		return []num.Array{q, r}
	},
	"eigh": func(c *call) []num.Array {
		w, v := num.Eigh(c.arguments(1)[0])
		return []num.Array{v, w}
	},
	"eigvalsh": one(num.EigvalsH),
	"svd": func(c *call) []num.Array {
		p := params[fullParams](c)
		a := c.arguments(1)[0]
		if !p.Vectors {
			return []num.Array{num.Svdvals(a)}
		}
		if p.Full && a.Shape()[a.Rank()-2] != a.Shape()[a.Rank()-1] {
			throw("svd of a matrix that is not square has only the reduced factors, and full_matrices is set")
		}
		u, s, vt := num.SVD(a)
		return []num.Array{s, u, vt}
	},
	"custom_linear_solve": linearSolve,
})

// dotIntegers is num.DotGeneral for integers, by a sum of products: batch axes, the others of a, the others of b, then those summed.
func dotIntegers(a, b num.Array, contract, batch [2][]int) num.Array {
	rest := func(x num.Array, used ...int) (axes []int) {
		for i := range x.Rank() {
			if !slices.Contains(used, i) {
				axes = append(axes, i)
			}
		}
		return axes
	}
	ra := rest(a, slices.Concat(contract[0], batch[0])...)
	rb := rest(b, slices.Concat(contract[1], batch[1])...)
	a = transpose(a, slices.Concat(batch[0], ra, contract[0]))
	b = transpose(b, slices.Concat(batch[1], rb, contract[1]))
	n, c := len(batch[0]), len(contract[0])
	shape := a.Shape()
	a = a.Reshape(slices.Concat(shape[:n+len(ra)], slices.Repeat([]int{1}, len(rb)), shape[n+len(ra):])...)
	shape = b.Shape()
	b = b.Reshape(slices.Concat(shape[:n], slices.Repeat([]int{1}, len(ra)), shape[n:])...)
	y := a.Mul(b)
	axes := make([]int, c)
	for i := range axes {
		axes[i] = y.Rank() - c + i
	}
	if c == 0 {
		return y
	}
	return y.Sum(axes...)
}

type fullParams struct {
	Full    bool `json:"full_matrices"`
	Vectors bool `json:"compute_uv"`
}

// packed has the multipliers of l below the diagonal and u above.
func packed(l, u num.Array) num.Array {
	m, n := l.Shape()[l.Rank()-2], u.Shape()[u.Rank()-1]
	k := l.Shape()[l.Rank()-1]
	low := num.Tril(l, -1)
	up := num.Triu(u, 0)
	wide := func(a num.Array) num.Array { // zeros up to m×n
		lo, hi := make([]int, a.Rank()), make([]int, a.Rank())
		hi[a.Rank()-2], hi[a.Rank()-1] = m-a.Shape()[a.Rank()-2], n-a.Shape()[a.Rank()-1]
		return a.Pad(lo, hi)
	}
	if k == n && k == m {
		return low.Add(up)
	}
	return wide(low).Add(wide(up))
}

// pivots are LAPACK's: row i was exchanged with row pivots[i], one exchange after the other. Batches are mapped over.
func pivots(perm num.Array, k int) num.Array {
	if perm.Rank() > 1 {
		return num.Vmap(func(p num.Array) num.Array { return pivots(p, k) })(perm)
	}
	n := perm.Size()
	type state struct{ Rows, Pivots num.Array }
	s := num.ForLoop(0, k, func(i num.Array, s state) state {
		want := perm.Take(i, 0)
		at := s.Rows.Eq(want).AsType(num.Int32).ArgMax(0)
		other := s.Rows.Take(i, 0)
		rows := s.Rows.Put(at.Reshape(1), other.Reshape(1), 0).Put(i.Reshape(1), want.Reshape(1), 0)
		return state{rows, s.Pivots.Put(i.Reshape(1), at.Reshape(1), 0)}
	}, state{num.Arange(num.Int32, 0, n), num.Full(num.Int32, 0, k)})
	return s.Pivots
}

// permutation is the order of n rows after exchanges.
func permutation(pivots num.Array, n int) num.Array {
	if pivots.Rank() > 1 {
		return num.Vmap(func(p num.Array) num.Array { return permutation(p, n) })(pivots)
	}
	return num.ForLoop(0, pivots.Size(), func(i, rows num.Array) num.Array {
		at := pivots.Take(i, 0)
		a, b := rows.Take(i, 0), rows.Take(at, 0)
		return rows.Put(i.Reshape(1), b.Reshape(1), 0).Put(at.Reshape(1), a.Reshape(1), 0)
	}, num.Arange(num.Int32, 0, n))
}

// linearSolve is lax's custom_linear_solve: programs for the product, the solution and the one with the transposed map.
func linearSolve(c *call) []num.Array {
	p := params[struct {
		MatVec *Program `json:"matvec"`
		Solve  *Program `json:"solve"`
		TSolve *Program `json:"transpose_solve"`
		Same   bool     `json:"symmetric"`
	}](c)
	shapes := make([][]int, len(c.x))
	for i, b := range c.x {
		shapes[i] = b.Shape()
	}
	split := func(flat num.Array) []num.Array {
		y, at := make([]num.Array, len(shapes)), 0
		for i, s := range shapes {
			n := num.Zeros(s...).Size()
			y[i], at = flat.Range(at, at+n).Reshape(s...), at+n
		}
		return y
	}
	join := func(x []num.Array) num.Array { flat, _ := num.Ravel(x); return flat }
	solves := []*Program{p.Solve, p.TSolve}
	if p.Same || p.TSolve == nil {
		solves = []*Program{p.Solve}
	}
	var linear num.LinearSolver
	if p.Same || p.TSolve != nil { // num asks for the solution first, then for the one with the transposed map
		linear = func(_ func(num.Array) num.Array, b num.Array) num.Array {
			s := solves[0]
			if len(solves) > 1 {
				solves = solves[1:]
			}
			return join(c.inner(s)(split(b)))
		}
	}
	return num.CustomLinearSolve(c.inner(p.MatVec), c.x, linear, p.Same)
}

// convolution is lax's conv_general_dilated, whose axes are in any order.
func convolution(c *call) []num.Array {
	p := params[struct {
		Strides   []int    `json:"window_strides"`
		Pad       [][2]int `json:"padding"`
		Dilation  []int    `json:"lhs_dilation"`
		RDilation []int    `json:"rhs_dilation"`
		LHS       []int    `json:"lhs_spec"`
		RHS       []int    `json:"rhs_spec"`
		Out       []int    `json:"out_spec"`
		Groups    int      `json:"feature_group_count"`
	}](c)
	x, w := transpose(c.arguments(2)[0], p.LHS), transpose(c.x[1], p.RHS)
	for i, q := range p.Pad {
		if q[0] < 0 || q[1] < 0 {
			throw("conv_general_dilated has the padding %v along spatial axis %d, want no negative one", q, i)
		}
	}
	y := num.Conv(x, w, num.ConvOptions{Strides: p.Strides, Pad: p.Pad, LHSDilation: p.Dilation, RHSDilation: p.RDilation, Groups: p.Groups})
	back := make([]int, len(p.Out))
	for i, k := range p.Out {
		back[k] = i
	}
	return []num.Array{transpose(y, back)}
}

// window are the parameters of reductions over windows.
type window struct {
	Size     []int    `json:"window_dimensions"`
	Strides  []int    `json:"window_strides"`
	Pad      [][2]int `json:"padding"`
	Base     []int    `json:"base_dilation"`
	Dilation []int    `json:"window_dilation"`
}

var _ = add(map[string]rule{
	"reduce_window_sum": windows(func(num.DType) float64 { return 0 }, num.Array.Add),
	"reduce_window_max": windows(lowest, num.Maximum),
	"reduce_window_min": windows(highest, num.Minimum),
})

func lowest(d num.DType) float64 {
	switch d {
	case num.Int32:
		return math.MinInt32
	case num.Int64:
		return math.MinInt64
	case num.Uint32, num.Bool:
		return 0
	}
	return math.Inf(-1)
}

func highest(d num.DType) float64 {
	switch d {
	case num.Int32:
		return math.MaxInt32
	case num.Uint32:
		return math.MaxUint32
	case num.Bool:
		return 1
	}
	return math.Inf(1)
}

// windows is the rule of a reduction over windows: one shifted slice for each place in a window, joined one after the other.
func windows(empty func(num.DType) float64, join func(a, b num.Array) num.Array) rule {
	return func(c *call) []num.Array {
		p := params[window](c)
		x := c.arguments(1)[0]
		config := make([][3]int, x.Rank())
		for i := range config {
			config[i] = [3]int{p.Pad[i][0], p.Pad[i][1], p.Base[i] - 1}
		}
		x = pad(x, num.Full(x.DType(), empty(x.DType())), config)
		count := make([]int, x.Rank())
		for i, n := range x.Shape() {
			count[i] = max(0, (n-(p.Size[i]-1)*p.Dilation[i]-1)/p.Strides[i]+1)
		}
		var y num.Array
		at := make([]int, x.Rank())
		for first := true; first || !slices.Equal(at, make([]int, len(at))); first = false {
			start, limit := make([]int, len(at)), make([]int, len(at))
			for i, k := range at {
				start[i] = k * p.Dilation[i]
				limit[i] = start[i] + max(0, (count[i]-1)*p.Strides[i]+1)
			}
			part := cut(x, start, limit, p.Strides)
			if first {
				y = part
			} else {
				y = join(y, part)
			}
			for i := len(at) - 1; i >= 0; i-- { // the next place
				if at[i]++; at[i] < p.Size[i] {
					break
				}
				at[i] = 0
			}
		}
		return []num.Array{y}
	}
}
