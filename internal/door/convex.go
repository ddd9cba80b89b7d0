package door

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/cone"
	"github.com/argmin-go/argmin/implicit"
	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
	"github.com/argmin-go/argmin/status"
)

// convexOptions are the options of the kinds "quadratic", "conic" and of their derivatives.
type convexOptions struct {
	Method  string  `json:"method"` // the name of the method of the root package; default its default
	Tol     float64 `json:"tol"`
	MaxIter int     `json:"maxiter"`
	// MethodOptions are the fields of the method by their names in lower case, as "no_polish".
	MethodOptions map[string]json.RawMessage `json:"method_options"`
	// Elastic, if set, lets rows be violated at a price: argmin.ElasticQP.
	Elastic *struct {
		Weight  float64 `json:"weight"`
		Squared bool    `json:"squared"`
	} `json:"elastic"`
	Batched bool `json:"batched"` // whether there is a batch, along the first axis of what is not shared
	// Shared names the arrays that all members of a batch have.
	Shared []string `json:"shared"`
	// Cones are those of a cone program, in order: the kind, and its dimension, order or exponent.
	Cones []struct {
		Kind  string  `json:"kind"`
		Dim   int     `json:"dim"`
		Alpha float64 `json:"alpha"`
	} `json:"cones"`
	Sparse map[string][2]int `json:"sparse"` // the dimensions of the matrices that are given by indptr, indices and values
}

// quadraticMethods are the methods of quadratic programs by name, conicMethods those of cone programs.
var (
	quadraticMethods = map[string]func(convexOptions) (argmin.QuadraticMethod, error){
		"ProximalInteriorPoint": configured[argmin.ProximalInteriorPoint, argmin.QuadraticMethod],
		"OSQP":                  configured[argmin.OSQP, argmin.QuadraticMethod],
		"DualActiveSet":         configured[argmin.DualActiveSet, argmin.QuadraticMethod],
		"BoxCDQP":               configured[argmin.BoxCDQP, argmin.QuadraticMethod],
		"EqualityConstrainedQP": configured[argmin.EqualityConstrainedQP, argmin.QuadraticMethod],
		"PDHG":                  configured[argmin.PDHG, argmin.QuadraticMethod],
	}
	conicMethods = map[string]func(convexOptions) (argmin.ConicMethod, error){
		"HomogeneousEmbedding": configured[argmin.HomogeneousEmbedding, argmin.ConicMethod],
	}
)

// methodOf is the method that the options name, or the default.
func methodOf[M any](o convexOptions, methods map[string]func(convexOptions) (M, error), byDefault, programs string) (m M, err error) {
	name := cmp.Or(o.Method, byDefault)
	f, ok := methods[name]
	if !ok {
		return m, fmt.Errorf("there is no method %q%s of %s programs; the methods are %s", name, suggest.Nearest(name, sortedKeys(methods)),
			programs, strings.Join(sortedKeys(methods), ", "))
	}
	if m, err = f(o); err != nil {
		return m, fmt.Errorf("%s %w", name, err)
	}
	return m, nil
}

// convexInput is what is computed from: the data of a program, a start or solution, and the cotangents of a solution.
type convexInput[P, D any] struct {
	Data  D
	Start P
	Ct    P
}

// convexOutput is a solution and how it was found.
type convexOutput[P any] struct {
	Point P
	State argmin.State
}

// compiledConvex are the functions of one choice of options, compiled for the shapes they have been called with.
type compiledConvex[P, D any] struct {
	solve *num.Jitted[convexInput[P, D], convexOutput[P]]
	pull  *num.Jitted[convexInput[P, D], D]
}

// compileConvex makes the functions of a solver, for a batch in whose input these leaves are shared. Fill sets what a point lacks to zero.
func compileConvex[P, D any](s *argmin.Solver[P, D], fill func(P, D) P, batched bool, shared num.Axes) compiledConvex[P, D] {
	solve := func(in convexInput[P, D]) (out convexOutput[P]) {
		out.Point, out.State = s.ArgminState(in.Start, in.Data)
		return out
	}
	pull := func(in convexInput[P, D]) D {
		return implicit.RootVJP(s.Optimality, fill(in.Start, in.Data), in.Data, fill(in.Ct, in.Data), nil)
	}
	if batched {
		solve, pull = num.VmapAxes(solve, shared, nil), num.VmapAxes(pull, shared, nil)
	}
	return compiledConvex[P, D]{num.Jit(solve), num.Jit(pull)}
}

