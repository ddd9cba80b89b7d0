package num_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// sqrtLoop is Newton's iteration for the square root, until it stops changing.
func sqrtLoop(a A) A {
	type carry struct{ X, Old, N A }
	return num.While(func(c carry) A { return c.X.Sub(c.Old).Abs().Gt(num.Scalar(1e-15).Mul(c.X)) },
		func(c carry) carry {
			return carry{c.X.Add(a.Div(c.X)).Scale(0.5), c.X, c.N.AddScalar(1)}
		}, carry{a, num.Scalar(0), num.Scalar(0)}).X
}

func TestWhile(t *testing.T) {
	near(t, "while", sqrtLoop(num.Scalar(2)), num.Scalar(math.Sqrt2), 1e-15)
	_, d := num.JVP(sqrtLoop, num.Scalar(2), num.Scalar(1))
	near(t, "forward through while", d, num.Scalar(0.5/math.Sqrt2), 1e-12)
	xs := num.Vector(2, 3, 1e6)
	near(t, "vmap of while", num.Vmap(sqrtLoop)(xs), xs.Sqrt(), 1e-15)
	_, err := num.Try(func() A { return num.Grad(sqrtLoop)(num.Scalar(2)) })
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "CustomRoot") {
		t.Errorf("reverse through while: %v", err)
	}
}

type carry struct{ X, V A }

// swing integrates a pendulum: a loop with a tree as its carry.
func swing(k, x0 A) A {
	end, xs := num.Scan(func(c carry, u A) (carry, A) {
		v := c.V.Sub(c.X.Sin().Mul(k).Scale(0.1)).Add(u)
		x := c.X.Add(v.Scale(0.1))
		return carry{x, v}, x
	}, carry{x0, x0.Scale(0.5)}, num.Linspace(0, 0.1, 7))
	return xs.Sum().Add(end.V.Mul(end.X))
}

func TestScan(t *testing.T) {
	_, ys := num.Scan(func(c, x A) (A, A) { return c.Add(x), c.Mul(x) }, num.Scalar(1), num.Vector(1, 2, 3))
	near(t, "ys", ys, num.Vector(1, 4, 12), 0)
	_, ys = num.ScanReverse(func(c, x A) (A, A) { return c.Add(x), c.Mul(x) }, num.Scalar(1), num.Vector(1, 2, 3))
	near(t, "reverse ys", ys, num.Vector(6, 8, 3), 0)
	f := func(p A) A { return swing(p.At(0), p.At(1)) }
	p := num.Vector(2, 0.3)
	near(t, "modes", num.JacobianFwd(f)(p), num.Grad(f)(p), 1e-13)
	h := num.Hessian(f)(p)
	near(t, "symmetric", h, h.T(), 1e-13)
	near(t, "reverse over reverse", h, num.JacobianRev(num.Grad(f))(p), 1e-13)
	const d = 1e-6
	fd := f(num.Vector(2+d, 0.3)).Sub(f(num.Vector(2-d, 0.3))).Scale(1 / (2 * d))
	near(t, "finite difference", num.Grad(f)(p).At(0), fd, 1e-8)
	ps := num.New([]float64{2, 0.3, 1, 0.2, 3, -1}, 3, 2)
	near(t, "Vmap(Grad)", num.Vmap(num.Grad(f))(ps), num.Stack(num.Grad(f)(ps.At(0)), num.Grad(f)(ps.At(1)), num.Grad(f)(ps.At(2))), 1e-13)
	near(t, "Grad(Vmap)", num.Grad(func(x A) A { return num.Vmap(f)(x).Sum() })(ps), num.Vmap(num.Grad(f))(ps), 1e-13)
}

