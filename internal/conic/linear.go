package conic

import "github.com/argmin-go/argmin/num"

// zeros is equations: s stays 0 and z is free.
type zeros int

func (c zeros) rows() int               { return int(c) }
func (zeros) degree() int               { return 0 }
func (c zeros) central() []float64      { return make([]float64, c) }
func (zeros) entries() (row, col []int) { return nil, nil }
func (zeros) extra() int                { return 0 }

func (c zeros) tied() []int                { return counted(int(c)) }
func (c zeros) scale(s, _, _ array) scaled { return equations{s.Scale(0)} }

type equations struct{ zero array }

func (c equations) times(array) array                  { return c.zero }
func (c equations) values() array                      { return c.zero.Range(0, 0) }
func (equations) half(v array, _ bool) array           { panic("conic: equations have no inverse") }
func (c equations) target(_, _, _ array) array         { return c.zero }
func (equations) reach(_, _, most array, _ path) array { return most }

// nonNegative is inequalities, s ≥ 0 and z ≥ 0, with the scaling H = s/z.
type nonNegative int

func (c nonNegative) rows() int                 { return int(c) }
func (c nonNegative) degree() int               { return int(c) }
func (c nonNegative) central() []float64        { return repeated(int(c), 1) }
func (c nonNegative) entries() (row, col []int) { return counted(int(c)), counted(int(c)) }
func (nonNegative) extra() int                  { return 0 }

func (c nonNegative) tied() []int              { return counted(int(c)) }
func (nonNegative) scale(s, z, _ array) scaled { return inequalities{s, z, s.Div(z)} }

type inequalities struct{ s, z, h array }

func (c inequalities) times(v array) array { return c.h.Mul(v) }
func (c inequalities) values() array       { return c.h }

func (c inequalities) half(v array, _ bool) array { return v.Mul(num.Const(1).Div(c.h).Sqrt()) }

func (c inequalities) target(ds, dz, sigma array) array {
	return c.s.Add(ds.Mul(dz).Sub(sigma).Div(c.z))
}

func (c inequalities) reach(ds, dz, most array, _ path) array {
	return num.Minimum(most, num.Minimum(ratio(c.s, ds), ratio(c.z, dz)))
}

// ratio is the longest step from v > 0 along d that keeps it ≥ 0.
func ratio(v, d array) array {
	down := d.Lt(num.Const(0))
	return num.Where(down, v.Div(num.Where(down, d.Neg(), num.Const(1))), num.Const(far)).Min()
}

// far is a step that is longer than any that is taken.
const far = 1e10