// or is a, or n zeros if it is the zero Array.
func or(a num.Array, n int) num.Array {
	if a == (num.Array{}) {
		return num.Zeros(n)
	}
	return a
}

// size is the number of elements, none of the zero Array.
func size(a num.Array) int {
	if a == (num.Array{}) {
		return 0
	}
	return a.Size()
}

// fillQuadratic is a point of a quadratic program with zeros for what it lacks.
func fillQuadratic(p argmin.QPPoint, d argmin.QP) argmin.QPPoint {
	n := d.C.Size()
	return argmin.QPPoint{X: or(p.X, n), Equal: or(p.Equal, size(d.B)), Between: or(p.Between, max(size(d.H), size(d.Low))), Bounds: or(p.Bounds, n)}
}

// fillConic is a point of a cone program with zeros for what it lacks.
func fillConic(p argmin.ConePoint, d coneData) argmin.ConePoint {
	return argmin.ConePoint{X: or(p.X, d.C.Size()), S: or(p.S, d.B.Size()), Y: or(p.Y, d.B.Size())}
}

// array is the array of a name, the zero Array if it is not given.
func (r *request) array(name string) num.Array {
	r.seen[name] = true
	return r.Arrays[name]
}

// matrix is the matrix of a name, sparse if the options say so; nil if it is not given.
func (r *request) matrix(o convexOptions, name string) (argmin.Matrix, error) {
	dims, sparsely := o.Sparse[name]
	if !sparsely {
		if a := r.array(name); a != (num.Array{}) {
			return a, nil
		}
		return nil, nil
	}
	ptr, ind, values := r.array(name+".indptr"), r.array(name+".indices"), r.array(name+".values")
	for part, a := range map[string]num.Array{"indptr": ptr, "indices": ind, "values": values} {
		if a == (num.Array{}) {
			return nil, fmt.Errorf("the sparse matrix %s has no array %q", name, name+"."+part)
		}
	}
	ints := func(a num.Array) []int {
		v := a.AsType(num.Float64).Float64s()
		out := make([]int, len(v))
		for i, x := range v {
			out[i] = int(x)
		}
		return out
	}
	return sparse.New(sparse.NewPattern(dims[0], dims[1], ints(ptr), ints(ind)), values), nil
}

// sharedAxes are the axes of a batch for the arrays that are given: the first one, or none for what all members share.
func (o convexOptions) sharedAxes(fields map[string]string, given func(string) bool) (num.Axes, error) {
	axes := num.Axes{}
	for _, name := range o.Shared {
		field, ok := fields[name]
		if !ok {
			return nil, fmt.Errorf("shared names %q%s, which is no array of the program", name, suggest.Nearest(name, sortedKeys(fields)))
		}
		if given(name) {
			axes[field] = num.Shared
		}
	}
	return axes, nil
}

// key is the text by which compiled functions are found again: all that they depend on, but for shapes and numbers.
func (r *request) key() string {
	names := sortedKeys(r.Arrays)
	return strings.Join(append([]string{r.Kind, string(r.Options)}, names...), "\x00")
}

var quadraticFields = map[string]string{"Q": ".Data.Q", "c": ".Data.C", "A": ".Data.A", "b": ".Data.B", "G": ".Data.G", "low": ".Data.Low", "h": ".Data.H",
	"lower": ".Data.Lower", "upper": ".Data.Upper", "x": ".Start.X", "y": ".Start.Equal", "z": ".Start.Between", "w": ".Start.Bounds"}

var quadratics = newCache[compiledConvex[argmin.QPPoint, argmin.QP]](64)

