package door

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/argmin-go/argmin/internal/door/program"
	"github.com/argmin-go/argmin/num"
)

// programFunctions makes functions of a kind of programs (package program), so that they are called without leaving Go. A program takes
// the vectors of the function, then the arrays "programs.NAME.0", "programs.NAME.1" and so on, and gives the vectors that the function sets.
func (r *request) programFunctions(ctx context.Context, given map[string]json.RawMessage) error {
	if len(given) == 0 {
		return nil
	}
	r.Functions = maps.Clone(r.Functions)
	if r.Functions == nil {
		r.Functions = map[string]Function{}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if r.Functions[name] != nil {
			return fmt.Errorf("%s has the function %q and a program for it", r.Kind, name)
		}
		f, err := programOf(given[name])
		if err != nil {
			return fmt.Errorf("program of %q: %w", name, err)
		}
		r.Functions[name] = programFunction(ctx, f, r.arraysOf("programs."+name+"."))
	}
	return nil
}

// programOf is the compiled program of a text.
func programOf(text []byte) (*compiled, error) {
	return programs.of(string(text), func() (*compiled, error) {
		p, err := program.Read(text)
		if err != nil {
			return nil, err
		}
		return num.Jit(p.Call), nil
	})
}

// arraysOf are the arrays whose names are a prefix followed by 0, 1 and so on.
func (r *request) arraysOf(prefix string) (arrays []num.Array) {
	for i := 0; ; i++ {
		name := prefix + strconv.Itoa(i)
		a, ok := r.Arrays[name]
		if !ok {
			return arrays
		}
		r.seen[name] = true
		arrays = append(arrays, a)
	}
}

// programFunction is a program as a function of vectors.
func programFunction(ctx context.Context, f *compiled, constants []num.Array) Function {
	return func(in, out [][]float64) error {
		x := make([]num.Array, 0, len(in)+len(constants))
		for _, v := range in {
			x = append(x, num.New(slices.Clone(v), len(v)))
		}
		y, err := f.CallContext(ctx, append(x, constants...))
		if err != nil {
			return err
		}
		if len(y) != len(out) {
			return fmt.Errorf("a program gives %d arrays, want %d", len(y), len(out))
		}
		for i, to := range out {
			if y[i].Size() != len(to) || y[i].DType() != num.Float64 {
				return fmt.Errorf("result %d of a program is %v of shape %v, want %d numbers of type float64", i, y[i].DType(), y[i].Shape(), len(to))
			}
			copy(to, y[i].Float64s())
		}
		return nil
	}
}
