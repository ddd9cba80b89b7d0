package num

import (
	"regexp"
	"slices"
	"strings"

	"github.com/argmin-go/argmin/internal/core/cpu"
	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/stablehlo"
)

// Program is what tracing made of a function: the primitive operations that it applies to
// arrays, in their order. It is for reading; to run one, see [Jit]. The zero Program is
// empty.
type Program struct {
	name   string
	traced traced
	inputs []string // the names of the inputs, for StableHLO
}

// ProgramOf traces f for an argument like x, whose numbers do not matter, and returns the
// program. Apply it to the result of a transformation to see what that does:
// num.ProgramOf(num.Grad(f), x).
func ProgramOf[T, U any](f func(T) U, x T) Program {
	xs, def := flatten("num.ProgramOf", x)
	t := trace("num.ProgramOf", f, def, ir.TypesOf(xs))
	names := slices.Repeat([]string{"captured"}, len(t.captured))
	return Program{shortName(funcName(f)), t, slices.Concat(names, def.Paths())}
}

// anonymous matches what the compiler calls a closure inside of a function.
var anonymous = regexp.MustCompile(`^(func)?\d+$`)

// shortName is the name of a function, or of the one that made a closure: the last part of
// pkg.f, pkg.(*T).f-fm or pkg.Grad[...].func1 that a reader can look up.
func shortName(name string) string {
	parts := strings.Split(strings.NewReplacer("[...]", "", "-fm", "").Replace(name), ".")
	for len(parts) > 1 && anonymous.MatchString(parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	return parts[len(parts)-1]
}

// String prints the program, one operation per line, in the manner of JAX's jaxprs. Each
// variable is a letter, with its dtype and shape where it is assigned; parameters of an
// operation stand in brackets. Inputs before a semicolon stand for the arrays that the
// function captured. The programs inside an operation, such as the body of a loop, follow
// it, indented.
func (p Program) String() string {
	if p.traced.prog == nil {
		return "<no program>"
	}
	return p.traced.prog.Text(p.name, len(p.traced.captured))
}

// Plan describes how the executor in Go runs the program: its steps, which operations are
// fused into one step, and where results are kept. It fails where the program uses what that
// executor does not have.
func (p Program) Plan() (string, error) {
	if p.traced.prog == nil {
		return "", noProgram("num.Program.Plan")
	}
	return cpu.Describe(p.name, p.traced.prog)
}

// location matches the source of an operation in StableHLO's text.
var location = regexp.MustCompile(` loc\("[^"]*":\d+:\d+\)`)

// StableHLO is the program as the text of a StableHLO module, which is what the backend xla
// compiles, without the positions in the source. It fails where XLA cannot run the program,
// for example with a [Callback] in it.
func (p Program) StableHLO() (string, error) {
	if p.traced.prog == nil {
		return "", noProgram("num.Program.StableHLO")
	}
	opt := stablehlo.Options{Name: p.name, Inputs: p.inputs}
	for _, v := range p.traced.captured {
		if v.Traced() {
			opt.Captured = nil // they belong to a trace around this one, and stay inputs
			break
		}
		opt.Captured = append(opt.Captured, v.Data())
	}
	m, err := stablehlo.Print(p.traced.prog, opt)
	if err != nil {
		return "", err
	}
	return location.ReplaceAllString(m.Text, ""), nil
}

func noProgram(op string) error {
	return ir.Errorf(ir.ArgumentError, op, "the zero Program is empty; make one with num.ProgramOf")
}