// readQuadratic reads a quadratic program, and compiles its functions unless they are.
func readQuadratic(r *request) (in convexInput[argmin.QPPoint, argmin.QP], f compiledConvex[argmin.QPPoint, argmin.QP], err error) {
	var o convexOptions
	if err = r.options(&o); err != nil {
		return
	}
	d := &in.Data
	for name, to := range map[string]*argmin.Matrix{"Q": &d.Q, "A": &d.A, "G": &d.G} {
		if *to, err = r.matrix(o, name); err != nil {
			return
		}
	}
	for name, to := range map[string]*num.Array{"c": &d.C, "b": &d.B, "low": &d.Low, "h": &d.H, "lower": &d.Lower, "upper": &d.Upper,
		"x": &in.Start.X, "y": &in.Start.Equal, "z": &in.Start.Between, "w": &in.Start.Bounds,
		"dx": &in.Ct.X, "dy": &in.Ct.Equal, "dz": &in.Ct.Between, "dw": &in.Ct.Bounds} {
		*to = r.array(name)
	}
	if err = r.unknown(); err != nil {
		return
	}
	f, err = quadratics.of(r.key(), func() (f compiledConvex[argmin.QPPoint, argmin.QP], err error) {
		method, err := methodOf(o, quadraticMethods, "ProximalInteriorPoint", "quadratic")
		if err != nil {
			return f, err
		}
		axes, err := o.sharedAxes(quadraticFields, func(name string) bool {
			return r.Arrays[name] != (num.Array{}) || r.Arrays[name+".values"] != (num.Array{})
		})
		if err != nil {
			return f, err
		}
		program := func(q argmin.QP) argmin.QP { return q }
		if e := o.Elastic; e != nil {
			program = func(q argmin.QP) argmin.QP {
				return argmin.ElasticQP(q, num.Full(q.C.DType(), e.Weight), e.Squared)
			}
		}
		s := argmin.Quadratic(program, method, argmin.Options{Tol: o.Tol, MaxIter: o.MaxIter})
		return compileConvex(s, fillQuadratic, o.Batched, axes), nil
	})
	return in, f, err
}

// solveQuadratic is argmin.Quadratic. Arrays: Q, c, A, b, G, low, h, lower, upper as in argmin.QP, matrices dense or as Q.indptr, Q.indices and
// Q.values, and a start x, y, z, w. In a batch each has its members along the first axis, but for those that are shared. The result has the
// solution x, the multipliers y of A x = b, z of low ≤ G x ≤ h and w of the bounds, the value, and for each member a code of status.
func solveQuadratic(ctx context.Context, r *request) (Result, error) {
	in, f, err := readQuadratic(r)
	if err != nil {
		return Result{}, err
	}
	out, err := f.solve.CallContext(ctx, in)
	if err != nil {
		return Result{}, err
	}
	p := out.Point
	return convexResult(out.State, map[string]num.Array{"x": p.X, "y": p.Equal, "z": p.Between, "w": p.Bounds}), nil
}

// pullQuadratic is the derivative of a solution, backwards: from cotangents dx, dy, dz, dw of a solution x, y, z, w of the program to those of
// its data, by the names of these.
func pullQuadratic(ctx context.Context, r *request) (Result, error) {
	in, f, err := readQuadratic(r)
	if err != nil {
		return Result{}, err
	}
	d, err := f.pull.CallContext(ctx, in)
	if err != nil {
		return Result{}, err
	}
	return dataResult(map[string]num.Array{"c": d.C, "b": d.B, "low": d.Low, "h": d.H, "lower": d.Lower, "upper": d.Upper},
		map[string]argmin.Matrix{"Q": d.Q, "A": d.A, "G": d.G}), nil
}

// convexResult is a solution with the state of its search.
func convexResult(s argmin.State, arrays map[string]num.Array) Result {
	arrays["value"], arrays["code"], arrays["nit"], arrays["error"] = s.Value, s.Code, s.NIter, s.Error
	return Result{Info: map[string]any{"codes": codeNames()}, Arrays: given(arrays)}
}

// codeNames are the names of the codes of package status, by their numbers.
func codeNames() (names []string) {
	for c := status.Running; c <= status.NotConvex; c++ {
		names = append(names, c.String())
	}
	return names
}

// dataResult has the cotangents of the arrays and matrices that a program has.
func dataResult(arrays map[string]num.Array, matrices map[string]argmin.Matrix) Result {
	for name, m := range matrices {
		switch m := m.(type) {
		case num.Array:
			arrays[name] = m
		case sparse.Matrix:
			arrays[name+".values"] = m.Values
		}
	}
	return Result{Arrays: given(arrays)}
}

// given are the arrays that are not the zero Array.
func given(arrays map[string]num.Array) map[string]num.Array {
	for name, a := range arrays {
		if a == (num.Array{}) {
			delete(arrays, name)
		}
	}
	return arrays
}

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

var conicFields = map[string]string{"Q": ".Data.Q", "c": ".Data.C", "A": ".Data.A", "b": ".Data.B",
	"x": ".Start.X", "s": ".Start.S", "y": ".Start.Y"}

// coneData are the data of a cone program without its cones.
type coneData struct {
	Q argmin.Matrix
	C num.Array
	A argmin.Matrix
	B num.Array
}

var conics = newCache[compiledConvex[argmin.ConePoint, coneData]](64)

