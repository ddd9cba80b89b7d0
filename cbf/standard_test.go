package cbf

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/argmin-go/argmin/cone"
)

func norm(v []float64) float64 {
	s := 0.0
	for _, e := range v {
		s += e * e
	}
	return math.Sqrt(s)
}

// matrixOf is the symmetric matrix of the columns of a lower triangle, off the diagonal times √2.
func matrixOf(v []float64) *mat.SymDense {
	n := order(len(v))
	a := mat.NewSymDense(n, nil)
	for j := range n {
		for i := j; i < n; i++ {
			e := v[triangle(i, j, n)]
			if i != j {
				e /= math.Sqrt2
			}
			a.SetSym(i, j, e)
		}
	}
	return a
}

func least(a *mat.SymDense) float64 {
	var e mat.EigenSym
	if !e.Factorize(a, false) {
		panic("no eigenvalues")
	}
	return e.Values(nil)[0]
}

// inside is whether u is in the cone, by the format's own definitions.
func inside(c Cone, u []float64) bool {
	alpha := 0.0
	if c.Alpha != nil {
		alpha = c.Alpha[0] / (c.Alpha[0] + c.Alpha[1])
	}
	positive := func(v ...float64) bool {
		for _, e := range v {
			if e < 0 {
				return false
			}
		}
		return true
	}
	switch c.Kind {
	case NonNegative:
		return positive(u...)
	case NonPositive:
		return u[0] <= 0 && u[1] <= 0
	case Zero:
		return norm(u) == 0
	case Quadratic:
		return u[0] >= norm(u[1:])
	case RotatedQuadratic:
		return positive(u[:2]...) && 2*u[0]*u[1] >= norm(u[2:])*norm(u[2:])
	case Exponential:
		return u[1] > 0 && u[0] >= u[1]*math.Exp(u[2]/u[1])
	case DualExponential:
		return u[2] < 0 && u[0] >= -u[2]*math.Exp(u[1]/u[2]-1)
	case Power:
		return positive(u[:2]...) && math.Pow(u[0], alpha)*math.Pow(u[1], 1-alpha) >= math.Abs(u[2])
	case DualPower:
		return positive(u[:2]...) && math.Pow(u[0]/alpha, alpha)*math.Pow(u[1]/(1-alpha), 1-alpha) >= math.Abs(u[2])
	case SemidefiniteVector:
		return least(matrixOf(u)) >= 0
	case GeometricMeanAbs, DualGeometricMeanAbs:
		if len(u) == 2 {
			return u[0] >= math.Abs(u[1])
		}
		factor := 1.0
		if c.Kind == DualGeometricMeanAbs {
			factor = 2
		}
		return positive(u[:2]...) && factor*math.Sqrt(u[0]*u[1]) >= math.Abs(u[2])
	}
	return true
}

// within is whether s is in a cone of package cone.
func within(c cone.Cone, s []float64) bool {
	switch c.Kind {
	case cone.KindZero:
		return norm(s) == 0
	case cone.KindNonNegative:
		for _, v := range s {
			if v < 0 {
				return false
			}
		}
		return true
	case cone.KindSecondOrder:
		return s[0] >= norm(s[1:])
	case cone.KindPSD:
		return least(matrixOf(s)) >= 0
	case cone.KindExponential:
		return s[1] > 0 && s[2] >= s[1]*math.Exp(s[0]/s[1])
	case cone.KindPower:
		return s[0] >= 0 && s[1] >= 0 && math.Pow(s[0], c.Alpha)*math.Pow(s[1], 1-c.Alpha) >= math.Abs(s[2])
	}
	panic(c.String())
}

// slacks are B - A v.
func (s Standard) slacks(v []float64) []float64 {
	to := append([]float64{}, s.B...)
	for k, i := range s.A.Row {
		to[i] -= s.A.Values[k] * v[s.A.Col[k]]
	}
	return to
}

