package num

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/treedef"
)

// Jitted is a function that is traced and planned once for every structure,
// shapes, dtypes and static fields of its argument. It is safe for use by many
// goroutines. Arrays that the function captures keep the numbers they had when
// it was traced.
type Jitted[T, U any] struct {
	f     func(T) U
	give  func(T) any
	mu    sync.Mutex
	cache map[string]traced
}

// Jit prepares f for repeated calls: see [Jitted].
func Jit[T, U any](f func(T) U) *Jitted[T, U] {
	return &Jitted[T, U]{f: f, cache: map[string]traced{}}
}

// Donate is the function with the promise that nobody reads again, after a call,
// the arrays in the part of its argument that part selects: a backend with devices
// may put results into their storage. Reading them later is an error there.
func (j *Jitted[T, U]) Donate(part func(T) any) *Jitted[T, U] {
	return &Jitted[T, U]{f: j.f, give: part, cache: map[string]traced{}}
}

// Call runs the function on x. If a check fails while it runs, both the result and an
// error are returned.
func (j *Jitted[T, U]) Call(x T) (U, error) { return j.CallContext(context.Background(), x) }

// CallContext is [Jitted.Call] that stops at the next iteration of a loop when ctx ends.
func (j *Jitted[T, U]) CallContext(ctx context.Context, x T) (u U, err error) {
	if ctx == nil {
		return u, ir.Errorf(ir.ArgumentError, "num.Jit", "the context is nil")
	}
	var runErr error
	u, err = Try(func() (u U) {
		xs, def := flatten("num.Jit", x)
		t := j.traced(xs, def)
		in := slices.Concat(t.captured, xs)
		data, ok := concrete(in)
		if !ok {
			return unflatten[U](t.out, ir.Inline(t.prog, in))
		}
		b, err := backendOf(ctx)
		if err != nil {
			runErr = err
			return u
		}
		out, err := b.Run(ctx, t.prog, data, t.options)
		runErr = err
		if out == nil { // it did not run at all
			return u
		}
		return unflatten[U](t.out, constants(out))
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
		notNil("num.Jit", "the function", j.f == nil)
		t = traceLater("num.Jit", ir.Later, j.f, def, ir.TypesOf(xs))
		t.in = def // what the key has by its address must stay where it is
		t.prog.Name = funcName(j.f)
		t.options.Captured = len(t.captured)
		if j.give != nil {
			t.options.Donate = j.donated(t, xs, def)
		}
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

// donated pairs the arrays that are given away with results of their types, from the
// last ones on: what is given away usually stands at the end of both.
func (j *Jitted[T, U]) donated(t traced, xs values, def *treedef.Def) []int {
	marks := make(values, len(xs))
	place := map[*ir.Value]int{}
	for i, v := range xs {
		marks[i] = ir.Full(v.Type, 0)
		place[marks[i]] = i
	}
	given, _ := flatten("num.Jitted.Donate", j.give(unflatten[T](def, marks)))
	out := make([]int, len(t.prog.Out))
	for i := range out {
		out[i] = -1
	}
	types := t.prog.OutTypes()
	for _, v := range slices.Backward(given) {
		i, ok := place[v]
		if !ok {
			ir.Throw(ir.Errorf(ir.ArgumentError, "num.Jitted.Donate", "the function returned an array that is not part of its argument"))
		}
		for k, u := range slices.Backward(types) {
			if out[k] < 0 && u.Equal(v.Type) {
				out[k] = len(t.captured) + i
				break
			}
		}
	}
	return out
}