// cones are the cones of the options.
func (o convexOptions) cones() (list []cone.Cone, err error) {
	makers := map[string]func(n int, alpha float64) cone.Cone{
		"zero":         func(n int, _ float64) cone.Cone { return cone.Zero(n) },
		"nonnegative":  func(n int, _ float64) cone.Cone { return cone.NonNegative(n) },
		"second-order": func(n int, _ float64) cone.Cone { return cone.SecondOrder(n) },
		"psd":          func(n int, _ float64) cone.Cone { return cone.PSD(n) },
		"exponential":  func(int, float64) cone.Cone { return cone.Exponential() },
		"power":        func(_ int, alpha float64) cone.Cone { return cone.Power(alpha) },
	}
	for i, c := range o.Cones {
		f, ok := makers[c.Kind]
		if !ok {
			return nil, fmt.Errorf("cone %d is of the kind %q%s; the kinds are %s", i, c.Kind, suggest.Nearest(c.Kind, sortedKeys(makers)),
				strings.Join(sortedKeys(makers), ", "))
		}
		list = append(list, f(c.Dim, c.Alpha))
	}
	return list, nil
}

// readConic reads a cone program, and compiles its functions unless they are.
func readConic(r *request) (in convexInput[argmin.ConePoint, coneData], f compiledConvex[argmin.ConePoint, coneData], err error) {
	var o convexOptions
	if err = r.options(&o); err != nil {
		return
	}
	d := &in.Data
	for name, to := range map[string]*argmin.Matrix{"Q": &d.Q, "A": &d.A} {
		if *to, err = r.matrix(o, name); err != nil {
			return
		}
	}
	for name, to := range map[string]*num.Array{"c": &d.C, "b": &d.B, "x": &in.Start.X, "s": &in.Start.S, "y": &in.Start.Y,
		"dx": &in.Ct.X, "ds": &in.Ct.S, "dy": &in.Ct.Y} {
		*to = r.array(name)
	}
	switch {
	case d.A == nil:
		err = fmt.Errorf("%s has no array \"A\"", r.Kind)
	case d.C == (num.Array{}) || d.B == (num.Array{}):
		err = fmt.Errorf("%s needs the arrays \"c\" and \"b\"", r.Kind)
	default:
		err = r.unknown()
	}
	if err != nil {
		return
	}
	f, err = conics.of(r.key(), func() (f compiledConvex[argmin.ConePoint, coneData], err error) {
		cones, err := o.cones()
		if err != nil {
			return f, err
		}
		method, err := methodOf(o, conicMethods, "HomogeneousEmbedding", "cone")
		if err != nil {
			return f, err
		}
		axes, err := o.sharedAxes(conicFields, func(name string) bool {
			return r.Arrays[name] != (num.Array{}) || r.Arrays[name+".values"] != (num.Array{})
		})
		if err != nil {
			return f, err
		}
		program := func(d coneData) argmin.ConeProgram {
			return argmin.ConeProgram{Q: d.Q, C: d.C, A: d.A, B: d.B, Cones: cones}
		}
		s := argmin.Conic(program, method, argmin.Options{Tol: o.Tol, MaxIter: o.MaxIter})
		return compileConvex(s, fillConic, o.Batched, axes), nil
	})
	return in, f, err
}

// solveConic is argmin.Conic. Arrays: Q, c, A, b as in argmin.ConeProgram, matrices dense or as for solveQuadratic, and a start x, s, y. Batches are
// as there. The result has the solution x, the slacks s, the multipliers y, the value, and for each member a code of status.
func solveConic(ctx context.Context, r *request) (Result, error) {
	in, f, err := readConic(r)
	if err != nil {
		return Result{}, err
	}
	out, err := f.solve.CallContext(ctx, in)
	if err != nil {
		return Result{}, err
	}
	return convexResult(out.State, map[string]num.Array{"x": out.Point.X, "s": out.Point.S, "y": out.Point.Y}), nil
}

// pullConic is the derivative of a solution, backwards: from cotangents dx, ds, dy of a solution x, s, y to those of the data.
func pullConic(ctx context.Context, r *request) (Result, error) {
	in, f, err := readConic(r)
	if err != nil {
		return Result{}, err
	}
	d, err := f.pull.CallContext(ctx, in)
	if err != nil {
		return Result{}, err
	}
	return dataResult(map[string]num.Array{"c": d.C, "b": d.B}, map[string]argmin.Matrix{"Q": d.Q, "A": d.A}), nil
}
