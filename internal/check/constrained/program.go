package constrained

import (
	"fmt"
	"math/bits"

	"github.com/argmin-go/argmin/internal/check/parity"
	"github.com/argmin-go/argmin/num"
)

// Program is a function of a vector as bench/constrained/problems.py writes it: nodes in the order in which they are computed.
type Program struct {
	Nodes []Node `json:"nodes"`
	Out   int    `json:"out"` // the number of the node that is the value; x is number 0, the first node number 1
}

// Node is an operation of JAX on earlier nodes.
type Node struct {
	Op       string          `json:"op"`    // JAX's name, or "const", "take", "put_add", "float"
	Args     []int           `json:"args"`  // numbers of nodes
	Shape    []int           `json:"shape"` // of the result
	Bool     bool            `json:"bool"`  // whether it is one of truth values
	Data     []parity.Number `json:"data"`  // of "const"
	Index    []int           `json:"index"` // of "take", among the elements of all Args, and of "put_add"
	Power    int             `json:"power"`
	Axes     []int           `json:"axes"`
	Contract [2][]int        `json:"contract"`
	Batch    [2][]int        `json:"batch"`
}

var unary = map[string]func(num.Array) num.Array{
	"neg": num.Array.Neg, "exp": num.Array.Exp, "exp2": num.Array.Exp2, "log": num.Array.Log, "log1p": num.Array.Log1p, "expm1": num.Array.Expm1,
	"sin": num.Array.Sin, "cos": num.Array.Cos, "tan": num.Array.Tan, "asin": num.Array.Asin, "acos": num.Array.Acos, "atan": num.Array.Atan,
	"sinh": num.Array.Sinh, "cosh": num.Array.Cosh, "tanh": num.Array.Tanh, "asinh": num.Array.Asinh, "acosh": num.Array.Acosh,
	"atanh": num.Array.Atanh, "sqrt": num.Array.Sqrt, "rsqrt": num.Array.Rsqrt, "cbrt": num.Array.Cbrt, "abs": num.Array.Abs,
	"sign": num.Array.Sign, "floor": num.Array.Floor, "ceil": num.Array.Ceil, "erf": num.Array.Erf, "erfc": num.Array.Erfc,
	"logistic": num.Array.Expit, "square": num.Array.Square, "lgamma": num.Array.Lgamma, "not": num.Array.Not, "is_finite": num.Array.IsFinite,
	"float": func(x num.Array) num.Array { return x.AsType(num.Float64) },
}

var binary = map[string]func(a, b num.Array) num.Array{
	"add": num.Array.Add, "sub": num.Array.Sub, "mul": num.Array.Mul, "div": num.Array.Div, "max": num.Maximum, "min": num.Minimum,
	"pow": num.Array.Pow, "atan2": num.Atan2, "rem": num.Array.Rem, "lt": num.Array.Lt, "le": num.Array.Le, "gt": num.Array.Gt,
	"ge": num.Array.Ge, "eq": num.Array.Eq, "ne": num.Array.Ne, "and": num.Array.And, "or": num.Array.Or, "xor": num.Array.Xor,
}

var reduction = map[string]func(a num.Array, axes ...int) num.Array{
	"reduce_sum": num.Array.Sum, "reduce_max": num.Array.Max, "reduce_min": num.Array.Min, "reduce_prod": num.Array.Prod,
}

// Apply computes the program at x. An operation that it does not know is an error of Go's, by panic, like num's own.
func (p Program) Apply(x num.Array) num.Array {
	values := make([]num.Array, 1, len(p.Nodes)+1)
	values[0] = x
	for _, n := range p.Nodes {
		args := make([]num.Array, len(n.Args))
		for i, k := range n.Args {
			args[i] = values[k]
		}
		values = append(values, n.apply(args))
	}
	return values[p.Out]
}

func (n Node) apply(args []num.Array) num.Array {
	if f, ok := unary[n.Op]; ok {
		return f(args[0])
	}
	if f, ok := binary[n.Op]; ok {
		return f(args[0], args[1])
	}
	if f, ok := reduction[n.Op]; ok {
		if len(n.Axes) == 0 {
			return args[0]
		}
		return f(args[0], n.Axes...)
	}
	switch n.Op {
	case "const":
		return n.constant()
	case "take":
		return n.take(args)
	case "put_add":
		size := args[0].Size()
		return args[0].Reshape(size).PutAdd(indices(n.Index), args[1].Reshape(len(n.Index)), 0).Reshape(n.Shape...)
	case "integer_pow":
		return power(args[0], n.Power)
	case "select_n": // JAX's cases are those of false and of true
		return num.Where(args[0], args[2], args[1])
	case "cumsum":
		return args[0].CumSum(n.Axes[0])
	case "dot_general":
		return num.DotGeneral(args[0], args[1], n.Contract, n.Batch)
	}
	panic(fmt.Sprintf("no operation %q", n.Op))
}

func (n Node) constant() num.Array {
	data := make([]float64, len(n.Data))
	for i, v := range n.Data {
		data[i] = float64(v)
	}
	a := num.New(data, n.Shape...)
	if n.Bool {
		return a.Ne(num.Const(0))
	}
	return a
}

// take has the elements at n.Index of args laid end to end; runs and repetitions need no gather.
func (n Node) take(args []num.Array) num.Array {
	flat := make([]num.Array, len(args))
	for i, a := range args {
		flat[i] = a.Reshape(a.Size())
	}
	all := flat[0]
	if len(flat) > 1 {
		all = num.Concat(0, flat...)
	}
	if len(n.Index) == 0 {
		return all.Range(0, 0).Reshape(n.Shape...)
	}
	first, run, same := n.Index[0], true, true
	for i, k := range n.Index {
		run, same = run && k == first+i, same && k == first
	}
	switch {
	case run:
		return all.Range(first, first+len(n.Index)).Reshape(n.Shape...)
	case same:
		return all.At(first).BroadcastTo(n.Shape...)
	}
	return all.Take(indices(n.Index), 0).Reshape(n.Shape...)
}

func indices(index []int) num.Array {
	i := make([]int32, len(index))
	for j, k := range index {
		i[j] = int32(k)
	}
	return num.New(i, len(i))
}

// power is xᵏ by products, whose derivatives are finite at every x where the power's are.
func power(x num.Array, k int) num.Array {
	if k < 0 {
		return num.Const(1).Div(power(x, -k))
	}
	if k == 0 {
		return x.Mul(num.Const(0)).Add(num.Const(1))
	}
	y := x
	for bit := bits.Len(uint(k)) - 2; bit >= 0; bit-- {
		y = y.Square()
		if k>>bit&1 == 1 {
			y = y.Mul(x)
		}
	}
	return y
}
