package samples

import (
	"math/rand/v2"

	"github.com/argmin-go/argmin/internal/core/ad"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
)

type vals = []*ir.Value

// program traces a rule for a sample.
func program(in []ir.Type, f func(x vals) vals) *ir.Program { return ad.Closed("sample", in, f) }

func vec(d ir.DType, n int) ir.Type { return ir.T(d, n) }

func num(v *ir.Value, x float64) *ir.Value { return ir.Full(v.Type, x) }

// scanSample is c, y = sin(c) w + x, c x with a counter in the carry.
func scanSample(n int, reverse bool) func(d ir.DType) ir.Op {
	return func(d ir.DType) ir.Op {
		body := program([]ir.Type{vec(d, 2), vec(d, 2), ir.T(ir.Int32), vec(d, 2)}, func(x vals) vals {
			w, c, i, v := x[0], x[1], x[2], x[3]
			return vals{prim.Add(prim.Mul(prim.Sin(c), w), v), prim.Add(i, ir.Scalar(ir.Int32, 1)), prim.Mul(c, v)}
		})
		return prim.ScanOp{Body: body, NConst: 1, NCarry: 2, Len: n, Reverse: reverse}
	}
}

// whileSample multiplies x by w until its largest number exceeds 50.
func whileSample(limit int) func(d ir.DType) ir.Op {
	return func(d ir.DType) ir.Op {
		cond := program([]ir.Type{vec(d, 2)}, func(x vals) vals {
			return vals{prim.Lt(prim.ReduceMax(x[0], 0), ir.Scalar(d, 50))}
		})
		body := program([]ir.Type{vec(d, 2), vec(d, 2)}, func(x vals) vals {
			return vals{prim.Add(prim.Mul(x[1], num(x[1], 3)), prim.Sin(x[0]))}
		})
		return prim.WhileOp{Cond: cond, Body: body, NBody: 1, Max: limit}
	}
}

func switchSample(d ir.DType) ir.Op {
	in := []ir.Type{vec(d, 2), vec(d, 2)}
	return prim.SwitchOp{Branches: []*ir.Program{
		program(in, func(x vals) vals { return vals{prim.Sin(x[0]), x[1]} }),
		program(in, func(x vals) vals { return vals{prim.Mul(x[0], x[1]), ir.Full(x[0].Type, 2)} }),
		program(in, func(x vals) vals { return vals{prim.Exp(x[1]), prim.Mul(x[0], x[0])} }),
	}}
}

// linearSolveSample is (A + 6) x = b, with the matrix and b as operands.
func linearSolveSample(d ir.DType) ir.Op {
	in := []ir.Type{ir.T(d, 2, 2), vec(d, 2)}
	matvec := func(transposed bool) func(a, x *ir.Value) *ir.Value {
		return func(a, x *ir.Value) *ir.Value {
			axis := 1
			if transposed {
				axis = 0
			}
			return prim.Add(prim.DotGeneral(a, x, []int{axis}, []int{0}, nil, nil), prim.Mul(x, num(x, 6)))
		}
	}
	multiply := func(transposed bool) *ir.Program {
		return program(in, func(x vals) vals { return vals{matvec(transposed)(x[0], x[1])} })
	}
	solve := func(transposed bool) *ir.Program {
		return program(in, func(x vals) vals {
			return denseSolve(func(v vals) vals { return vals{matvec(transposed)(x[0], v[0])} }, nil, vals{x[1]}, false)
		})
	}
	return prim.LinearSolveOp{MatVec: multiply(false), VecMat: multiply(true), Solve: solve(false), TSolve: solve(true), NConst: 1}
}

// rootSample is x³ + x = a, whose root Run finds by Newton's method.
func rootSample(d ir.DType) ir.Op {
	f := func(x, a *ir.Value) *ir.Value { return prim.Sub(prim.Add(prim.Mul(x, prim.Mul(x, x)), x), a) }
	run := program([]ir.Type{vec(d, 2)}, func(z vals) vals {
		x := num(z[0], 1)
		for range 12 {
			x = prim.Sub(x, prim.Div(f(x, z[0]), prim.Add(prim.Mul(num(x, 3), prim.Mul(x, x)), num(x, 1))))
		}
		return vals{x}
	})
	cond := program([]ir.Type{vec(d, 2), vec(d, 2)}, func(z vals) vals { return vals{f(z[0], z[1])} })
	op, _ := prim.NewRoot(run, cond, nil, nil, 1, prim.RootCheck{}, prim.RootGuide{}, prim.Solver{Solve: denseSolve})
	return op
}

