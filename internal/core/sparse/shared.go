package sparse

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"runtime"
	"sync"
	"unsafe"
	"weak"
)

// Shared is a pattern that exists once in the process, however often it is made: two are
// equal if and only if their pointers are. So it can be a static part of a program or of a
// tree, which are compared at every call, whatever its size.
type Shared struct {
	Pattern
	id string // of the contents

	transpose func() transposed
	rowOf     func() []int32
	ind32     func() []int32
	parts     func() []part
	symmetric func() (*Solver, error)
	regular   func() (*Solver, error)
	rough     func() (*Solver, error)
	general   func() (*Solver, error)
	squares   func() (*LeastSquaresSolver, error)
}

type transposed struct {
	p    *Shared
	from []int32
}

var shared = struct {
	sync.Mutex
	byID map[string]weak.Pointer[Shared]
}{byID: map[string]weak.Pointer[Shared]{}}

// Share gives the shared pattern equal to p, whose slices it may keep. It fails if p breaks
// the rules of a pattern, or has more rows, columns or entries than an int32 can count.
func Share(p *Pattern) (*Shared, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := checkSize(p.Rows, p.Cols, p.NNZ()); err != nil {
		return nil, err
	}
	return share(p), nil
}

// share is Share of a pattern that needs no check.
func share(p *Pattern) *Shared {
	id := identify(p)
	shared.Lock()
	defer shared.Unlock()
	if s := shared.byID[id].Value(); s != nil {
		return s
	}
	s := &Shared{Pattern: *p, id: id}
	s.transpose = sync.OnceValue(func() transposed {
		t, from := s.Pattern.Transpose()
		return transposed{share(t), narrow(from)}
	})
	s.rowOf = sync.OnceValue(func() []int32 {
		rows := make([]int32, s.NNZ())
		for i := range s.Rows {
			for k := s.Ptr[i]; k < s.Ptr[i+1]; k++ {
				rows[k] = int32(i)
			}
		}
		return rows
	})
	s.ind32 = sync.OnceValue(func() []int32 { return narrow(s.Ind) })
	s.parts = sync.OnceValue(s.cut)
	s.symmetric = sync.OnceValues(func() (*Solver, error) { return newSymmetricSolver(s) })
	s.regular = sync.OnceValues(func() (*Solver, error) { return newRegularSolver(s) })
	s.rough = sync.OnceValues(func() (*Solver, error) { return newRoughSolver(s) })
	s.general = sync.OnceValues(func() (*Solver, error) { return newGeneralSolver(s) })
	s.squares = sync.OnceValues(func() (*LeastSquaresSolver, error) { return newLeastSquaresSolver(s) })
	own := weak.Make(s)
	shared.byID[id] = own
	runtime.AddCleanup(s, func(id string) {
		shared.Lock()
		defer shared.Unlock()
		if shared.byID[id] == own { // not one that was made again since
			delete(shared.byID, id)
		}
	}, id)
	return s
}

// identify gives a short text that differs for different patterns, up to a chance of 2⁻¹²⁸.
func identify(p *Pattern) string {
	h := sha256.New()
	head := []int{p.Rows, p.Cols, p.NNZ()}
	for _, s := range [][]int{head, p.Ptr, p.Ind} {
		if len(s) > 0 {
			h.Write(unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), len(s)*int(unsafe.Sizeof(s[0]))))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// ID is a short text that only equal patterns have in common.
func (s *Shared) ID() string { return s.id }

// T is the transposed pattern; entry k of it is entry from[k] of s. It is computed once.
func (s *Shared) T() (t *Shared, from []int32) {
	r := s.transpose()
	return r.p, r.from
}

// RowOf gives the row of every entry. It is computed once, and must not be modified.
func (s *Shared) RowOf() []int32 { return s.rowOf() }

// Ind32 is Ind in half the memory, for kernels, which read it at every product. It is computed
// once, and must not be modified.
func (s *Shared) Ind32() []int32 { return s.ind32() }

func narrow(x []int) []int32 {
	y := make([]int32, len(x))
	for i, v := range x {
		y[i] = int32(v)
	}
	return y
}

func checkSize(rows, cols, nnz int) error {
	if rows > math.MaxInt32 || cols > math.MaxInt32 || nnz > math.MaxInt32 {
		return &SizeError{rows, cols, nnz}
	}
	return nil
}
