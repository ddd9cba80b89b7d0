// Package program reads programs that other languages have traced and runs them through package num.
//
// A program is a list of equations on numbered variables, as JSON:
//
//	{"in": [0, 1], "eqns": [{"op": "mul", "in": [0, ["f64", 2]], "out": [2], "types": ["f64[3]"]},
//	                        {"op": "dot", "in": [2, 1], "out": [3]}], "out": [3]}
//
// An operand is the number of a variable, or a literal: its type and its value. Every variable has a number of its own,
// and a program within an equation, such as the body of a loop, may use the variables around it.
// The operations have the names and the parameters of JAX's lax, and follow NumPy's rules of broadcasting in
// addition; those that have no such name are in solve.go and transform.go.
package program

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/suggest"
	"github.com/argmin-go/argmin/num"
)

// Program is a function from arrays to arrays.
type Program struct {
	In   []int      `json:"in"`   // the variables that are its arguments
	Eqns []Equation `json:"eqns"` // in the order of their computation
	Out  []Operand  `json:"out"`  // its results
}

// Equation applies an operation to operands and names the results.
type Equation struct {
	Op     string          `json:"op"`
	In     []Operand       `json:"in"`
	Out    []int           `json:"out"`
	Types  []string        `json:"types"`  // of the results, such as "f64[3,2]"; what is empty is not checked
	Params json.RawMessage `json:"params"` // by the operation's names
}

// Operand is a variable or a literal.
type Operand struct {
	Var     int
	Literal *num.Array
}

// dtypes are the types of elements by their names in programs.
var dtypes = map[string]num.DType{
	"f64": num.Float64, "f32": num.Float32, "i32": num.Int32, "i64": num.Int64, "u32": num.Uint32, "bool": num.Bool,
}

// dtypeOf is the type of elements of a name.
func dtypeOf(name string) num.DType {
	d, ok := dtypes[name]
	if !ok {
		throw("a program has the type %q, want f64, f32, i32, i64, u32 or bool", name)
	}
	return d
}

// typeName is the type of an array as programs write it.
func typeName(a num.Array) string {
	shape := make([]string, a.Rank())
	for i, n := range a.Shape() {
		shape[i] = strconv.Itoa(n)
	}
	for name, d := range dtypes {
		if d == a.DType() {
			return name + "[" + strings.Join(shape, ",") + "]"
		}
	}
	return a.DType().String()
}

// UnmarshalJSON reads a variable or a literal.
func (o *Operand) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '[' {
		return json.Unmarshal(b, &o.Var)
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	var name string
	if len(parts) != 2 || json.Unmarshal(parts[0], &name) != nil {
		return fmt.Errorf("the literal %s is not a pair of a type and a value", b)
	}
	d, ok := dtypes[name]
	if !ok {
		return fmt.Errorf("a literal has the type %q, want f64, f32, i32, i64, u32 or bool", name)
	}
	a, err := literal(d, string(parts[1]))
	o.Literal = &a
	return err
}

// literal is the number of a text.
func literal(d num.DType, text string) (num.Array, error) {
	switch text = strings.Trim(text, `"`); text {
	case "true":
		return num.Full(d, 1), nil
	case "false":
		return num.Full(d, 0), nil
	}
	if d == num.Int64 {
		x, err := strconv.ParseInt(text, 10, 64)
		return num.New([]int64{x}, []int{}...), err
	}
	x, err := strconv.ParseFloat(text, 64) // also of NaN, Infinity and -Infinity
	if err != nil && math.IsInf(x, 0) {
		err = nil
	}
	if err != nil {
		return num.Array{}, err
	}
	return num.Full(d, x), nil
}

// Read reads a program and checks that its operations exist and its variables are set before they are used.
func Read(text []byte) (*Program, error) {
	p := &Program{}
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("program: %w", err)
	}
	return p, p.check(map[int]bool{})
}