// implicitSample is (A + 6)⁻¹ (v · c), with the matrix, c and v as operands.
func implicitSample(d ir.DType) ir.Op {
	s := linearSolveSample(d).(prim.LinearSolveOp)
	in := []ir.Type{ir.T(d, 2, 2), vec(d, 2), vec(d, 2)}
	// The same programs with c as another constant.
	with := func(p *ir.Program) *ir.Program {
		return program(in, func(x vals) vals { return ir.Inline(p, vals{x[0], x[2]}) })
	}
	b := program(in, func(x vals) vals { return vals{prim.Mul(x[1], x[2])} })
	mat, vec, solve, back := with(s.MatVec), with(s.VecMat), with(s.Solve), with(s.TSolve)
	least := program(in, func(x vals) vals { return vals{ir.Inline(back, x)[0], num(x[2], 0)} }) // nothing is taken to zero
	forward := program(in, func(x vals) vals {
		op := prim.LinearSolveOp{MatVec: mat, VecMat: vec, Solve: solve, TSolve: back, NConst: 2}
		return ir.Apply(op, x[0], x[1], ir.Inline(b, x)[0])
	})
	return prim.ImplicitOp{Forward: forward, B: b, NConst: 2,
		Trans: prim.LinearSolveOp{MatVec: vec, VecMat: mat, Solve: least, TSolve: solve, NConst: 2, Exact: back}}
}

// denseSolve solves for a vector of two numbers, by the columns of the matrix.
func denseSolve(matvec, _ func(vals) vals, b vals, _ bool) vals {
	one, zero := ir.Full(ir.T(b[0].DType, 1), 1), ir.Full(ir.T(b[0].DType, 1), 0)
	rows := prim.Concat(0, matvec(vals{prim.Concat(0, one, zero)})[0], matvec(vals{prim.Concat(0, zero, one)})[0])
	a := prim.Transpose(prim.Reshape(rows, []int{2, 2}), []int{1, 0})
	return vals{prim.Reshape(ir.Apply1(prim.SolveOp{}, a, prim.Reshape(b[0], []int{2, 1})), []int{2})}
}

func int32Scalar(n int) *ir.Value { return ir.Scalar(ir.Int32, float64(n)) }

func loops(add func(Sample)) {
	for _, n := range []int{0, 1, 3} {
		for _, reverse := range []bool{false, true} {
			build := scanSample(n, reverse)
			add(Sample{Op: build(ir.Float64), Build: build, Gen: func(rng *rand.Rand, d ir.DType) vals {
				return vals{Uniform(rng, d, []int{2}, -2, 2), Uniform(rng, d, []int{2}, -2, 2), int32Scalar(4), Uniform(rng, d, []int{n, 2}, -2, 2)}
			}})
		}
	}
	for _, limit := range []int{0, 3, 10} {
		build := whileSample(limit)
		add(Sample{Op: build(ir.Float64), Build: build, NoReverse: limit == 0, Tol: 10, Gen: func(rng *rand.Rand, d ir.DType) vals {
			lo := 1.0
			if limit == 3 {
				lo = 3 // three steps are enough
			}
			return vals{Uniform(rng, d, []int{2}, -1, 1), Uniform(rng, d, []int{2}, lo, 4)}
		}})
	}
	lanes := func(d ir.DType) ir.Op {
		w := whileSample(10)(d)
		return prim.LanesOp{Prog: program([]ir.Type{vec(d, 2), vec(d, 2)}, func(x vals) vals { return ir.Apply(w, x...) }),
			In: []bool{false, true}, N: 4}
	}
	add(Sample{Op: lanes(ir.Float64), Build: lanes, Tol: 10, Gen: func(rng *rand.Rand, d ir.DType) vals {
		return vals{Uniform(rng, d, []int{2}, -1, 1), Uniform(rng, d, []int{4, 2}, 1, 4)}
	}})
}

