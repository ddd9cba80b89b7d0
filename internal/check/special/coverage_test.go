package special

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/num"
)

// exempt are the exported functions without rows, by the reason.
var exempt = map[string]string{
	"arrays are made or given back unchanged": `New Vector Scalar Const Int Full Zeros Ones Eye Linspace Arange StopGradient AsType Shard Replicate`,
	"elements move, or other elements take their place; no number is computed": `Reshape T MatT ExpandDims Squeeze BroadcastTo Tile
		Repeat Pad Flip Roll Concat Stack Index Range At Set AddAt Take TakeAlong Put PutAdd DynamicSlice DynamicUpdateSlice Where Diag
		FromDiag Tril Triu Ravel Bitcast`,
	"each part is the projection onto one of the other cones": `projection.Cones`,
	"the result is bool or of integers":                       `Eq Ne Lt Le Gt Ge IsFinite And Or Xor Not ShiftLeft ShiftRight All Any Argsort ArgMax ArgMin`,
	"the result is no array":                                  `ToSlice Try`,
	"random": `NewKey Split FoldIn Bits Uniform Normal Gumbel Bernoulli RandInt Permutation Categorical
		Exponential`,
	"the function is the user's": `Cond Switch Callback Grad ValueAndGrad ValueAndGradAux HVP JVP VJP Linearize JacobianFwd JacobianRev
		JacobianFwdTree JacobianRevTree Hessian Vmap VmapAxes Jit TraceOnce CustomJVP CustomVJP CustomLinearSolve CustomRoot
		CustomFixedPoint CustomRootAux CustomRootChecked CustomRootGuided Checkpoint While WhileMax Scan ScanReverse ForLoop Check DenseSolver Primitive Portable`,
	"TestFactorizationsOfAnySize compares them": `Cholesky Eigh Inv LDL LU QR SLogDet SVD Solve SolveCholesky SolveLDL SolveTriangular`,
	"sums of products of Mul and Sum":           `MatMul Dot Outer Kron DotGeneral Tensordot Einsum Conv Trace`,
}

// packages are the packages under test, by their folders, and the prefix of their functions in the tables.
var packages = map[string]string{"num": "", "projection": "projection.", "prox": "prox.", "loss": "loss."}

// exported are the exported functions and methods of a package whose results are arrays.
func exported(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob("../../../" + dir + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && fn.Name.IsExported() && fn.Type.Results != nil && (fn.Recv == nil || receiver(fn) == "Array") {
				if mentions(fn.Type.Results, "Array", "T", "U", "Y", "P") {
					names = append(names, fn.Name.Name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func receiver(fn *ast.FuncDecl) string {
	if id, ok := fn.Recv.List[0].Type.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// mentions reports whether a type is made of one of the names.
func mentions(n ast.Node, names ...string) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && slices.Contains(names, id.Name)
		return !found
	})
	return found
}

// TestEveryFunctionHasPoints fails when an exported function is in no table and has no reason for it.
func TestEveryFunctionHasPoints(t *testing.T) {
	tested := map[string]bool{}
	for name := range functions(t) {
		name, _, _ = strings.Cut(name, "/")
		tested[name] = true
	}
	excused := map[string]bool{}
	for _, names := range exempt {
		for _, name := range strings.Fields(names) {
			excused[name] = true
		}
	}
	all := map[string]bool{}
	for dir, prefix := range packages {
		for _, name := range exported(t, dir) {
			name = prefix + name
			all[name] = true
			if !tested[name] && !excused[name] {
				t.Errorf("%s: %s has no special points; testdata/table.py says how to add them", dir, name)
			}
			if tested[name] && excused[name] {
				t.Errorf("%s: %s has special points and a reason to have none", dir, name)
			}
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(tested)), slices.Collect(maps.Keys(excused))) {
		if !all[name] {
			t.Errorf("%s is no exported function", name)
		}
	}
}

// TestEveryElementwisePrimitiveIsMet fails when no function of the tables, nor its first two derivatives, has
// an elementwise primitive of floating-point numbers.
func TestEveryElementwisePrimitiveIsMet(t *testing.T) {
	met := map[string]bool{}
	operation := regexp.MustCompile(`= ([a-z0-9_]+)`)
	rows := points(t)
	for name, f := range functions(t) {
		if len(rows[name]) == 0 {
			continue
		}
		x := rows[name][0].arguments()
		for k := range x {
			g := at(f, x, k)
			text := num.ProgramOf(g, x[k]).String() + num.ProgramOf(num.JacobianFwd(num.JacobianRev(g)), x[k]).String()
			for _, m := range operation.FindAllStringSubmatch(text, -1) {
				met[m[1]] = true
			}
		}
	}
	for _, op := range prim.Registry() {
		if _, ok := op.(prim.ConvertOp); !ok && toFloat(op) && !met[op.Name()] {
			t.Errorf("no function of the tables has the primitive %s", op.Name())
		}
	}
}

// toFloat reports whether a primitive is elementwise, from float64 to float64.
func toFloat(op ir.Op) bool {
	d, ok := op.(prim.Drawn)
	if !ok {
		return false
	}
	var in []ir.Type
	for _, e := range d.Operands(ir.Float64) {
		in = append(in, ir.T(e))
	}
	out, err := op.Infer(in)
	return err == nil && in[0].DType == ir.Float64 && out[0].DType == ir.Float64
}
