package ir

import (
	"fmt"
	"strconv"
	"strings"
)

// Described is implemented by primitives whose Params are for comparing, not for reading.
type Described interface {
	Op
	// Describe gives the parameters for a reader, empty if there are none to show, and
	// the names of the programs inside, in the order of [Programs].
	Describe() (params string, programs []string)
}

// String prints the program; see [Program.Text].
func (p *Program) String() string { return p.Text(p.Name, 0) }

// Text prints the program under a name, one equation per line, with a letter for each
// variable and its type where it is assigned. The first captured inputs, which stand for
// arrays from outside, are set apart from the others by a semicolon. Programs inside an
// equation follow it, indented; their letters are their own.
//
//	f(a:f64[3]) {
//	  b:f64[3] = sin a
//	  c:f64[] = reduce_sum[axes=[0]] b
//	  return c
//	}
func (p *Program) Text(name string, captured int) string {
	var b strings.Builder
	p.print(&b, name, captured, "")
	return b.String()
}

// VarNames are the letters of the variables as [Program.Text] prints them. A literal has no
// letter: its number stands where it is used.
func (p *Program) VarNames() []string {
	names := make([]string, len(p.Types))
	count := 0
	name := func(v Var) {
		names[v] = varName(count)
		count++
	}
	for _, v := range p.In {
		name(v)
	}
	for i := range p.Eqns {
		e := &p.Eqns[i]
		if lit, ok := e.Op.(Literal); ok {
			names[e.Out[0]] = lit.text()
			continue
		}
		for _, v := range e.Out {
			name(v)
		}
	}
	return names
}

// varName counts a, b, … z, aa, ab, …
func varName(i int) string {
	s := string(rune('a' + i%26))
	if i >= 26 {
		return varName(i/26-1) + s
	}
	return s
}

func (l Literal) text() string {
	num := strconv.FormatFloat(l.Num, 'g', -1, 64)
	if l.Type.DType == Bool {
		num = strconv.FormatBool(l.Num != 0)
	}
	return num + ":" + l.Type.text()
}

// text is the type as programs print it: f64[3,4], f64[] for a scalar.
func (t Type) text() string {
	d := dtypeShort[t.DType]
	if t.DType == Bool {
		d = "bool"
	}
	return d + strings.ReplaceAll(ShapeString(t.Shape), " ", ",")
}

func (p *Program) print(b *strings.Builder, name string, captured int, indent string) {
	names := p.VarNames()
	list := func(vs []Var, typed bool, sep string) string {
		s := make([]string, len(vs))
		for i, v := range vs {
			s[i] = names[v]
			if typed {
				s[i] += ":" + p.Types[v].text()
			}
		}
		return strings.Join(s, sep)
	}
	inputs := list(p.In[captured:], true, ", ")
	if captured > 0 {
		inputs = strings.TrimSpace(list(p.In[:captured], true, ", ") + "; " + inputs)
	}
	fmt.Fprintf(b, "%s%s(%s) {\n", indent, name, inputs)
	for i := range p.Eqns {
		e := &p.Eqns[i]
		if _, ok := e.Op.(Literal); ok {
			continue
		}
		fmt.Fprintf(b, "%s  ", indent)
		if len(e.Out) > 0 {
			fmt.Fprintf(b, "%s = ", list(e.Out, true, ", "))
		}
		params, inner := Describe(e.Op)
		b.WriteString(e.Op.Name())
		if params != "" {
			fmt.Fprintf(b, "[%s]", params)
		}
		if len(e.In) > 0 {
			b.WriteString(" " + list(e.In, false, " "))
		}
		b.WriteByte('\n')
		if sub, ok := e.Op.(Programs); ok {
			for k, q := range sub.Programs() {
				q.print(b, inner[k], 0, indent+"    ")
				b.WriteByte('\n')
			}
		}
	}
	if len(p.Out) > 0 {
		fmt.Fprintf(b, "%s  return %s\n", indent, list(p.Out, false, ", "))
	}
	fmt.Fprintf(b, "%s}", indent)
}

// Describe gives the parameters of a primitive for a reader, and names for the programs
// inside, from [Described] if it is implemented.
func Describe(op Op) (params string, programs []string) {
	if d, ok := op.(Described); ok {
		params, programs = d.Describe()
	} else {
		params = op.Params()
	}
	if sub, ok := op.(Programs); ok {
		for i := len(programs); i < len(sub.Programs()); i++ {
			programs = append(programs, "program "+strconv.Itoa(i))
		}
	}
	return params, programs
}

// Params joins parameters, of which some may be empty, for [Described].
func Params(params ...string) string {
	var s []string
	for _, p := range params {
		if p != "" {
			s = append(s, p)
		}
	}
	return strings.Join(s, " ")
}

// ListParam is name=[1,2], or nothing for an empty list.
func ListParam(name string, v []int) string {
	if len(v) == 0 {
		return ""
	}
	return name + "=" + strings.ReplaceAll(fmt.Sprint(v), " ", ",")
}

// IntParam is name=n, or nothing for zero.
func IntParam(name string, n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s=%d", name, n)
}

// FlagParam is the name if it is set.
func FlagParam(name string, set bool) string {
	if set {
		return name
	}
	return ""
}

// Describe shows the elements of a small array.
func (c Embedded) Describe() (string, []string) {
	const most = 8 // elements: more would not fit on a line
	t := c.Data.Type
	if t.Size() > most {
		return "…", nil
	}
	x := make([]string, t.Size())
	for i := range x {
		x[i] = strconv.FormatFloat(c.Data.Buf().At(t.DType, i), 'g', -1, 64)
	}
	return strings.Join(x, " "), nil
}
