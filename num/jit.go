package num

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/argmin-go/argmin/internal/ir"
	"github.com/argmin-go/argmin/internal/treedef"
)

// Jitted is a function that is traced and planned once for every structure,
// shapes, dtypes and static fields of its argument. It is safe for use by many
// goroutines. Arrays that the function captures keep the numbers they had when
// it was traced.
type Jitted[T, U any] struct {
	f     func(T) U
	mu    sync.Mutex
	cache map[string]traced
}

// Jit prepares f for repeated calls.
func Jit[T, U any](f func(T) U) *Jitted[T, U] {
	return &Jitted[T, U]{f: f, cache: map[string]traced{}}
}

// Call runs the function. A check that fails while it runs gives the result and
// an error.
func (j *Jitted[T, U]) Call(x T) (U, error) { return j.CallContext(context.Background(), x) }

// CallContext is Call that stops at the next iteration of a loop when ctx ends.
func (j *Jitted[T, U]) CallContext(ctx context.Context, x T) (u U, err error) {
	var runErr error
	u, err = Try(func() U {
		xs, def := flatten("num.Jit", x)
		t := j.traced(xs, def)
		in := slices.Concat(t.captured, xs)
		data := make([]*ir.Data, len(in))
		for i, v := range in {
			if v.Traced() {
				return unflatten[U](t.out, ir.Inline(t.prog, in))
			}
			data[i] = v.Data()
		}
		b, err := backendOf(ctx)
		if err != nil {
			runErr = err
			return u
		}
		out, err := b.Run(ctx, t.prog, data, t.options)
		runErr = err
		if out == nil {
			var zero U
			return zero
		}
		vs := make(values, len(out))
		for i, d := range out {
			vs[i] = ir.Const(d)
		}
		return unflatten[U](t.out, vs)
	})
	if err == nil {
		err = runErr
	}
	return u, err
}

func (j *Jitted[T, U]) traced(xs values, def *treedef.Def) traced {
	var key strings.Builder
	key.WriteString(def.Key())
	for _, v := range xs {
		key.WriteString(v.Type.String())
	}
	j.mu.Lock()
	t, ok := j.cache[key.String()]
	j.mu.Unlock()
	if !ok {
		t = trace("num.Jit", j.f, def, typesOf(xs))
		t.prog.Name = funcName(j.f)
		t.options.Names = slices.Concat(slices.Repeat([]string{"captured"}, len(t.captured)), def.Paths())
		for _, v := range t.captured {
			if v.Traced() {
				return t // belongs to the trace around this call
			}
		}
		j.mu.Lock()
		j.cache[key.String()] = t
		j.mu.Unlock()
	}
	return t
}

// funcName is the name of a function without its package's path.
func funcName(f any) string {
	fn := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	if fn == nil {
		return "function"
	}
	name := fn.Name()
	return name[strings.LastIndexByte(name, '/')+1:]
}