// A point is in the cones of the standard form if and only if it is in those of the file.
func TestStandardCones(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []Cone{{Free, 2, nil}, {NonNegative, 2, nil}, {NonPositive, 2, nil}, {Zero, 1, nil}, {Quadratic, 3, nil}, {RotatedQuadratic, 3, nil}, {RotatedQuadratic, 2, nil},
		{Exponential, 3, nil}, {DualExponential, 3, nil}, {Power, 3, []float64{2, 6}}, {DualPower, 3, []float64{2, 6}}, {SemidefiniteVector, 6, nil},
		{GeometricMeanAbs, 3, nil}, {DualGeometricMeanAbs, 3, nil}, {GeometricMeanAbs, 2, nil}, {DualGeometricMeanAbs, 2, nil}} {
		s, err := (&Problem{Vars: []Cone{c}}).Standard()
		if err != nil {
			t.Fatal(err)
		}
		count := map[bool]int{}
		for range 3000 {
			u := make([]float64, c.Dim)
			for i := range u {
				u[i] = r.NormFloat64()
			}
			if c.Kind == SemidefiniteVector {
				u[0], u[3], u[5] = u[0]+2, u[3]+2, u[5]+2
			}
			if c.Kind == Zero && r.IntN(2) == 0 {
				u[0] = 0
			}
			want := inside(c, u)
			count[want]++
			got, at := true, 0
			slack := s.slacks(u)
			for _, k := range s.Cones {
				got = got && within(k, slack[at:at+k.Dim])
				at += k.Dim
			}
			if got != want {
				t.Fatalf("%v: %v is inside: %v, in the standard form %v", c, u, want, got)
			}
		}
		if c.Kind != Free && (count[true] < 20 || count[false] < 20) {
			t.Errorf("%v: %v", c, count)
		}
	}
}

// The objective, the constraints and the matrices have the values that the file's own form has.
func TestStandardValues(t *testing.T) {
	p := *parsed
	p.Cons = []Cone{{Quadratic, 3, nil}, {Exponential, 3, nil}, {Power, 3, []float64{1, 2}}, {Zero, 1, nil}, {DualPower, 3, []float64{0.5, 1}}, {NonPositive, 1, nil}}
	p.F = []Entry{{6, 0, 2, 1, 4}, {6, 0, 0, 0, 3}}
	p.A = Triplets{[]int{0, 6, 6}, []int{10, 0, 2}, []float64{-1, 2.5, 3}}
	s, err := p.Standard()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	x := mat.NewSymDense(3, nil)
	v := make([]float64, 11)
	for j := range v {
		v[j] = r.NormFloat64()
	}
	for j := range 3 {
		for i := j; i < 3; i++ {
			e := r.NormFloat64()
			x.SetSym(i, j, e)
			if i != j {
				e *= math.Sqrt2
			}
			v = append(v, e)
		}
	}
	value := s.Constant
	for j, c := range s.C {
		value += c * v[j]
	}
	want := -(-7.25 + 5*v[0] + 1e-3*v[5] + 2*x.At(0, 0) - 2*1.5*x.At(2, 1)) // a maximum
	if math.Abs(value-want) > 1e-12 {
		t.Errorf("the objective is %v, want %v", value, want)
	}
	slack := s.slacks(v)
	// The third cone is the power cone: its first row.
	g := 2.5*v[0] + 3*v[2] + 3*x.At(0, 0) + 2*4*x.At(2, 1)
	if math.Abs(slack[6]-g) > 1e-12 {
		t.Errorf("the constraint is %v, want %v", slack[6], g)
	}
	// The last four rows are the two matrices H x + D.
	rest := slack[len(slack)-4:]
	for i, want := range []float64{0, v[1] * math.Sqrt2, -1, v[10]} {
		if math.Abs(rest[i]-want) > 1e-12 {
			t.Errorf("the matrices are %v: number %d is to be %v", rest, i, want)
		}
	}
	rows := 0
	for _, c := range s.Cones {
		rows += c.Dim
	}
	if rows != len(s.B) || len(s.C) != 17 {
		t.Errorf("%d rows of cones, %d rows, %d variables", rows, len(s.B), len(s.C))
	}
}

func TestStandardFaults(t *testing.T) {
	for _, c := range []struct {
		c    Cone
		want string
	}{
		{Cone{Power, 4, []float64{1, 2, 3}}, "a cone POW of dimension 4 with 3 powers"},
		{Cone{GeometricMeanAbs, 4, nil}, "a cone GMEANABS of dimension 4"},
		{Cone{DualGeometricMeanAbs, 4, nil}, "a cone GMEANABS* of dimension 4"},
		{Cone{"X", 4, nil}, `no cone "X"`},
	} {
		if _, err := (&Problem{Vars: []Cone{c.c}}).Standard(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
