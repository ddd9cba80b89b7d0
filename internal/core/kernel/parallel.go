package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// ParallelWork is the number of floating point operations (or of element
// visits of a similar cost) below which a routine stays on one core: starting
// and joining goroutines costs some microseconds, which is about this much
// work.
const ParallelWork = 1 << 20

// Grain is the number of elements below which an elementwise loop stays on one
// core: a pass over so many takes about as long as handing it to another core.
const Grain = 1 << 15

// chunksPerWorker bounds how finely Parallel cuts: enough pieces that a core
// held up by something else doesn't hold up the rest.
const chunksPerWorker = 4

// Parallel calls f on ranges [lo, hi) that cover [0, n) once, on as many
// goroutines as there are cores to run them, and returns when all are done.
// Every lo is a multiple of grain, the smallest piece worth its own call. When
// only one piece or one core is there, f is called on the caller's goroutine
// over the whole range.
//
// The cut depends on the number of cores, so f must give each element the same
// value whatever range it comes in. Calls may nest. A panic in f is raised
// again on the caller's goroutine, once the other pieces have ended.
//
// f escapes, so the closure costs an allocation where it is made: callers with
// little work should not come here.
func Parallel(n, grain int, f func(lo, hi int)) {
	if n <= 0 {
		return
	}
	grain = max(grain, 1)
	pieces := (n + grain - 1) / grain
	workers := min(runtime.GOMAXPROCS(0), pieces)
	if workers == 1 {
		f(0, n)
		return
	}
	chunks := chunksPerWorker * workers
	size := grain * ((pieces + chunks - 1) / chunks)

	p := &pool{n: n, size: size, f: f}
	p.wait.Add(workers - 1)
	for range workers - 1 {
		go func() {
			defer p.wait.Done()
			p.work()
		}()
	}
	p.work()
	p.wait.Wait()
	if r := p.panicked.Load(); r != nil {
		panic(*r)
	}
}

// grainFor returns how many items of the given cost each make ParallelWork,
// rounded up to a multiple of unit.
func grainFor(cost, unit int) int {
	g := max(ParallelWork/2/max(cost, 1), 1)
	return (g + unit - 1) / unit * unit
}

// pool is the state of one call of Parallel.
type pool struct {
	n, size  int
	f        func(lo, hi int)
	next     atomic.Int64
	wait     sync.WaitGroup
	panicked atomic.Pointer[any]
}

// work takes pieces until none is left.
func (p *pool) work() {
	defer func() {
		if r := recover(); r != nil {
			p.panicked.CompareAndSwap(nil, &r)
			p.next.Store(int64(p.n))
		}
	}()
	for {
		hi := int(p.next.Add(int64(p.size)))
		lo := hi - p.size
		if lo >= p.n {
			return
		}
		p.f(lo, min(hi, p.n))
	}
}