func branches(add func(Sample)) {
	for k := range 3 {
		add(Sample{Op: switchSample(ir.Float64), Build: switchSample, Gen: func(rng *rand.Rand, d ir.DType) vals {
			return vals{int32Scalar(k + rng.IntN(2)), Uniform(rng, d, []int{2}, -2, 2), Uniform(rng, d, []int{2}, -2, 2)}
		}})
	}
}

func custom(add func(Sample)) {
	checkpoint := func(d ir.DType) ir.Op {
		return prim.CheckpointOp{Prog: program([]ir.Type{vec(d, 3), vec(d, 3)}, func(x vals) vals {
			return vals{prim.Mul(prim.Sin(x[0]), prim.Exp(x[1])), x[0]}
		})}
	}
	add(Sample{Op: checkpoint(ir.Float64), Build: checkpoint, In: [][]int{{3}, {3}}, Lo: -1, Hi: 1})
	portable := func(d ir.DType) ir.Op { // x² by two programs
		one := []ir.Type{vec(d, 3)}
		return prim.PortableOp{Native: program(one, func(x vals) vals { return vals{prim.Mul(x[0], x[0])} }),
			Portable: program(one, func(x vals) vals { return vals{prim.Mul(prim.Neg(x[0]), prim.Neg(x[0]))} })}
	}
	add(Sample{Op: portable(ir.Float64), Build: portable, In: [][]int{{3}}, Lo: -1, Hi: 1})
	customJVP := func(d ir.DType) ir.Op { // tanh with its derivative from the output
		one := []ir.Type{vec(d, 3)}
		return prim.CustomJVPOp{Primal: program(one, func(x vals) vals { return vals{prim.Tanh(x[0])} }),
			Rule: program([]ir.Type{vec(d, 3), vec(d, 3)}, func(x vals) vals {
				y := prim.Tanh(x[0])
				return vals{prim.Mul(x[1], prim.Sub(num(y, 1), prim.Mul(y, y)))}
			})}
	}
	add(Sample{Op: customJVP(ir.Float64), Build: customJVP, In: [][]int{{3}}, Lo: -1, Hi: 1})
	customVJP := func(d ir.DType) ir.Op {
		one, two := []ir.Type{vec(d, 3)}, []ir.Type{vec(d, 3), vec(d, 3)}
		return prim.CustomVJPOp{Primal: program(one, func(x vals) vals { return vals{prim.Tanh(x[0])} }),
			Forward: program(one, func(x vals) vals { y := prim.Tanh(x[0]); return vals{y, y} }),
			Backward: program(two, func(x vals) vals {
				return vals{prim.Mul(x[1], prim.Sub(num(x[0], 1), prim.Mul(x[0], x[0])))}
			})}
	}
	add(Sample{Op: customVJP(ir.Float64), Build: customVJP, In: [][]int{{3}}, Lo: -1, Hi: 1})
}

func solves(add func(Sample)) {
	add(Sample{Op: linearSolveSample(ir.Float64), Build: linearSolveSample, In: [][]int{{2, 2}, {2}}, Lo: -2, Hi: 2})
	add(Sample{Op: implicitSample(ir.Float64), Build: implicitSample, In: [][]int{{2, 2}, {2}, {2}}, Lo: -2, Hi: 2})
	add(Sample{Op: prim.CheckOp{Msg: "never"}, Gen: func(rng *rand.Rand, d ir.DType) vals {
		return vals{Uniform(rng, d, []int{3}, -1, 1), ir.Scalar(ir.Bool, 1), ir.Scalar(d, 0)}
	}})
	add(Sample{Op: rootSample(ir.Float64), Build: rootSample, In: [][]int{{2}}, Lo: -1, Hi: 2})
}

func callbacks(add func(Sample)) {
	double := &prim.CallbackOp{What: "sample", Out: []ir.Type{vec(ir.Int32, 2)}, F: func(in []*ir.Data) ([]*ir.Data, error) {
		return []*ir.Data{ir.NewData(vec(ir.Int32, 2), ir.Of([]int32{1, 2}))}, nil
	}}
	add(Sample{Op: double, In: [][]int{{2}}, Lo: -1, Hi: 1})
	add(Sample{Op: prim.ObserveOp{CallbackOp: &prim.CallbackOp{What: "sample",
		F: func([]*ir.Data) ([]*ir.Data, error) { return nil, nil }}}, In: [][]int{{2}}, Lo: -1, Hi: 1})
}
