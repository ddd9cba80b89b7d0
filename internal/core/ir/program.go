package ir

import (
	"fmt"
	"sync"
)

// Var is a variable of a program or builder: an index into its types.
type Var int32

// Eqn applies a primitive.
type Eqn struct {
	Op   Op
	In   []Var
	Out  []Var
	Site *Site // the user's line, may be nil
}

// Program is a typed, immutable program in single-assignment form.
type Program struct {
	Name  string
	Types []Type // of every variable
	In    []Var
	Out   []Var
	Eqns  []Eqn

	plans sync.Map // what executors and transformations made of the program
}

// InTypes are the types of the inputs.
func (p *Program) InTypes() []Type { return p.typesOf(p.In) }

// OutTypes are the types of the outputs.
func (p *Program) OutTypes() []Type { return p.typesOf(p.Out) }

func (p *Program) typesOf(vs []Var) []Type {
	ts := make([]Type, len(vs))
	for i, v := range vs {
		ts[i] = p.Types[v]
	}
	return ts
}

// Plan keeps what an executor makes of the program: it returns what prepare gave for
// this key before, or calls it.
func (p *Program) Plan(key any, prepare func() (any, error)) (any, error) {
	if v, ok := p.plans.Load(key); ok {
		return v, nil
	}
	v, err := prepare()
	if err != nil {
		return nil, err
	}
	v, _ = p.plans.LoadOrStore(key, v)
	return v, nil
}

// Derived is [Program.Plan] for what a transformation makes of the program, which it may share.
func Derived[T any](p *Program, key any, make func() T) T {
	v, _ := p.Plan(key, func() (any, error) { return make(), nil })
	return v.(T)
}

// Effectful is implemented by primitives that must run even when their outputs are unused.
type Effectful interface {
	Op
	Effect()
}

func hasEffect(op Op) bool {
	if _, ok := op.(Effectful); ok {
		return true
	}
	if sub, ok := op.(Programs); ok {
		for _, p := range sub.Programs() {
			for i := range p.Eqns {
				if hasEffect(p.Eqns[i].Op) {
					return true
				}
			}
		}
	}
	return false
}

// Abandoning is implemented by primitives whose kernels may call [Run.Abandon].
type Abandoning interface {
	Op
	Abandons()
}

// MayAbandon reports whether a kernel of p may call [Run.Abandon].
func (p *Program) MayAbandon() bool {
	for i := range p.Eqns {
		if _, ok := p.Eqns[i].Op.(Abandoning); ok {
			return true
		}
		if sub, ok := p.Eqns[i].Op.(Programs); ok {
			for _, q := range sub.Programs() {
				if q.MayAbandon() {
					return true
				}
			}
		}
	}
	return false
}

// Live leaves out the equations that no output needs.
func Live(eqns []Eqn, outs []Var, n int) []Eqn {
	live := make([]bool, n)
	for _, v := range outs {
		live[v] = true
	}
	keep := make([]bool, len(eqns))
	count := 0
	for i := len(eqns) - 1; i >= 0; i-- {
		e := &eqns[i]
		need := false
		for _, v := range e.Out {
			need = need || live[v]
		}
		need = need || hasEffect(e.Op)
		if need {
			keep[i] = true
			count++
			for _, v := range e.In {
				live[v] = true
			}
		}
	}
	res := make([]Eqn, 0, count)
	for i, k := range keep {
		if k {
			res = append(res, eqns[i])
		}
	}
	return res
}

// Programs is implemented by primitives that contain programs.
type Programs interface {
	Op
	Programs() []*Program
}

// Verify checks that every variable is assigned once, before its use, and that
// every equation's outputs have the types its shape rule gives. Programs inside
// primitives are checked too.
func (p *Program) Verify() error {
	set := make([]bool, len(p.Types))
	define := func(v Var) error {
		if int(v) >= len(set) || v < 0 {
			return fmt.Errorf("ir: %s: variable %d out of range", p.Name, v)
		}
		if set[v] {
			return fmt.Errorf("ir: %s: variable %d assigned twice", p.Name, v)
		}
		set[v] = true
		return nil
	}
	for _, v := range p.In {
		if err := define(v); err != nil {
			return err
		}
	}
	for i := range p.Eqns {
		e := &p.Eqns[i]
		for _, v := range e.In {
			if !set[v] {
				return fmt.Errorf("ir: %s: equation %d (%s) uses variable %d before it is assigned", p.Name, i, e.Op.Name(), v)
			}
		}
		want, err := e.Op.Infer(p.typesOf(e.In))
		if err != nil {
			return fmt.Errorf("ir: %s: equation %d: %w", p.Name, i, err)
		}
		if len(want) != len(e.Out) {
			return fmt.Errorf("ir: %s: equation %d (%s): %d outputs, want %d", p.Name, i, e.Op.Name(), len(e.Out), len(want))
		}
		for j, v := range e.Out {
			if !want[j].Equal(p.Types[v]) {
				return fmt.Errorf("ir: %s: equation %d (%s): output %d is %v, want %v", p.Name, i, e.Op.Name(), j, p.Types[v], want[j])
			}
			if err := define(v); err != nil {
				return err
			}
		}
		if sub, ok := e.Op.(Programs); ok {
			for _, q := range sub.Programs() {
				if err := q.Verify(); err != nil {
					return err
				}
			}
		}
	}
	for _, v := range p.Out {
		if !set[v] {
			return fmt.Errorf("ir: %s: output variable %d is never assigned", p.Name, v)
		}
	}
	return nil
}
