package main

/*
#include <stdlib.h>
#define ARGMIN_ONLY_TYPES
#include "argmin.h"

static inline int32_t invoke(argmin_function f, void *user, void *in, void *out) {
	return f(user, (const double *const *)in, (double *const *)out);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/argmin-go/argmin/minimize"
)

// function is a function of C.
type function struct {
	owner     *problem
	name      string
	f         C.argmin_function
	user      unsafe.Pointer
	ins, outs []int                 // the lengths of its arguments and values
	first     atomic.Pointer[frame] // a frame that no call uses; the only one, unless calls run at once
	mu        sync.Mutex
	idle      []*frame // others that no call uses
}

// frame is memory of C for the arguments and values of one call. A search that makes one call at a time uses the same
// frame for all.
type frame struct {
	memory  unsafe.Pointer
	in, out *unsafe.Pointer
	ins     [][]float64
	outs    [][]float64
}

func newFunction(owner *problem, name string, f C.argmin_function, user unsafe.Pointer, ins, outs []int) *function {
	return &function{owner: owner, name: name, f: f, user: user, ins: ins, outs: outs}
}

// newFrame makes a frame: the pointers to the vectors, then the vectors.
func (c *function) newFrame() *frame {
	count, numbers := len(c.ins)+len(c.outs), 0
	for _, n := range append(append([]int{}, c.ins...), c.outs...) {
		numbers += n
	}
	f := &frame{memory: C.malloc(C.size_t(8*(count+numbers) + 8))}
	pointers := unsafe.Slice((*unsafe.Pointer)(f.memory), count+1)
	at := unsafe.Add(f.memory, 8*count)
	place := func(n int) []float64 {
		v := unsafe.Slice((*float64)(at), n)
		at = unsafe.Add(at, 8*n)
		return v
	}
	for i, n := range c.ins {
		pointers[i] = at
		f.ins = append(f.ins, place(n))
	}
	for i, n := range c.outs {
		pointers[len(c.ins)+i] = at
		f.outs = append(f.outs, place(n))
	}
	f.in, f.out = &pointers[0], &pointers[len(c.ins)]
	return f
}

// fits is an error unless the vectors are as many and as long as the program has said. An argument that a search does not
// have is empty.
func (c *function) fits(in, out [][]float64) error {
	ok := len(in) == len(c.ins) && len(out) == len(c.outs)
	for i := 0; ok && i < len(in); i++ {
		ok = len(in[i]) == c.ins[i] || len(in[i]) == 0
	}
	for i := 0; ok && i < len(out); i++ {
		ok = len(out[i]) == c.outs[i]
	}
	if ok {
		return nil
	}
	return fmt.Errorf("function %q is given with arguments of lengths %v and values of lengths %v, want %v and %v", c.name, c.ins, c.outs, lens(in), lens(out))
}

func lens(vectors [][]float64) []int {
	n := []int{}
	for _, v := range vectors {
		n = append(n, len(v))
	}
	return n
}

// call calls the function. It is a door.Function.
func (c *function) call(in, out [][]float64) error {
	if err := c.fits(in, out); err != nil {
		return err
	}
	f := c.take()
	for i, v := range in {
		copy(f.ins[i], v)
		if len(v) == 0 {
			unset(f.ins[i])
		}
	}
	for _, v := range f.outs { // what the function does not set is not a number
		unset(v)
	}
	code := C.invoke(c.f, c.user, unsafe.Pointer(f.in), unsafe.Pointer(f.out))
	for i, v := range out {
		copy(v, f.outs[i])
	}
	c.put(f)
	switch code {
	case C.ARGMIN_OK:
		return nil
	case C.ARGMIN_STOP:
		return minimize.ErrStop
	}
	c.owner.failed.Store(true)
	return errors.New("a function of the problem has failed")
}

func unset(v []float64) {
	for i := range v {
		v[i] = math.NaN()
	}
}

func (c *function) take() *frame {
	if f := c.first.Swap(nil); f != nil {
		return f
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := len(c.idle); k > 0 {
		f := c.idle[k-1]
		c.idle = c.idle[:k-1]
		return f
	}
	return c.newFrame()
}

func (c *function) put(f *frame) {
	if c.first.CompareAndSwap(nil, f) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = append(c.idle, f)
}

// free frees the memory of calls; none may run.
func (c *function) free() {
	if f := c.first.Swap(nil); f != nil {
		C.free(f.memory)
	}
	for _, f := range c.idle {
		C.free(f.memory)
	}
}
