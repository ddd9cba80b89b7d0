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

// problem is what a handle stands for.
type problem struct {
	door.Problem
	frees   []func()
	ctx     context.Context
	cancel  context.CancelFunc
	done    chan struct{} // closed at the end of a search that argmin_start has begun
	code    C.int32_t     // how that search ended
	failed  atomic.Bool   // a function has returned ARGMIN_FAILED
	message *C.char
	info    *C.char
	result  door.Result
}

var (
	problems sync.Map // from handles to problems
	last     atomic.Uint64

	// What there is to say about a handle that is no problem's.
	noProblem, noInfo = C.CString("there is no problem with this handle"), C.CString("{}")
)

// of is the problem of a handle, nil if there is none.
func of(handle C.uint64_t) *problem {
	p, ok := problems.Load(uint64(handle))
	if !ok {
		return nil
	}
	return p.(*problem)
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
	p := of(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	dims, n := lengths(rank, shape), 1
	for _, d := range dims {
		if d < 0 {
			return p.fail(C.ARGMIN_INVALID, fmt.Errorf("array %q has shape %v, want no negative length", C.GoString(name), dims))
		}
		n *= d
	}
	a, ok := arrayOf(int(kind), data, n, dims)
	if !ok {
		return p.fail(C.ARGMIN_INVALID, fmt.Errorf("array %q has type %d, which is none of the constants of argmin.h", C.GoString(name), kind))
	}
	p.Arrays[C.GoString(name)] = a
	return C.ARGMIN_OK
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
	p := of(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	ins, outs := lengths(nIn, inSizes), lengths(nOut, outSizes)
	for _, n := range append(slices.Clone(ins), outs...) {
		if n < 0 {
			return p.fail(C.ARGMIN_INVALID, fmt.Errorf("function %q has lengths %v and %v, want no negative one", C.GoString(name), ins, outs))
		}
	}
	c := newFunction(p, C.GoString(name), f, user, ins, outs)
	p.frees = append(p.frees, c.free)
	p.Functions[c.name] = c.call
	return C.ARGMIN_OK
}

//export argmin_solve
func argmin_solve(handle C.uint64_t) C.int32_t {
	p := of(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	return p.solve()
}

//export argmin_solve_if_short
func argmin_solve_if_short(handle C.uint64_t) C.int32_t {
	p := of(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	if !door.Short(p.Problem) {
		return C.ARGMIN_RUNNING
	}
	ctx, cancel := context.WithTimeout(p.ctx, shortLimit)
	defer cancel()
	code := p.solveUnder(ctx)
	if code == C.ARGMIN_CANCELLED && p.ctx.Err() == nil { // it took longer than the last time
		return C.ARGMIN_RUNNING
	}
	return code
}

// shortLimit is what argmin_solve_if_short tries for: about as long as argmin_wait is waited for before signals are looked at.
const shortLimit = 20 * time.Millisecond

//export argmin_start
func argmin_start(handle C.uint64_t) C.int32_t {
	p := of(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	p.done = make(chan struct{})
	go func() {
		defer close(p.done)
		p.code = p.solve()
	}()
	return C.ARGMIN_OK
}

//export argmin_wait
func argmin_wait(handle C.uint64_t, milliseconds C.int32_t) C.int32_t {
	p := of(handle)
	if p == nil || p.done == nil {
		return C.ARGMIN_INVALID
	}
	select {
	case <-p.done:
		return p.code
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return C.ARGMIN_RUNNING
	}
}

//export argmin_cancel
func argmin_cancel(handle C.uint64_t) {
	if p := of(handle); p != nil {
		p.cancel()
	}
}

//export argmin_message
func argmin_message(handle C.uint64_t) *C.char {
	p := of(handle)
	if p == nil {
		return noProblem
	}
	if p.message == nil {
		p.message = C.CString("")
	}
	return p.message
}

//export argmin_info
func argmin_info(handle C.uint64_t) *C.char {
	p := of(handle)
	if p == nil {
		return noInfo
	}
	if p.info == nil {
		p.info = C.CString("{}")
	}
	return p.info
}

//export argmin_get_array
func argmin_get_array(handle C.uint64_t, name *C.char, data unsafe.Pointer, bytes C.int64_t) C.int32_t {
	p := of(handle)
	if p == nil {
		return C.ARGMIN_INVALID
	}
	a, ok := p.result.Arrays[C.GoString(name)]
	if !ok {
		return p.fail(C.ARGMIN_INVALID, fmt.Errorf("the result has no array %q", C.GoString(name)))
	}
	if want := a.Size() * typeOf(a).bytes; want != int(bytes) {
		return p.fail(C.ARGMIN_INVALID, fmt.Errorf("array %q has %d bytes, not %d", C.GoString(name), want, bytes))
	}
	typeOf(a).copy(data, a)
	return C.ARGMIN_OK
}

//export argmin_free
func argmin_free(handle C.uint64_t) {
	v, ok := problems.LoadAndDelete(uint64(handle))
	if !ok {
		return
	}
	p := v.(*problem)
	p.cancel()
	if p.done == nil {
		p.release()
		return
	}
	select {
	case <-p.done:
		p.release()
	default: // a search that argmin_start has begun keeps its memory until it ends
		go func() {
			<-p.done
			p.release()
		}()
	}
}

// release frees the memory of C.
func (p *problem) release() {
	for _, free := range p.frees {
		free()
	}
	C.free(unsafe.Pointer(p.message))
	C.free(unsafe.Pointer(p.info))
}

// solve solves the problem and keeps the result.
func (p *problem) solve() C.int32_t { return p.solveUnder(p.ctx) }

func (p *problem) solveUnder(ctx context.Context) (code C.int32_t) {
	defer func() {
		if r := recover(); r != nil { // of a package that is wrong about itself: the process is not ours to end
			code = p.fail(C.ARGMIN_INVALID, fmt.Errorf("argmin has failed, please report it: %v", r))
		}
	}()
	r, err := door.Solve(ctx, p.Problem)
	p.result = r
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

// fail keeps what went wrong.
func (p *problem) fail(code C.int32_t, err error) C.int32_t {
	C.free(unsafe.Pointer(p.message))
	p.message = C.CString(err.Error())
	return code
}

// describe makes the text of argmin_info.
func (p *problem) describe(r door.Result) error {
	text := []byte{'{'}
	if len(r.Info) > 0 {
		info, err := json.Marshal(r.Info)
		if err != nil {
			return err
		}
		text = append(info[:len(info)-1], ',')
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
	text = append(text, `]}`...)
	C.free(unsafe.Pointer(p.info))
	p.info = C.CString(string(text))
	return nil
}