// check checks a program whose surroundings have set some variables.
func (p *Program) check(outer map[int]bool) error {
	known := map[int]bool{}
	for v := range outer {
		known[v] = true
	}
	for _, v := range p.In {
		known[v] = true
	}
	used := func(where string, os []Operand) error {
		for _, o := range os {
			if o.Literal == nil && !known[o.Var] {
				return fmt.Errorf("program: %s uses variable %d before it is set", where, o.Var)
			}
		}
		return nil
	}
	for i, e := range p.Eqns {
		if _, ok := operations[e.Op]; !ok {
			return fmt.Errorf("program: equation %d has the operation %q, which does not exist%s", i, e.Op, suggest.Nearest(e.Op, Operations()))
		}
		if err := used(fmt.Sprintf("equation %d, %s,", i, e.Op), e.In); err != nil {
			return err
		}
		for _, v := range e.Out {
			known[v] = true
		}
	}
	return used("the result", p.Out)
}

// Operations are the names of all operations, sorted.
func Operations() []string {
	names := make([]string, 0, len(operations))
	for name := range operations {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Call is the program at arguments. It panics with a [num.Error] where they do not fit.
func (p *Program) Call(x []num.Array) []num.Array { return p.run(nil, x) }

// frame has the variables of one run of a program.
type frame struct {
	outer *frame
	vars  map[int]num.Array
}

func (f *frame) value(o Operand) num.Array {
	if o.Literal != nil {
		return *o.Literal
	}
	for g := f; g != nil; g = g.outer {
		if a, ok := g.vars[o.Var]; ok {
			return a
		}
	}
	throw("variable %d is not set", o.Var)
	return num.Array{}
}

func (f *frame) values(os []Operand) []num.Array {
	x := make([]num.Array, len(os))
	for i, o := range os {
		x[i] = f.value(o)
	}
	return x
}

// run runs the program within a frame.
func (p *Program) run(outer *frame, x []num.Array) []num.Array {
	if len(x) != len(p.In) {
		throw("a program got %d arrays, want %d", len(x), len(p.In))
	}
	f := &frame{outer, make(map[int]num.Array, len(p.In)+len(p.Eqns))}
	for i, v := range p.In {
		f.vars[v] = x[i]
	}
	for i := range p.Eqns {
		e := &p.Eqns[i]
		op, ok := operations[e.Op]
		if !ok {
			throw("there is no operation %q%s", e.Op, suggest.Nearest(e.Op, Operations()))
		}
		y := op(&call{Equation: e, x: f.values(e.In), frame: f})
		if len(y) != len(e.Out) {
			throw("%s gave %d results, want %d", e.Op, len(y), len(e.Out))
		}
		for k, v := range e.Out {
			if k < len(e.Types) && e.Types[k] != "" && typeName(y[k]) != e.Types[k] {
				throw("%s of %s is %s here, and %s where the program was traced", e.Op, types(f.values(e.In)), typeName(y[k]), e.Types[k])
			}
			f.vars[v] = y[k]
		}
	}
	return f.values(p.Out)
}

func types(x []num.Array) string {
	names := make([]string, len(x))
	for i, a := range x {
		names[i] = typeName(a)
	}
	return strings.Join(names, ", ")
}

// throw panics with an error about a program, which [num.Try] gives back.
func throw(format string, args ...any) {
	ir.Throw(ir.Errorf(ir.ArgumentError, "program", format, args...))
}

// call is one application of an operation.
type call struct {
	*Equation
	x     []num.Array
	frame *frame
}

// rule computes the results of an operation.
type rule func(c *call) []num.Array

// operations are the rules of all operations. The files of this package add theirs.
var operations = map[string]rule{}

// add adds operations to the table. Two of one name are a mistake of this package.
func add(rules map[string]rule) bool {
	for name, r := range rules {
		if operations[name] != nil {
			panic("two operations are named " + name)
		}
		operations[name] = r
	}
	return true
}

// params decodes the parameters.
func (c *call) params(to any) {
	if len(c.Params) == 0 {
		return
	}
	if err := json.Unmarshal(c.Params, to); err != nil {
		throw("the parameters of %s: %v", c.Op, err)
	}
}

// params are the parameters of an operation, of a type.
func params[T any](c *call) (p T) {
	c.params(&p)
	return p
}

// inner is a program of the parameters as a function, which may use the variables around it.
func (c *call) inner(p *Program) func(x []num.Array) []num.Array {
	return func(x []num.Array) []num.Array { return p.run(c.frame, x) }
}

// arguments checks that there are n operands at least.
func (c *call) arguments(n int) []num.Array {
	if len(c.x) < n {
		throw("%s has %d operands, want %d", c.Op, len(c.x), n)
	}
	return c.x
}
