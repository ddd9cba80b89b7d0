package door

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/argmin-go/argmin/internal/door/program"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// solveProgram runs a program (package program), which is the options. Arrays: its arguments, named by their places,
// "0", "1" and so on; so are the results, of which those of uint32 are int64. A program is compiled at its first run.
func solveProgram(ctx context.Context, r *request) (Result, error) {
	f, err := programs.of(string(r.Options), func() (*compiled, error) { return compile(r.Options) })
	if err != nil {
		return Result{}, err
	}
	if len(r.Functions) > 0 {
		return Result{}, fmt.Errorf("program has no functions")
	}
	x := make([]num.Array, len(r.Arrays))
	for i := range x {
		a, ok := r.Arrays[strconv.Itoa(i)]
		if !ok {
			return Result{}, fmt.Errorf("program has no array %q, and there are %d, want them to be named by their places", strconv.Itoa(i), len(x))
		}
		x[i] = a
	}
	start := time.Now()
	y, err := f.CallContext(ctx, x)
	f.took.Store(int64(time.Since(start)))
	if err != nil {
		return Result{}, err
	}
	out := Result{Arrays: make(map[string]num.Array, len(y))}
	for i, a := range y {
		if a.DType() == num.Uint32 { // which the interface has not
			a = a.AsType(num.Int64)
		}
		out.Arrays[strconv.Itoa(i)] = a
	}
	return out, nil
}

// describePrograms says what programs can have: operations, methods with their options, and the ways in which a solve can end.
func describePrograms(context.Context, *request) (Result, error) {
	var codes []string
	for c := status.Running; c <= status.NotConvex; c++ {
		codes = append(codes, c.String())
	}
	return Result{Info: map[string]any{"operations": program.Operations(), "methods": program.Methods(), "options": program.Options(),
		"state": program.StateNames, "codes": codes}}, nil
}

// readPrograms makes functions of the option "programs", which any kind may have: for names of functions, programs that take
// the same vectors, then the arrays "NAME.0", "NAME.1" and so on, and give the same vectors. They run without a call of the function's owner.
func (r *request) readPrograms(ctx context.Context) error {
	if !bytes.Contains(r.Options, []byte(`"programs"`)) || r.Kind == "program" {
		return nil
	}
	var all map[string]json.RawMessage
	var texts map[string]json.RawMessage
	if json.Unmarshal(r.Options, &all) != nil || all["programs"] == nil {
		return nil // the kind reports what is wrong
	}
	if err := json.Unmarshal(all["programs"], &texts); err != nil {
		return fmt.Errorf("options of %s: programs: %w", r.Kind, err)
	}
	delete(all, "programs")
	var err error
	if r.Options, err = json.Marshal(all); err != nil {
		return err
	}
	r.Functions = maps.Clone(r.Functions)
	if r.Functions == nil {
		r.Functions = map[string]Function{}
	}
	for name, text := range texts {
		f, err := programs.of(string(text), func() (*compiled, error) { return compile(text) })
		if err != nil {
			return err
		}
		r.Functions[name] = r.running(ctx, name, f)
	}
	return nil
}

// running is a program as a function of vectors.
func (r *request) running(ctx context.Context, name string, f *compiled) Function {
	var data []num.Array
	for {
		key := name + "." + strconv.Itoa(len(data))
		a, ok := r.Arrays[key]
		if !ok {
			break
		}
		data, r.seen[key] = append(data, a), true
	}
	return func(in, out [][]float64) error {
		x := make([]num.Array, 0, len(in)+len(data))
		for _, v := range in {
			x = append(x, num.New(v, len(v)))
		}
		y, err := f.CallContext(ctx, append(x, data...))
		if err != nil {
			return err
		}
		if len(y) != len(out) {
			return fmt.Errorf("the program of %s gives %d vectors, want %d", name, len(y), len(out))
		}
		for i, a := range y {
			if a.Size() != len(out[i]) {
				return fmt.Errorf("the program of %s gives %d numbers, want %d", name, a.Size(), len(out[i]))
			}
			copy(out[i], a.Float64s())
		}
		return nil
	}
}

// compile reads a program, which is traced when it is first called.
func compile(text []byte) (*compiled, error) {
	p, err := program.Read(text)
	if err != nil {
		return nil, err
	}
	return &compiled{Jitted: num.Jit(p.Call)}, nil
}

// compiled is a program with the plans for its arguments.
type compiled struct {
	*num.Jitted[[]num.Array, []num.Array]
	took atomic.Int64 // nanoseconds of its last run, 0 before the first
}

// Short reports whether p is a program whose last run took no longer than two milliseconds: so little that nobody needs to
// be able to interrupt it.
func Short(p Problem) bool {
	if p.Kind != "program" {
		return false
	}
	f, ok := programs.get(string(p.Options))
	return ok && f.took.Load() > 0 && f.took.Load() < int64(2*time.Millisecond)
}

// programs has room for what a session works with: a program with its gradient, its solves and their derivatives are a few each.
var programs = newCache[*compiled](256)
