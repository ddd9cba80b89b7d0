package tree_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/tree"
)

type layer struct {
	W, B num.Array
	Name string
}

type net struct {
	Layers []layer
	Extra  map[string]num.Array
}

func example() net {
	return net{[]layer{{num.Vector(1, 2), num.Scalar(3), "first"}}, map[string]num.Array{"z": num.Scalar(4), "a": num.Scalar(5)}}
}

func TestArithmetic(t *testing.T) {
	x := example()
	y := tree.AddScaled(x, num.Scalar(2), tree.Map(num.Array.Square, x)) // x + 2x²
	want := []string{"[3 10]", "21", "55", "36"}
	for i, a := range tree.Leaves(y) {
		if a.String() != want[i] {
			t.Errorf("leaf %s is %v, want %s", tree.Paths(y)[i], a, want[i])
		}
	}
	if y.Layers[0].Name != "first" {
		t.Error("static field lost")
	}
	if n := tree.Sum(tree.Sub(tree.Add(x, x), tree.Scale(num.Scalar(2), x))).Item(); n != 0 {
		t.Errorf("x + x - 2x sums to %v", n)
	}
	if got := tree.Norm(x).Item(); got*got < 54.99 || got*got > 55.01 {
		t.Errorf("norm² is %v, want 55", got*got)
	}
	if tree.Sum(tree.ZerosLike(x)).Item() != 0 {
		t.Error("ZerosLike is not zero")
	}
}

func TestErrors(t *testing.T) {
	other := example()
	other.Layers = append(other.Layers, other.Layers[0])
	_, err := num.Try(func() net { return tree.Add(example(), other) })
	if err == nil || !strings.Contains(err.Error(), ".Layers") {
		t.Errorf("different structures: %v", err)
	}
	_, err = num.Try(func() struct{ C chan int } { return tree.Add(struct{ C chan int }{}, struct{ C chan int }{}) })
	if err == nil || !strings.Contains(err.Error(), ".C") {
		t.Errorf("channel: %v", err)
	}
}

func ExampleAddScaled() {
	w := map[string]num.Array{"bias": num.Scalar(1), "slope": num.Vector(2, 3)}
	g := map[string]num.Array{"bias": num.Scalar(10), "slope": num.Vector(20, 30)}
	next := tree.AddScaled(w, num.Scalar(-0.1), g)
	fmt.Println(next["bias"], next["slope"])
	// Output: 0 [0 0]
}

func TestNorms(t *testing.T) {
	x := []num.Array{num.Vector(3, -4), num.Zeros(0), num.Scalar(-12)}
	for what, c := range map[string][2]float64{
		"Norm": {tree.Norm(x).Item(), 13}, "L1Norm": {tree.L1Norm(x).Item(), 19}, "InfNorm": {tree.InfNorm(x).Item(), 12},
		"InfNorm of nothing": {tree.InfNorm([]num.Array{}).Item(), 0},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %v, want %v", what, c[0], c[1])
		}
	}
	g := num.Grad(func(x num.Array) num.Array { return tree.Norm([]num.Array{x}) })(num.Zeros(2))
	if g.Abs().Max().Item() != 0 {
		t.Errorf("gradient of the norm at zero is %v", g)
	}
}

func TestDType(t *testing.T) {
	single := num.Full(num.Float32, 1)
	for _, c := range []struct{ got, want num.DType }{
		{tree.DType(example()), num.Float64},
		{tree.DType([]num.Array{single, single}), num.Float32},
		{tree.DType(single), num.Float32},
		{tree.DType(struct{}{}), num.Float64},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}

func TestDotOfOtherShapes(t *testing.T) {
	x := example()
	y := tree.Map(num.Array.Square, x)
	y.Layers[0].W = num.Ones(2, 1)
	if _, err := num.Try(func() num.Array { return tree.Dot(x, y) }); err == nil || !strings.Contains(err.Error(), ".Layers[0].W have shapes [2] and [2 1]") {
		t.Errorf("got %v", err)
	}
}

func TestFunctionsOfTrees(t *testing.T) {
	x := example()
	one := tree.OnesLike(x)
	if got := tree.Sum(tree.Sub(tree.Div(x, x), one)).Item(); got != 0 {
		t.Errorf("x / x - 1 sums to %v", got)
	}
	if got := tree.Sum(tree.Add(x, tree.Neg(x))).Item(); got != 0 {
		t.Errorf("x - x sums to %v", got)
	}
	large := tree.Map(func(a num.Array) num.Array { return a.Gt(num.Scalar(2.5)) }, x)
	if got := tree.Sum(tree.Where(large, x, tree.ZerosLike(x))).Item(); got != 3+4+5 {
		t.Errorf("the large elements sum to %v", got)
	}
	scalars := net{[]layer{{num.Scalar(7), num.Scalar(1), "first"}}, map[string]num.Array{"z": num.Scalar(2), "a": num.Scalar(3)}}
	wide := tree.BroadcastLike(scalars, x)
	if w := wide.Layers[0].W; w.String() != "[7 7]" || wide.Layers[0].Name != "first" {
		t.Errorf("broadcast: %v", wide)
	}
	fused := tree.MapAll(func(a ...num.Array) num.Array { return a[0].Mul(a[1]).Add(a[2]) }, x, x, one)
	if got, want := tree.Sum(fused).Item(), 55.0+5; got != want {
		t.Errorf("x² + 1 sums to %v, want %v", got, want)
	}
	names := tree.Reduce(func(n int, a num.Array) int { return n + a.Size() }, x, 0)
	if names != 5 {
		t.Errorf("%d elements, want 5", names)
	}
	other := example()
	other.Extra["more"] = num.Scalar(1)
	for name, f := range map[string]func(){
		"Div": func() { tree.Div(x, other) }, "Where": func() { tree.Where(large, x, other) },
		"BroadcastLike": func() { tree.BroadcastLike(x, other) }, "MapAll": func() {
			tree.MapAll(func(a ...num.Array) num.Array { return a[0] }, x, other)
		}, "no trees": func() { tree.MapAll[net](func(a ...num.Array) num.Array { return a[0] }) },
	} {
		if _, err := num.Try(func() num.Array { f(); return num.Scalar(0) }); err == nil || !strings.Contains(err.Error(), "tree.") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
