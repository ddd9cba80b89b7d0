// Package main is the C interface of argmin, which argmin.h describes. It is built as a library:
//
//	go build -buildmode=c-shared -o libargmin.so ./capi
//
// It turns C's arguments into a problem of package door, and the result into C's.
package main

/*
#include <stdlib.h>
#define ARGMIN_ONLY_TYPES
#include "argmin.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/argmin-go/argmin/internal/door"
	"github.com/argmin-go/argmin/num"
)

func main() {}

// problem is what a handle stands for. Its memory lives until argmin_free, and until no call uses it any more.
type problem struct {
	door.Problem // only changed by calls with mu, while it is not being solved
	frees        []func()
	ctx          context.Context
	cancel       context.CancelFunc
	done         chan struct{} // closed at the end of a search that argmin_start has begun
	code         C.int32_t     // how that search ended
	failed       atomic.Bool   // a function has returned ARGMIN_FAILED

	mu      sync.Mutex // for what follows
	users   int        // calls that use the problem
	freed   bool
	solving bool
	message *C.char
	info    *C.char
	texts   []*C.char // all that message and info have been, which programs may still read
	result  door.Result
}

var (
	problems sync.Map // from handles to problems
	last     atomic.Uint64

	// What there is to say about a handle that is no problem's.
	noProblem, noInfo = C.CString("there is no problem with this handle"), C.CString("{}")

	errSolving = errors.New("the problem is being solved by another call, at the end of which it may be used again")
)

// use is the problem of a handle, nil if there is none. It is followed by leave.
func use(handle C.uint64_t) *problem {
	v, ok := problems.Load(uint64(handle))
	if !ok {
		return nil
	}
	p := v.(*problem)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.freed {
		return nil
	}
	p.users++
	return p
}

// leave ends a use. The last one frees the memory of a problem that has been freed in the meantime.
func (p *problem) leave() {
	p.mu.Lock()
	p.users--
	last := p.freed && p.users == 0
	p.mu.Unlock()
	if last {
		p.release()
	}
}

// change calls f, which changes the problem, unless it is being solved.
func (p *problem) change(f func() error) C.int32_t {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := errSolving
	if !p.solving {
		err = f()
	}
	if err != nil {
		return p.fail(C.ARGMIN_INVALID, err)
	}
	return C.ARGMIN_OK
}

//export argmin_version
func argmin_version() C.int32_t { return C.ARGMIN_VERSION }

//export argmin_new
func argmin_new(kind, options *C.char) C.uint64_t {
	p := &problem{Problem: door.Problem{Kind: C.GoString(kind), Options: []byte(C.GoString(options)),
		Arrays: map[string]num.Array{}, Functions: map[string]door.Function{}}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	h := last.Add(1)
	problems.Store(h, p)
	return C.uint64_t(h)
}

//export argmin_set_array
func argmin_set_array(handle C.uint64_t, name *C.char, kind, rank C.int32_t, shape *C.int64_t, data unsafe.Pointer) C.int32_t {
	p := use(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	defer p.leave()
	return p.change(func() error {
		dims, n := lengths(rank, shape), 1
		for _, d := range dims {
			if d < 0 {
				return fmt.Errorf("array %q has shape %v, want no negative length", C.GoString(name), dims)
			}
			n *= d
		}
		a, ok := arrayOf(int(kind), data, n, dims)
		if !ok {
			return fmt.Errorf("array %q has type %d, which is none of the constants of argmin.h", C.GoString(name), kind)
		}
		p.Arrays[C.GoString(name)] = a
		return nil
	})
}

// lengths are n numbers of C as ints.
func lengths(n C.int32_t, from *C.int64_t) []int {
	v := make([]int, n)
	for i, x := range unsafe.Slice((*int64)(unsafe.Pointer(from)), int(n)) {
		v[i] = int(x)
	}
	return v
}

//export argmin_set_function
func argmin_set_function(handle C.uint64_t, name *C.char, f C.argmin_function, user unsafe.Pointer,
	nIn C.int32_t, inSizes *C.int64_t, nOut C.int32_t, outSizes *C.int64_t) C.int32_t {
	p := use(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	defer p.leave()
	return p.change(func() error {
		ins, outs := lengths(nIn, inSizes), lengths(nOut, outSizes)
		for _, n := range append(slices.Clone(ins), outs...) {
			if n < 0 {
				return fmt.Errorf("function %q has lengths %v and %v, want no negative one", C.GoString(name), ins, outs)
			}
		}
		c := newFunction(p, C.GoString(name), f, user, ins, outs)
		p.frees = append(p.frees, c.free)
		p.Functions[c.name] = c.call
		return nil
	})
}

//export argmin_solve
func argmin_solve(handle C.uint64_t) C.int32_t {
	p := use(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	defer p.leave()
	if code := p.change(p.begin); code != C.ARGMIN_OK {
		return code
	}
	return p.solve(p.ctx)
}

//export argmin_solve_if_short
func argmin_solve_if_short(handle C.uint64_t) C.int32_t {
	p := use(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	defer p.leave()
	short := false
	code := p.change(func() error {
		if short = door.Short(p.Problem); short {
			return p.begin()
		}
		return nil
	})
	switch {
	case code != C.ARGMIN_OK:
		return code
	case !short:
		return C.ARGMIN_RUNNING
	}
	ctx, cancel := context.WithTimeout(p.ctx, shortLimit)
	defer cancel()
	code = p.solve(ctx)
	if code == C.ARGMIN_CANCELLED && p.ctx.Err() == nil { // it took longer than the last time
		return C.ARGMIN_RUNNING
	}
	return code
}

// shortLimit is what argmin_solve_if_short tries for: about as long as argmin_wait is waited for before signals are looked at.
const shortLimit = 20 * time.Millisecond

//export argmin_start
func argmin_start(handle C.uint64_t) C.int32_t {
	p := use(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	done := make(chan struct{})
	if code := p.change(func() error { p.done = done; return p.begin() }); code != C.ARGMIN_OK {
		p.leave()
		return code
	}
	go func() {
		defer p.leave()
		defer close(done)
		p.code = p.solve(p.ctx)
	}()
	return C.ARGMIN_OK
}

//export argmin_wait
func argmin_wait(handle C.uint64_t, milliseconds C.int32_t) C.int32_t {
	p := use(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	defer p.leave()
	p.mu.Lock()
	done := p.done
	p.mu.Unlock()
	if done == nil {
		return C.ARGMIN_INVALID
	}
	select {
	case <-done:
		return p.code
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return C.ARGMIN_RUNNING
	}
}

//export argmin_cancel
func argmin_cancel(handle C.uint64_t) {
	if p := use(handle); p != nil {
		p.cancel()
		p.leave()
	}
}

//export argmin_message
func argmin_message(handle C.uint64_t) *C.char {
	return textOf(handle, noProblem, "", func(p *problem) **C.char { return &p.message })
}

//export argmin_info
func argmin_info(handle C.uint64_t) *C.char {
	return textOf(handle, noInfo, "{}", func(p *problem) **C.char { return &p.info })
}

// textOf is a text of a problem, which is first, and none if there is no problem.
func textOf(handle C.uint64_t, none *C.char, first string, of func(*problem) **C.char) *C.char {
	p := use(handle)
	if p == nil {
		return none
	}
	defer p.leave()
	p.mu.Lock()
	defer p.mu.Unlock()
	if *of(p) == nil {
		p.set(of(p), first)
	}
	return *of(p)
}

//export argmin_get_array
func argmin_get_array(handle C.uint64_t, name *C.char, data unsafe.Pointer, bytes C.int64_t) C.int32_t {
	p := use(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	defer p.leave()
	return p.change(func() error {
		a, ok := p.result.Arrays[C.GoString(name)]
		if !ok {
			return fmt.Errorf("the result has no array %q", C.GoString(name))
		}
		if want := a.Size() * typeOf(a).bytes; want != int(bytes) {
			return fmt.Errorf("array %q has %d bytes, not %d", C.GoString(name), want, bytes)
		}
		typeOf(a).copy(data, a)
		return nil
	})
}

//export argmin_free
func argmin_free(handle C.uint64_t) {
	v, ok := problems.LoadAndDelete(uint64(handle))
	if !ok {
		return
	}
	p := v.(*problem)
	p.cancel()
	p.mu.Lock()
	p.freed = true
	unused := p.users == 0
	p.mu.Unlock()
	if unused {
		p.release()
	}
}

// release frees the memory of C.
func (p *problem) release() {
	for _, free := range p.frees {
		free()
	}
	for _, text := range p.texts {
		C.free(unsafe.Pointer(text))
	}
}

// begin makes the problem one that is being solved. It is called by change.
func (p *problem) begin() error {
	p.solving = true
	return nil
}

// solve solves a problem for which begin has been called, and keeps the result.
func (p *problem) solve(ctx context.Context) (code C.int32_t) {
	r, err := p.run(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.solving, p.result = false, r
	if e := p.describe(r); err == nil {
		err = e
	}
	switch {
	case err == nil:
		return C.ARGMIN_OK
	case p.failed.Load():
		return p.fail(C.ARGMIN_FAILED, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return p.fail(C.ARGMIN_CANCELLED, err)
	}
	return p.fail(C.ARGMIN_INVALID, err)
}

// run is door.Solve. A panic is an error: the process is not ours to end.
func (p *problem) run(ctx context.Context) (r door.Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("argmin has failed, please report it: %v", v)
		}
	}()
	return door.Solve(ctx, p.Problem)
}

// fail keeps what went wrong. It is called with mu.
func (p *problem) fail(code C.int32_t, err error) C.int32_t {
	p.set(&p.message, err.Error())
	return code
}

// set makes a text of the problem, unless it is that already.
func (p *problem) set(text **C.char, s string) {
	if *text != nil && C.GoString(*text) == s {
		return
	}
	*text = C.CString(s)
	p.texts = append(p.texts, *text)
}

// describe makes the text of argmin_info. The names are plain ones of this package, which Go and JSON quote alike.
func (p *problem) describe(r door.Result) error {
	text := []byte{'{'}
	for _, name := range slices.Sorted(maps.Keys(r.Info)) {
		text = append(strconv.AppendQuote(text, name), ':')
		switch v := r.Info[name].(type) { // most are of these, and json is slow
		case bool:
			text = strconv.AppendBool(text, v)
		case int:
			text = strconv.AppendInt(text, int64(v), 10)
		default:
			value, err := json.Marshal(v)
			if err != nil {
				return err
			}
			text = append(text, value...)
		}
		text = append(text, ',')
	}
	text = append(text, `"arrays":[`...)
	for i, name := range slices.Sorted(maps.Keys(r.Arrays)) {
		a := r.Arrays[name]
		if i > 0 {
			text = append(text, ',')
		}
		text = append(strconv.AppendQuote(append(text, `{"name":`...), name), `,"type":`...)
		text = append(strconv.AppendInt(text, int64(typeOf(a).number), 10), `,"shape":[`...)
		for k, n := range a.Shape() {
			if k > 0 {
				text = append(text, ',')
			}
			text = strconv.AppendInt(text, int64(n), 10)
		}
		text = append(text, `]}`...)
	}
	p.set(&p.info, string(append(text, `]}`...)))
	return nil
}