func TestScanErrors(t *testing.T) {
	for what, f := range map[string]func() A{
		"scalar xs": func() A {
			y, _ := num.Scan(func(c, x A) (A, A) { return c, x }, num.Scalar(0), num.Scalar(1))
			return y
		},
		"carry shape": func() A {
			y, _ := num.Scan(func(c, x A) (A, A) { return num.Stack(c, x), x }, num.Scalar(0), num.Vector(1))
			return y
		},
		"different lengths": func() A {
			y, _ := num.Scan(func(c A, x layer) (A, A) { return c, x.W }, num.Scalar(0), layer{num.Vector(1), num.Vector(1, 2)})
			return y
		},
	} {
		if _, err := num.Try(f); !errors.Is(err, num.ErrShape) || !strings.Contains(err.Error(), "num.Scan") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestForLoop(t *testing.T) {
	power := func(x A) A {
		return num.ForLoop(1, 5, func(i, y A) A { return y.Mul(x).Add(i.AsType(num.Float64)) }, x)
	}
	x := num.Scalar(1.5)
	// ((((x x + 1) x + 2) x + 3) x + 4)
	near(t, "value", power(x), num.Scalar(math.Pow(1.5, 5)+math.Pow(1.5, 3)+2*1.5*1.5+3*1.5+4), 1e-14)
	near(t, "third derivative", num.Grad(num.Grad(num.Grad(power)))(x), num.Scalar(60*1.5*1.5+6), 1e-13)
}

func newton(limit int) func(a A) A {
	return func(a A) A { // the square root
		return num.WhileMax(limit, func(x A) A { return x.Square().Sub(a).Abs().Gt(num.Scalar(1e-12)) },
			func(x A) A { return x.Add(a.Div(x)).Scale(0.5) }, num.Scalar(1))
	}
}

func TestWhileMax(t *testing.T) {
	for _, limit := range []int{20, 100} {
		f := newton(limit)
		a := num.Scalar(3)
		near(t, "value", f(a), num.Scalar(math.Sqrt(3)), 1e-14)
		near(t, "reverse", num.Grad(f)(a), num.Scalar(0.5/math.Sqrt(3)), 1e-13)
		near(t, "forward", num.JacobianFwd(f)(a), num.Scalar(0.5/math.Sqrt(3)), 1e-13)
		near(t, "second", num.Grad(num.Grad(f))(a), num.Scalar(-0.25*math.Pow(3, -1.5)), 1e-8)
		near(t, "Vmap(Grad)", num.Vmap(num.Grad(f))(num.Vector(3, 100)), num.Vector(0.5/math.Sqrt(3), 0.05), 1e-13)
	}
	near(t, "stopped by the bound", newton(1)(num.Scalar(3)), num.Scalar(2), 0)
	near(t, "no iterations", newton(0)(num.Scalar(3)), num.Scalar(1), 0)
	_, err := num.Try(func() A {
		return num.Grad(func(a A) A {
			return num.While(func(x A) A { return x.Lt(num.Scalar(9)) }, func(x A) A { return x.Mul(a) }, a)
		})(num.Scalar(2))
	})
	if !errors.Is(err, num.ErrRule) || !strings.Contains(err.Error(), "num.WhileMax") {
		t.Errorf("reverse mode of While: %v", err)
	}
}

// Limits that int32 does not have do not wrap around.
func TestWhileMaxWithHugeLimit(t *testing.T) {
	x := num.WhileMax(math.MaxInt, func(x A) A { return x.Lt(num.Const(5)) }, func(x A) A { return x.AddScalar(1) }, num.Scalar(0))
	if x.Item() != 5 {
		t.Errorf("%v, want 5", x)
	}
	wide := math.MaxInt32
	if num.Int(wide).Item() != math.MaxInt32 {
		t.Errorf("%v, want the largest int32", num.Int(wide))
	}
	if wide++; wide > 0 { // on a machine with 64 bits
		if _, err := num.Try(func() A { return num.Int(wide) }); !errors.Is(err, num.ErrArgument) {
			t.Errorf("an index beyond int32: %v", err)
		}
	}
}
